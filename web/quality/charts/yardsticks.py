"""Yardsticks: what simple models reach on the same flowers, beside the serving one."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

from irisml.domain.intervals import wilson_interval
from irisml.model.comparison import disagreements
from irisml.model.flower_counts import YARDSTICKS
from irisml.registry.version import ModelVersion
from irisml.releases.gate import SIGNIFICANCE
from web.html.head_row import head_row
from web.i18n.text import Language
from web.i18n.vocabulary import model_type_name


@dataclass(frozen=True, slots=True)
class YardstickRow:
    """One model on the reference flowers.

    Parameters
    ----------
    name : str
        A key of `YARDSTICKS`, or the model type of the serving version.
    n_correct, n : int
        Flowers classified correctly out of fold, of all.
    low, high : float
        95 % interval of n_correct / n.
    won, lost : int
        Flowers that only this model, or only the serving one, classifies correctly.
    p : float
        Of McNemar's test against the serving version.
    is_serving : bool
    """

    name: str
    n_correct: int
    n: int
    low: float
    high: float
    won: int
    lost: int
    p: float
    is_serving: bool


def yardsticks_table(version: ModelVersion) -> list[YardstickRow]:
    """Return one row per yardstick and one for the version, the least accurate first; empty for an older version."""
    ours = version.evaluation.cross_validation
    rows = []
    for one in version.manifest.yardsticks:
        found = disagreements(one, ours)
        won, lost = len(found.won), len(found.lost)
        rows.append(
            YardstickRow(one.name, one.n_correct, one.n_samples, *one.interval, won, lost, found.p, is_serving=False)
        )
    if not rows:
        return []
    interval = wilson_interval(ours.n_correct, ours.n_samples)
    name = version.manifest.config.model_type
    rows.append(YardstickRow(name, ours.n_correct, ours.n_samples, *interval, 0, 0, 1.0, is_serving=True))
    return sorted(rows, key=lambda row: row.n_correct)


def yardsticks_figure(rows: list[YardstickRow], language: Language) -> Markup:
    """Draw a table with a bar for each interval."""
    lowest = axis_start(row.low for row in rows)
    head = head_row(
        language.text("Model"),
        language.interval(lowest, 1),
        language.text("Right"),
        language.text("Only this one right"),
    )
    body = Markup("").join(_row(row, lowest, language) for row in rows)
    return Markup('<table class="bars yardsticks">{head}<tbody>{body}</tbody></table>').format(head=head, body=body)


def axis_start(lows: Iterable[float]) -> float:
    """Return where the axis of the bars begins: a step of 10 % below the lowest interval.

    Examples
    --------
    >>> axis_start([0.91, 0.263])
    0.2
    """
    return math.floor(10 * min(lows)) / 10


def interval_bar(low: float, high: float, share: float, lowest: float) -> Markup:
    """Return the cell with a bar from *low* to *high* and a tick at *share*, on an axis from *lowest* to 1."""
    left, right, tick = (100 * (value - lowest) / (1 - lowest) for value in (low, high, share))
    return Markup(
        '<td class="track" aria-hidden="true"><span style="left:{:.1f}%;width:{:.1f}%"></span>'
        '<b style="left:{:.1f}%"></b></td>'
    ).format(left, right - left, tick)


def _row(row: YardstickRow, lowest: float, language: Language) -> Markup:
    name = _name(row.name, language)
    sides = "" if row.is_serving else language.text("{won}, other {lost}", won=row.won, lost=row.lost)
    return Markup(
        '<tr class="{kind}"><th scope="row">{name}</th>{bar}'
        "<td>{right} <small>{interval}</small></td><td>{sides} <small>{p}</small></td></tr>"
    ).format(
        bar=interval_bar(row.low, row.high, row.n_correct / row.n, lowest),
        kind="serving" if row.is_serving else "other",
        name=name,
        right=language.text("{n_correct} of {n}", n_correct=row.n_correct, n=row.n),
        interval=language.interval(row.low, row.high),
        sides=sides,
        p="" if row.is_serving else language.text("p: {p}", p=p_value(row.p, language)),
    )


def _name(name: str, language: Language) -> str:
    return language.text(YARDSTICKS[name]) if name in YARDSTICKS else model_type_name(name, language)


def p_value(p: float, language: Language) -> str:
    """Format a p-value with three decimals.

    Examples
    --------
    >>> from web.i18n.text import language
    >>> p_value(0.125, language("fr")), p_value(1e-9, language("en"))
    ('0,125', 'less than 0.001')
    """
    if p < _SMALLEST_P:
        return language.text("less than {high}", high=language.number(_SMALLEST_P, 3))
    return language.number(p, 3)


_SMALLEST_P = 0.001


def yardsticks_sentence(rows: list[YardstickRow], language: Language) -> str:
    """Say whether the serving model has earned its place, in one sentence."""
    serving = next(row for row in rows if row.is_serving)
    simple = [row for row in rows if not row.is_serving]
    better = [row for row in simple if row.won > row.lost and row.p < SIGNIFICANCE]
    level = [row for row in simple if row.p >= SIGNIFICANCE]
    best = max(better or level or simple, key=lambda row: row.n_correct)
    values = {
        "name": _name(best.name, language),
        "n": best.n_correct,
        "ours": serving.n_correct,
        "of": serving.n,
        "won": best.won,
        "lost": best.lost,
        "p": p_value(best.p, language),
    }
    if better:
        return language.text("A simpler model is significantly better: {name}, {n} of {of} against {ours}.", **values)
    if not level:
        return language.text(
            "It is significantly better than every simpler model: {ours} of {of} against {n}.", **values
        )
    if best.n_correct >= serving.n_correct:
        return language.text(
            "No simpler model is significantly better, but this one has earned nothing over the best of them: {name} "
            "gets {n} of {of}, this one {ours} (won {won}, lost {lost}, p = {p}: nothing is proven).",
            **values,
        )
    return language.text(
        "No simpler model is better, but it cannot be claimed that the best of them is worse: {name} gets {n} of {of}, "
        "this one {ours} (won {won}, lost {lost}, p = {p}).",
        **values,
    )
