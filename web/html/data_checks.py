"""Results of the data checks as a list: a mark, the name of the check, and its sentence."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from irisml.domain.findings import Finding, Verdict
from irisml.domain.i18n import sentence
from web.i18n.text import Language

CHECK_NAMES = {
    "units": sentence("Units"),
    "columns": sentence("Columns"),
    "ranges": sentence("Ranges"),
    "leak": sentence("Leak"),
    "repeated_rows": sentence("Repeated rows"),
    "class_balance": sentence("Flowers of each species"),
    "labels": sentence("Labels"),
    "drift": sentence("Drift"),
}
"""Names of the data checks by their functions."""


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One check: its name, its verdict and its sentence."""

    name: str
    verdict: Verdict
    sentence: str


def check_rows(checks: Sequence[Finding], language: Language) -> list[CheckRow]:
    """Return the results, the refusals first, then the warnings; a check without a name is shown by its function."""
    rows = [CheckRow(_name(check.rule, language), check.verdict, language.finding(check)) for check in checks]
    return sorted(rows, key=lambda row: _ORDER.index(row.verdict))


_ORDER = ("refused", "warning", "passed")


def _name(rule: str, language: Language) -> str:
    return language.text(CHECK_NAMES[rule]) if rule in CHECK_NAMES else rule.replace("_", " ")


def checks_figure(rows: Sequence[CheckRow], language: Language) -> Markup:
    """Draw the list."""
    return Markup('<ul class="checks">{items}</ul>').format(
        items=Markup("").join(
            Markup(
                '<li class="{verdict}"><span class="lamp" aria-hidden="true">{mark}</span>'
                '<b>{name}<span class="heard">: {said}</span></b><p>{sentence}</p></li>'
            ).format(
                verdict=row.verdict,
                mark=_MARKS[row.verdict],
                name=row.name,
                said=language.text(_SAID[row.verdict]),
                sentence=row.sentence,
            )
            for row in rows
        )
    )


_MARKS = {"passed": "✓", "warning": "!", "refused": "✕"}
_SAID = {"passed": sentence("passes"), "warning": sentence("warns"), "refused": sentence("refuses")}
