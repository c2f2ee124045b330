"""Contribution of each feature to the predicted probability, starting from the baseline."""

from dataclasses import dataclass

from markupsafe import Markup

from irisml.domain.measurements import FEATURES
from irisml.model.explanation import Contributions
from web.html.species_mark import species_label
from web.i18n.text import Language
from web.i18n.vocabulary import feature_name


@dataclass(frozen=True, slots=True)
class ContributionRow:
    """One feature: its length in cm, and the probability before and after its contribution, in [0, 1]."""

    feature: str
    value: float
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class ContributionsTable:
    """From the baseline to the probability of one species, in [0, 1]; largest contribution first."""

    species: int
    baseline: float
    rows: tuple[ContributionRow, ...]
    probability: float


def contributions_table(told: Contributions, flower: list[float]) -> ContributionsTable:
    """Accumulate the contributions to the most probable species."""
    species = told.probabilities.index(max(told.probabilities))
    added = [
        (feature, value, row[species]) for feature, value, row in zip(FEATURES, flower, told.by_feature, strict=True)
    ]
    rows, reached = [], told.baseline[species]
    for feature, value, points in sorted(added, key=lambda one: -abs(one[2])):
        rows.append(ContributionRow(feature, value, reached, reached + points))
        reached += points
    return ContributionsTable(species, told.baseline[species], tuple(rows), told.probabilities[species])


def contributions_figure(table: ContributionsTable, language: Language) -> Markup:
    """Draw a waterfall chart as HTML: one bar per feature, each starting where the previous one ends."""
    start = language.text("Baseline (no measurement)")
    rows = Markup("").join(_row(row, language) for row in table.rows)
    end = language.text("The prediction")
    caption = language.markup("Contributions to {species}", species=species_label(table.species))
    return Markup(
        '<table class="contributions s{}"><caption>{caption}</caption><tbody><tr>'
        '<th scope="row">{start}</th><td class="track" aria-hidden="true">{}</td><td>{}</td>'
        '</tr>{rows}<tr class="end"><th scope="row">{end}</th>'
        '<td class="track" aria-hidden="true">{}</td><td>{}</td></tr></tbody></table>'
    ).format(
        table.species,
        _bar(0, table.baseline, "whole"),
        language.percentage(table.baseline, 1),
        _bar(0, table.probability, "whole"),
        language.percentage(table.probability, 1),
        caption=caption,
        start=start,
        rows=rows,
        end=end,
    )


def _row(row: ContributionRow, language: Language) -> Markup:
    kind = "more" if row.after >= row.before else "less"
    name = Markup("{} <small>{} cm</small>").format(feature_name(row.feature, language), language.number(row.value))
    points = language.text("{n} points", n=language.signed(100 * (row.after - row.before), 1))
    return Markup(
        '<tr><th scope="row">{name}</th><td class="track" aria-hidden="true">{}</td><td>{points}</td></tr>'
    ).format(_bar(row.before, row.after, kind), name=name, points=points)


def _bar(start: float, end: float, kind: str) -> Markup:
    left, right = sorted((start, end))
    return Markup('<span class="{kind}" style="left:{:.1f}%;width:{:.1f}%"></span>').format(
        100 * left, 100 * (right - left), kind=kind
    )
