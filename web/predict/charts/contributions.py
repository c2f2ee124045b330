"""Contribution of each feature to the predicted probability, starting from the baseline."""

from dataclasses import dataclass

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


def contributions_figure(table: ContributionsTable, language: Language) -> str:
    """Draw a waterfall chart as HTML: one bar per feature, each starting where the previous one ends."""
    start = language.text("Baseline (no measurement)")
    rows = "".join(_row(row, language) for row in table.rows)
    end = language.text("The prediction")
    caption = language.text("Contributions to {species}", species=species_label(table.species))
    return (
        f'<table class="contributions s{table.species}">'
        f"<caption>{caption}</caption><tbody>"
        f'<tr><th scope="row">{start}</th><td class="track" aria-hidden="true">{_bar(0, table.baseline, "whole")}</td>'
        f"<td>{language.percentage(table.baseline, 1)}</td></tr>{rows}"
        f'<tr class="end"><th scope="row">{end}</th><td class="track" aria-hidden="true">'
        f"{_bar(0, table.probability, 'whole')}</td><td>{language.percentage(table.probability, 1)}</td></tr>"
        f"</tbody></table>"
    )


def _row(row: ContributionRow, language: Language) -> str:
    kind = "more" if row.after >= row.before else "less"
    name = f"{feature_name(row.feature, language)} <small>{language.number(row.value)} cm</small>"
    points = language.text("{n} points", n=language.signed(100 * (row.after - row.before)))
    return (
        f'<tr><th scope="row">{name}</th><td class="track" aria-hidden="true">{_bar(row.before, row.after, kind)}</td>'
        f"<td>{points}</td></tr>"
    )


def _bar(start: float, end: float, kind: str) -> str:
    left, right = sorted((start, end))
    return f'<span class="{kind}" style="left:{100 * left:.1f}%;width:{100 * (right - left):.1f}%"></span>'
