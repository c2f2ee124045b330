"""Cells of a column as text, whatever their type."""

from contextlib import suppress

import pyarrow as pa
import pyarrow.compute as pc


def texts(column: pa.Array) -> pa.Array:
    r"""Return the cells as text, empty where there is none; a 32-bit float as 5.1, a list as Python shows it.

    Examples
    --------
    >>> texts(pa.array([5.1, None], pa.float32())).to_pylist(), texts(pa.array([b"north", b"s\xfcd"])).to_pylist()
    (['5.1', ''], ['north', 's�d'])
    """
    with suppress(pa.ArrowException):
        return pc.fill_null(column.cast(pa.string()), "")
    return pa.array([text(cell) for cell in column.to_pylist()], pa.string())


def text(cell: object) -> str:
    """Return one cell as text."""
    if cell is None:
        return ""
    return cell.decode(errors="replace") if isinstance(cell, bytes) else str(cell)
