"""Tables that are no text: workbooks of Excel and LibreOffice, and Parquet files."""

from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING

from irisml.errors import UnreadableTableError
from irisml.flower_files.delimited import Row

if TYPE_CHECKING:
    import pyarrow

_PARQUET_ROWS_AT_ONCE = 1000


def workbook_rows(content: bytes) -> tuple[list[Row], str, int]:
    """Return the rows of the first sheet that is not empty, with their numbers; its name; and how many more have rows.

    Raises
    ------
    UnreadableTableError
        If it is damaged, or has a password.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        workbook = CalamineWorkbook.from_filelike(BytesIO(content))
        sheets = [
            (name, workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in workbook.sheet_names
        ]
    except CalamineError as error:
        raise UnreadableTableError(kind="Excel", problem=error) from error
    filled = [(name, rows) for name, rows in sheets if any(cell != "" for cells in rows for cell in cells)]
    if not filled:
        return [], "", 0
    name, rows = filled[0]
    numbered = [(number, [_as_text(cell) for cell in cells]) for number, cells in enumerate(rows, 1)]
    return [(number, cells) for number, cells in numbered if any(cells)], name, len(filled) - 1


def _as_text(cell: object) -> str:
    """Write a cell as CSV would: every number of Excel is a float, also a count."""
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
    except pyarrow.ArrowException as error:
        raise UnreadableTableError(kind="Parquet", problem=str(error).partition("\n")[0]) from error


def _column_as_text(column: "pyarrow.Array") -> list[str]:
    import pyarrow

    try:
        texts = column.cast(pyarrow.string())  # knows that a float of 32 bits is 5.1, and not 5.099999904632568
    except pyarrow.ArrowException:
        texts = column  # a list or a struct: not a length, whatever it is
    return ["" if text is None else str(text) for text in texts.to_pylist()]
