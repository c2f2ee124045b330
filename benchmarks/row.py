"""One measurement, and the table of all."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One measurement.

    Parameters
    ----------
    name, unit : str
    value : float
        Of irisml.
    beside : float or None
        Of the baseline in the same run; None where there is nothing to compare with.
    baseline : str
        What that is.
    floor : float
        The least ratio to it that can be reached; for a measurement without a baseline, the least value.
    most : float or None
        Highest ratio that we accept; without a baseline, the highest value.
    reason : str
        Why the floor is where it is.
    """

    name: str
    unit: str
    value: float
    beside: float | None
    baseline: str
    floor: float
    most: float | None
    reason: str

    @property
    def ratio(self) -> float | None:
        """Value divided by the baseline's."""
        return None if self.beside is None else self.value / self.beside

    @property
    def compared(self) -> float:
        """What floor and most refer to."""
        return self.value if self.ratio is None else self.ratio


HEAD = ("measurement", "unit", "irisml", "baseline", "ratio", "last release", "at most", "floor")


def cells(row: Row, before: float | None) -> tuple[str, ...]:
    """Return one row as text; *before* is what the last release had for ratio or value."""
    beside = f"{number(row.beside)} ({row.baseline})" if row.beside is not None else "–"
    ratio = "–" if row.ratio is None else f"{row.ratio:.2f}"
    most = "–" if row.most is None else f"{row.most:g}" + (" – missed" if row.compared > row.most else "")
    return (
        row.name,
        row.unit,
        number(row.value),
        beside,
        ratio,
        "–" if before is None else f"{before:.2f}",
        most,
        f"{row.floor:g}",
    )


def number(value: float) -> str:
    """Return a value with three digits.

    Examples
    --------
    >>> number(0.01234), number(12.34), number(1234.5)
    ('0.0123', '12.3', '1234')
    """
    return f"{value:.0f}" if value >= 1000 else f"{value:.3g}"


def markdown(rows: Sequence[Row], last: dict[str, float]) -> str:
    """Return the table in Markdown."""
    lines = [HEAD, tuple("---" for _ in HEAD), *(cells(row, last.get(row.name)) for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def plain(rows: Sequence[Row], last: dict[str, float]) -> str:
    """Return the table for a terminal."""
    lines = [HEAD, *(cells(row, last.get(row.name)) for row in rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(HEAD))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines)
