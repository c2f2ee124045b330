"""CSV and Parquet files that get their name when they are complete."""

import csv
import io
from pathlib import Path
from types import TracebackType
from typing import Any
from uuid import uuid4

import pyarrow as pa
from pyarrow import csv as arrow_csv
from pyarrow import parquet

from irisml.bulk.cells import texts
from irisml.bulk.sources import BadRow

PARQUET_SUFFIXES = (".parquet", ".pq")


class Sink:
    """A file under a temporary name; at the end it is renamed, or removed after an exception.

    Parameters
    ----------
    path : Path
        ``.parquet`` for Parquet; any other name is CSV.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._beside = path.with_name(f".{path.name}.{uuid4().hex[:8]}")
        self._is_parquet = path.suffix.lower() in PARQUET_SUFFIXES
        self._writer: Any = None

    def __enter__(self) -> "Sink":
        self._beside.open("xb").close()  # fails now, not after the first batch
        return self

    def write(self, batch: pa.RecordBatch) -> None:
        """Append rows; the first batch decides the columns.

        Raises
        ------
        OSError
        """
        if self._writer is None:
            kind = parquet.ParquetWriter if self._is_parquet else _CsvWriter
            self._writer = kind(self._beside, batch.schema)
        self._writer.write_batch(batch)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        try:
            if self._writer is not None:
                self._writer.close()
            if kind is None:
                self._beside.replace(self.path)
        finally:
            self._beside.unlink(missing_ok=True)


class _CsvWriter:
    """Writes batches as CSV, with quotes only in those that need some: pyarrow would quote every text."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self._file = path.open("wb")
        header = io.StringIO()
        csv.writer(header, lineterminator="\n").writerow(schema.names)
        self._file.write(header.getvalue().encode())

    def write_batch(self, batch: pa.RecordBatch) -> None:
        plain = pa.record_batch([_as_text(column) for column in batch.columns], names=batch.schema.names)
        written = io.BytesIO()
        try:
            arrow_csv.write_csv(plain, written, arrow_csv.WriteOptions(include_header=False, quoting_style="none"))
        except pa.ArrowInvalid:  # a cell with a comma, a quote or a line end
            written = io.BytesIO()
            arrow_csv.write_csv(plain, written, arrow_csv.WriteOptions(include_header=False, quoting_style="needed"))
        self._file.write(written.getbuffer())

    def close(self) -> None:
        self._file.close()


def _as_text(column: pa.Array) -> pa.Array:
    """Return a column as it stands in CSV; a number that occurs often is written once, which is five times quicker."""
    if pa.types.is_floating(column.type):
        distinct = column.dictionary_encode()
        if 2 * len(distinct.dictionary) < len(column):
            return distinct.dictionary.cast(pa.string()).take(distinct.indices)
    if pa.types.is_primitive(column.type) or pa.types.is_string(column.type):
        return column
    return texts(column)


def problems_path(output: Path) -> Path:
    """Return the file for the rows without a prediction, beside the one with the predictions.

    Examples
    --------
    >>> problems_path(Path("out.parquet")).name
    'out.parquet.problems.csv'
    """
    return output.with_name(f"{output.name}.problems.csv")


class ProblemFile:
    """The rows without a prediction, as CSV: line, problem, and the cells as they are.

    Parameters
    ----------
    path : Path
    headers : tuple of str
        Of the columns.
    """

    def __init__(self, path: Path, headers: tuple[str, ...]) -> None:
        self._path, self._headers = path, headers
        self._file: Any = None
        self._beside = path.with_name(f".{path.name}.{uuid4().hex[:8]}")
        self.n = 0

    def __enter__(self) -> "ProblemFile":
        self._file = self._beside.open("x", encoding="utf-8", newline="")
        self._writer = csv.writer(self._file, lineterminator="\n")
        self._writer.writerow(("line_in_file", "problem", *self._headers))
        return self

    def write(self, bad: BadRow) -> None:
        """Append a row."""
        self.n += 1
        self._writer.writerow((bad.line, "; ".join(map(str, bad.problems)), *bad.cells))

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._file.close()
        if kind is None and self.n:
            self._beside.replace(self._path)
        elif kind is None:
            self._path.unlink(missing_ok=True)  # of an earlier prediction into the same file
        self._beside.unlink(missing_ok=True)
