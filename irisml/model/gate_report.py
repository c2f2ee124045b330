"""The gate's verdict as data: kept in a version's manifest. The rules are in `irisml.releases.gate`."""

import msgspec

from irisml.domain.findings import Finding


class GateReport(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Verdict of the gate, with one finding per rule.

    Parameters
    ----------
    champion : int or None
        Version that the challenger was compared with; None where there was none.
    checks : tuple of Finding

    Examples
    --------
    >>> GateReport(None, (Finding("self_check", False, "Too few.", {}),)).passed
    False
    """

    champion: int | None
    checks: tuple[Finding, ...]

    @property
    def passed(self) -> bool:
        """Whether no rule refused."""
        return not self.refusals

    @property
    def refusals(self) -> tuple[Finding, ...]:
        """The findings that refuse."""
        return tuple(check for check in self.checks if check.refuses)
