"""Two versions side by side: the new one and the champion that it was compared with."""

from dataclasses import dataclass

from irisml.registry.version import ModelVersion
from web.text import Language


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version's figures; shares in [0, 1]."""

    number: int
    n_correct: int
    n_test: int
    low: float
    high: float
    cross_validated: float


def versions_table(versions: list[ModelVersion]) -> list[VersionRow]:
    """Take the figures out of the versions, in the order given."""
    return [
        VersionRow(
            version.number,
            version.evaluation.n_correct,
            version.evaluation.n_test,
            *version.evaluation.interval,
            version.evaluation.cross_validation.accuracy,
        )
        for version in versions
    ]


def versions_figure(rows: list[VersionRow], language: Language) -> str:
    """Draw the versions as an HTML table."""
    body = "".join(
        f'<tr><th scope="row">v{row.number}</th>'
        f"<td>{language.text('{n_correct} of {n_test}', n_correct=row.n_correct, n_test=row.n_test)}"
        f"<small>{language.share(row.low)} – {language.share(row.high)}</small></td>"
        f"<td>{language.share(row.cross_validated, digits=1)}</td></tr>"
        for row in rows
    )
    return (
        f'<table class="versions"><thead><tr><th scope="col">{language.text("Version")}</th>'
        f'<th scope="col">{language.text("Unseen flowers")}</th>'
        f'<th scope="col">{language.text("Cross-validated")}</th></tr></thead><tbody>{body}</tbody></table>'
    )
