"""Result of one rule: of the gate, of a check of a version, of a check of data."""

import string
from collections.abc import Mapping
from typing import Literal

import msgspec

FINDING_DIGITS = 4
"""With 1,500 out-of-fold predictions, four digits never round an accuracy below a floor up to it."""

Severity = Literal["refuse", "warn"]
Verdict = Literal["passed", "warning", "refused"]
Values = dict[str, str | int | float]


class Finding(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Result of one rule. A manifest holds those of the gate, so the names of the fields are a format.

    Parameters
    ----------
    rule : str
        Name of the rule's function.
    passed : bool
    reason : str
        English sentence with placeholders; a page translates it before filling it in.
    values : dict
        Values of the placeholders.
    severity : str
        What a failure means: "refuse" what is examined, or "warn".
    rows : tuple of int
        Rows of the data set that the finding is about, from 0; empty if it is about none in particular.

    Raises
    ------
    ValueError
        If *values* do not fill *reason*, see `check_placeholders`.

    Examples
    --------
    >>> str(Finding("accuracy", True, "{n} of {of} are right.", {"n": 3, "of": 4}))
    '3 of 4 are right.'
    """

    rule: str
    passed: bool
    reason: str
    values: Values
    severity: Severity = "refuse"
    rows: tuple[int, ...] = ()

    @property
    def refuses(self) -> bool:
        """Whether it failed, and a failure is a refusal."""
        return not self.passed and self.severity == "refuse"

    @property
    def verdict(self) -> Verdict:
        """The result in one word: "passed", "warning" or "refused"."""
        if self.passed:
            return "passed"
        return "refused" if self.refuses else "warning"

    def __post_init__(self) -> None:
        check_placeholders(self.reason, self.values)

    def __str__(self) -> str:
        return self.reason.format(**{name: finding_value(value) for name, value in self.values.items()})


def check_placeholders(reason: str, values: Mapping[str, object]) -> None:
    """Refuse a sentence that lacks a value, or that formats more than plain values: a manifest is not trusted.

    Raises
    ------
    ValueError

    Examples
    --------
    >>> check_placeholders("{accuracy:>300000000}", {"accuracy": 0.9})
    Traceback (most recent call last):
    ValueError: the reason '{accuracy:>300000000}' has the placeholder '{accuracy:>300000000}', not a plain name
    """
    for _, name, form, conversion in string.Formatter().parse(reason):  # raises ValueError for an unbalanced brace
        if name is None:
            continue
        if not name.isidentifier() or form or conversion:
            found = f"{{{name}{f'!{conversion}' if conversion else ''}{f':{form}' if form else ''}}}"
            raise ValueError(f"the reason {reason!r} has the placeholder {found!r}, not a plain name")
        if name not in values:
            raise ValueError(f"the reason {reason!r} lacks the value {name!r}")


def finding_value(value: str | int | float) -> str | int:
    """Return a value of a finding as text: a float with `FINDING_DIGITS`.

    Examples
    --------
    >>> finding_value(1349 / 1500), finding_value(0.9996)
    ('0.8993', '0.9996')
    """
    return f"{value:.{FINDING_DIGITS}g}" if isinstance(value, float) else value
