"""Reading of binary tables: workbooks of Excel and LibreOffice, and Parquet files."""

from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import TYPE_CHECKING

from irisml.data.flower_files.columns import is_flower_like
from irisml.data.flower_files.delimited import Row
from irisml.domain.errors import UnreadableTableError

if TYPE_CHECKING:
    import pyarrow

_PARQUET_ROWS_AT_ONCE = 1000
_LOOKED_AT = 100
"""Rows of a sheet searched for a flower."""


def workbook_rows(content: bytes) -> tuple[list[Row], str, int]:
    """Return the numbered rows and the name of the first sheet with a flower, and the number of sheets.

    If no sheet has a flower, the first one that is not empty is used.

    Raises
    ------
    UnreadableTableError
        If it is damaged, or has a password.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    found: tuple[list[Row], str] = ([], "")
    try:
        workbook = CalamineWorkbook.from_filelike(BytesIO(content))
        for name in workbook.sheet_names:
            rows = _rows_of(workbook.get_sheet_by_name(name).to_python(skip_empty_area=False))
            if any(is_flower_like(cells) for _, cells in rows[:_LOOKED_AT]):
                return rows, name, len(workbook.sheet_names)
            if rows and not found[0]:
                found = rows, name
    except CalamineError as error:
        raise UnreadableTableError(kind="Excel", problem=_first_line(error)) from error
    return *found, len(workbook.sheet_names)


def _rows_of(sheet: Iterable[Iterable[object]]) -> list[Row]:
    numbered = [(number, [_as_text(cell) for cell in cells]) for number, cells in enumerate(sheet, 1)]
    return [(number, cells) for number, cells in numbered if any(cells)]


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0].rstrip(".")


def _as_text(cell: object) -> str:
    """Return a cell as in CSV: Excel stores every number as a float, including integers."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()


def parquet_rows(content: bytes) -> Iterator[Row]:
    """Yield the names of the columns as line 0, then the rows.

    Raises
    ------
    UnreadableTableError
        If it is damaged.
    """
    import pyarrow
    from pyarrow import parquet

    try:
        with parquet.ParquetFile(BytesIO(content)) as file:
            yield 0, list(file.schema_arrow.names)
            number = 0
            for batch in file.iter_batches(_PARQUET_ROWS_AT_ONCE):
                for cells in zip(*(_column_as_text(column) for column in batch.columns), strict=True):
                    number += 1
                    yield number, list(cells)
    except (pyarrow.ArrowException, OSError, ValueError) as error:  # a damaged file raises any of these
        raise UnreadableTableError(kind="Parquet", problem=_first_line(error)) from error


def _column_as_text(column: "pyarrow.Array") -> list[str]:
    import pyarrow

    try:
        texts = column.cast(pyarrow.string())  # writes a 32-bit float as 5.1, not 5.099999904632568
    except pyarrow.ArrowException:
        texts = column  # a list or a struct is not a length
    return ["" if text is None else str(text).strip() for text in texts.to_pylist()]
