"""The hall against the model, after the reveal: both on one axis, and the flower that split the hall."""

from dataclasses import dataclass
from functools import lru_cache

from markupsafe import Markup

from irisml.domain.i18n import sentence
from irisml.domain.measurements import FEATURES, SPECIES
from irisml.monitoring.events import Lengths
from irisml.monitoring.round_score import FEWEST_FLOWERS, FEWEST_PHONES, RoundResult, Score, Verdict, round_result
from web.html.flower import flower
from web.html.interval_bar import interval_bar
from web.html.species_mark import species_label
from web.i18n.text import Language
from web.state.hall import Activity, Answers

HEADLINES: dict[Verdict, str] = {
    "model": sentence("The model was right more often."),
    "hall": sentence("The hall was right more often."),
    "none": sentence("No difference can be claimed."),
    "too few": sentence("Too few to say who is better."),
}
_GUESSING = 1 / len(SPECIES)
_WIDTH, _HEIGHT = 320.0, 60.0
_FEWEST_STEPS = 6


@dataclass(frozen=True, slots=True)
class SplitTable:
    """The flower that split the hall: its lengths, the answers, the truth, and the model's answer."""

    x: Lengths
    counts: tuple[int, ...]
    truth: int
    predicted: int


def scores_figure(result: RoundResult, version: int, language: Language) -> Markup:
    """Draw the accuracy of the hall and of the model, with their intervals and the mark of guessing."""
    hall = language.text(
        "{k} of {n} answers, {phones}",
        k=result.hall.n_correct,
        n=result.hall.n,
        phones=language.plural("{n} phone", "{n} phones", n=result.n_phones),
    )
    model = language.text("{k} of {n} flowers", k=result.model.n_correct, n=result.model.n)
    guessing = Markup(
        '<p class="ends guess"><span>{}</span><span style="left:{:.1f}%">{}</span><span>{}</span></p>'
    ).format(
        language.percentage(0),
        100 * _GUESSING,
        language.text("{share} by guessing", share=language.percentage(_GUESSING)),
        language.percentage(1),
    )
    return Markup('<div class="duel">{}{}{}</div>').format(
        _score("hall", language.text("The hall"), hall, result.hall, language),
        _score("model", language.text("Model v{version}", version=version), model, result.model, language),
        guessing,
    )


def claim(result: RoundResult, language: Language) -> str:
    """Return the sentence below the headline: what was compared, and how."""
    if result.verdict == "too few":
        return language.text(
            "At least {phones} phones and {flowers} flowers are needed.", phones=FEWEST_PHONES, flowers=FEWEST_FLOWERS
        )
    return language.text(
        "The same {n} unseen flowers, five for each phone; intervals by resampling phones and flowers.",
        n=result.n_flowers,
    )


def narrowing_figure(result: RoundResult, language: Language) -> Markup:
    """Draw the interval of the hall from its first answers to all of them; nothing while they are few."""
    if len(result.narrowing) < _FEWEST_STEPS or result.verdict == "too few":
        return Markup("")
    n_first, n_all = result.narrowing[0][0], result.narrowing[-1][0]
    points = [
        (_WIDTH * (n - n_first) / (n_all - n_first), _HEIGHT * (1 - low), _HEIGHT * (1 - high))
        for n, low, high in result.narrowing
    ]
    upper = " ".join(f"{x:.1f},{high:.1f}" for x, _, high in points)
    lower = " ".join(f"{x:.1f},{low:.1f}" for x, low, _ in reversed(points))
    first, last = result.narrowing[0], result.narrowing[-1]
    alt = language.text(
        "Interval of the hall after {first} answers: {wide}; after {last}: {narrow}.",
        first=first[0],
        wide=language.interval(first[1], first[2]),
        last=last[0],
        narrow=language.interval(last[1], last[2]),
    )
    return Markup(
        '<div class="narrowing"><p>{title}</p><svg viewBox="0 0 {w:g} {h:g}" preserveAspectRatio="none" role="img" '
        'aria-label="{alt}">'
        '<path class="axis" d="M0 0H{w:g}M0 {h:g}H{w:g}"/><polygon points="{upper} {lower}"/></svg>'
        '<p class="ends" aria-hidden="true"><span>{first}</span><span>{last}</span></p></div>'
    ).format(
        title=language.text("Its interval, from the first answers to all"),
        w=_WIDTH,
        h=_HEIGHT,
        alt=alt,
        upper=upper,
        lower=lower,
        first=language.plural("{n} answer", "{n} answers", n=first[0]),
        last=language.plural("{n} answer", "{n} answers", n=last[0]),
    )


def split_table(result: RoundResult, activity: Activity) -> SplitTable | None:
    """Return the flower whose answers were the most divided; None if there is none."""
    if result.split is None:
        return None
    place = result.split.flower
    return SplitTable(activity.questions[place], result.split.counts, activity.truth[place], activity.model[place])


@lru_cache(maxsize=4)
def outcome(answers: Answers, truth: tuple[int, ...], predicted: tuple[int, ...]) -> RoundResult | None:
    """Return the result of a round, computed once for all runs of all pages: it takes a third of a second."""
    return round_result(answers, truth, predicted)


def split_figure(table: SplitTable, language: Language) -> Markup:
    """Draw that flower in its true colours, with the answers and the truth."""
    numbers = dict(zip(FEATURES, table.x, strict=True))
    values = {name: language.number(value) for name, value in numbers.items()}
    rows = Markup("").join(
        Markup(
            '<li class="s{}"><span>{}</span><span class="count-bar"><span style="width:{:.0f}%"></span></span>'
            "<b>{}</b></li>"
        ).format(k, species_label(k), 100 * n / max(table.counts), n)
        for k, n in enumerate(table.counts)
    )
    n = language.plural("{n} answer.", "{n} answers.", n=sum(table.counts))
    said = _RIGHT if table.truth == table.predicted else _MISSED
    truth = language.markup(said, species=species_label(table.truth))
    return Markup(
        '<div class="split s{}"><p class="name" role="heading" aria-level="2">{}</p>{}'
        '<p class="soft">{}</p><ul>{}</ul><p>{} {}</p></div>'
    ).format(
        table.truth,
        language.text("The flower that split the hall"),
        flower(numbers, values, language),
        language.text("petal {petal_length} × {petal_width} cm, sepal {sepal_length} × {sepal_width} cm", **values),
        rows,
        n,
        truth,
    )


_RIGHT = sentence("It is {species}; the model was right.")
_MISSED = sentence("It is {species}; the model missed it.")


def _score(kind: str, name: str, fact: str, score: Score, language: Language) -> Markup:
    interval = language.text(
        "{confidence} interval: {low} to {high}",
        confidence=language.percentage(0.95),
        low=language.percentage(score.interval[0]),
        high=language.percentage(score.interval[1]),
    )
    return Markup(
        '<div class="{kind}"><p class="name" role="heading" aria-level="2">{name}</p><p class="big">{share}</p>'
        '<p>{fact}<br><span class="soft">{interval}</span></p>'
        '<div class="with-guess">{bar}<i style="left:{guess:.1f}%"></i></div></div>'
    ).format(
        kind=kind,
        name=name,
        share=language.percentage(score.accuracy),
        fact=fact,
        interval=interval,
        bar=interval_bar(score.accuracy, score.interval),
        guess=100 * _GUESSING,
    )
