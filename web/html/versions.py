"""Table that compares versions, such as the new one and the champion."""

from dataclasses import dataclass

from markupsafe import Markup

from irisml.registry.version import ModelVersion
from web.html.head_row import head_row
from web.i18n.text import Language


@dataclass(frozen=True, slots=True)
class VersionRow:
    """Scores of one version; fractions in [0, 1]."""

    number: int
    n_correct: int
    n_test: int
    low: float
    high: float
    cross_validated: float
    cross_validated_low: float
    cross_validated_high: float
    n_samples: int


def versions_table(versions: list[ModelVersion]) -> list[VersionRow]:
    """Return one row per version, in the given order."""
    return [
        VersionRow(
            version.number,
            version.evaluation.n_correct,
            version.evaluation.n_test,
            *version.evaluation.interval,
            version.evaluation.cross_validation.accuracy,
            *version.evaluation.cross_validation.interval,
            version.evaluation.cross_validation.n_samples,
        )
        for version in versions
    ]


def versions_figure(rows: list[VersionRow], language: Language) -> Markup:
    """Draw the versions as an HTML table; each accuracy with its n and its 95 % interval."""
    head = head_row(language.text("Version"), language.text("Unseen flowers"), language.text("Cross-validated"))
    body = Markup("").join(_row(row, language) for row in rows)
    return Markup('<table class="versions">{head}<tbody>{body}</tbody></table>').format(head=head, body=body)


def _row(row: VersionRow, language: Language) -> Markup:
    counts = language.text("{n_correct} of {n_test}", n_correct=row.n_correct, n_test=row.n_test)
    shares = language.text(
        "{share} (n = {n})", share=language.percentage(row.cross_validated, digits=1), n=row.n_samples
    )
    held_out = language.interval(row.low, row.high)
    out_of_fold = language.interval(row.cross_validated_low, row.cross_validated_high)
    return Markup(
        '<tr><th scope="row">v{}</th><td>{counts} <small>{held_out}</small></td>'
        "<td>{shares} <small>{out_of_fold}</small></td></tr>"
    ).format(row.number, counts=counts, held_out=held_out, shares=shares, out_of_fold=out_of_fold)
