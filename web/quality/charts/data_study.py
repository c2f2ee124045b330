"""What the data can teach: the model without each feature, and the learning curve."""

import math
from dataclasses import dataclass

from markupsafe import Markup

from irisml.model.comparison import disagreements
from irisml.model.flower_counts import DataStudy, FlowerCounts
from irisml.releases.gate import SIGNIFICANCE
from web.html.head_row import head_row
from web.i18n.text import Language
from web.i18n.vocabulary import feature_name
from web.quality.charts.yardsticks import axis_start, interval_bar

_LEFT, _TOP, _WIDTH, _HEIGHT, _RIGHT = 42.0, 10.0, 262.0, 120.0, 16.0


@dataclass(frozen=True, slots=True)
class StudyRow:
    """Flowers classified correctly by the model without one feature (None: with all), and McNemar's p against all."""

    feature: str | None
    n_correct: int
    n: int
    low: float
    high: float
    p: float


def without_table(study: DataStudy) -> list[StudyRow]:
    """Return one row per feature that is left out, the one that costs most first, and before them the row of all."""
    everything = study.curve[-1]
    rows = [_study_row(one.feature, one, everything) for one in study.without]
    return [_study_row(None, everything, everything), *sorted(rows, key=lambda row: row.n_correct)]


def _study_row(feature: str | None, counts: FlowerCounts, everything: FlowerCounts) -> StudyRow:
    p = disagreements(counts, everything).p
    return StudyRow(feature, counts.n_correct, counts.n_samples, *counts.interval, p)


def without_figure(rows: list[StudyRow], language: Language) -> Markup:
    """Draw a table with a bar for each interval."""
    lowest = axis_start(row.low for row in rows)
    head = head_row(language.text("Lengths"), language.interval(lowest, 1), language.text("Right"))
    body = Markup("").join(_without_row(row, lowest, language) for row in rows)
    return Markup('<table class="bars yardsticks">{head}<tbody>{body}</tbody></table>').format(head=head, body=body)


def _without_row(row: StudyRow, lowest: float, language: Language) -> Markup:
    name = (
        language.text("all four")
        if row.feature is None
        else language.text("without {feature}", feature=feature_name(row.feature, language).lower())
    )
    return Markup(
        '<tr class="{kind}"><th scope="row">{name}</th>{bar}<td>{right} <small>{interval}</small></td></tr>'
    ).format(
        bar=interval_bar(row.low, row.high, row.n_correct / row.n, lowest),
        kind="serving" if row.feature is None else "other",
        name=name,
        right=language.text("{n_correct} of {n}", n_correct=row.n_correct, n=row.n),
        interval=language.interval(row.low, row.high),
    )


def without_sentence(rows: list[StudyRow], language: Language) -> str:
    """Say which lengths the model needs."""
    everything, *others = rows
    # One test for each length: Bonferroni's correction.
    needed = [row for row in others if row.p * len(others) < SIGNIFICANCE and row.n_correct < everything.n_correct]
    if not needed:
        return language.text(
            "No single length is shown to be needed: without any one of them, no difference can be claimed."
        )
    names = ", ".join(feature_name(row.feature or "", language).lower() for row in needed)
    return language.text("Needed: {features}. Without it or them, the model is significantly worse.", features=names)


def curve_figure(study: DataStudy, language: Language) -> Markup:
    """Draw the learning curve: accuracy on the reference against the number of training flowers, with intervals."""
    curve = study.curve
    lowest = min(0.5, *(point.interval[0] for point in curve))
    first, last = math.log(curve[0].n_train), math.log(curve[-1].n_train)

    def x(n_train: int) -> float:
        return _LEFT + _WIDTH * ((math.log(n_train) - first) / (last - first) if last > first else 1.0)

    def y(share: float) -> float:
        return _TOP + _HEIGHT * (1 - (share - lowest) / (1 - lowest))

    marks = Markup("").join(
        Markup(
            '<path d="M{x:.1f} {top:.1f}V{bottom:.1f}"/><circle cx="{x:.1f}" cy="{at:.1f}" r="3.2"/>'
            '<text x="{x:.1f}" y="{under:g}" text-anchor="middle">{n}</text>'
        ).format(
            x=x(point.n_train),
            top=y(point.interval[1]),
            bottom=y(point.interval[0]),
            at=y(point.n_correct / point.n_samples),
            under=_TOP + _HEIGHT + 14,
            n=point.n_train,
        )
        for point in curve
    )
    line = " ".join(f"{x(point.n_train):.1f},{y(point.n_correct / point.n_samples):.1f}" for point in curve)
    ticks = Markup("").join(
        Markup(
            '<path class="axis" d="M{left:g} {at:.1f}H{right:g}"/>'
            '<text x="{label:g}" y="{text:.1f}" text-anchor="end">{share}</text>'
        ).format(
            left=_LEFT,
            right=_LEFT + _WIDTH,
            at=y(share),
            label=_LEFT - 6,
            text=y(share) + 3,
            share=language.percentage(share),
        )
        for share in (0.5, 0.75, 1.0)
        if share >= lowest
    )
    alt = language.text("Learning curve, flowers right by training flowers:")
    told = ", ".join(f"{point.n_train}: {_right(point, language)}" for point in curve)
    return Markup(
        '<svg class="learning-curve" viewBox="0 0 {width:g} {height:g}" role="img" aria-label="{alt} {told}">'
        '{ticks}<polyline points="{line}"/>{marks}</svg>'
    ).format(
        width=_LEFT + _WIDTH + _RIGHT,
        height=_TOP + _HEIGHT + 20,
        alt=alt,
        told=told,
        ticks=ticks,
        line=line,
        marks=marks,
    )


def _right(counts: FlowerCounts, language: Language) -> str:
    return language.text("{n_correct} of {n}", n_correct=counts.n_correct, n=counts.n_samples)


def curve_sentence(study: DataStudy, language: Language) -> str:
    """Say what more data of this kind would bring."""
    if len(study.curve) < _FEWEST_POINTS:
        return language.text("There are too few flowers for a learning curve.")
    before, last = study.curve[-2], study.curve[-1]
    p = disagreements(last, before).p
    values = {
        "few": before.n_train,
        "many": last.n_train,
        "before": before.n_correct,
        "after": last.n_correct,
        "of": last.n_samples,
    }
    if p < SIGNIFICANCE and last.n_correct > before.n_correct:
        return language.text(
            "From {few} to {many} training flowers, {before} became {after} of {of}: more flowers may still help.",
            **values,
        )
    return language.text(
        "With {few} training flowers, {before} of {of} are right; with {many}, {after}. No difference can be claimed: "
        "nothing shows that more flowers of this kind would help.",
        **values,
    )


_FEWEST_POINTS = 2
