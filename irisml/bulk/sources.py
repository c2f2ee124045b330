"""CSV and Parquet files as batches of flowers: checked as `read_measurements_csv` checks them, column by column."""

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pyarrow import csv as arrow_csv
from pyarrow import parquet

from irisml.bulk.array_forest import Lengths
from irisml.bulk.cells import text, texts
from irisml.bulk.text_blocks import BLOCK_BYTES, Block, text_blocks
from irisml.data.flower_files.columns import header_columns, names_all_lengths
from irisml.data.flower_files.contents import (
    PARQUET,
    binary_kind,
    guessed_encoding,
    refuse_binary_text,
    refuse_other_kind,
    refuse_other_text,
)
from irisml.data.flower_files.delimited import DelimitedText, Row
from irisml.data.flower_files.headers import Column
from irisml.data.flower_files.layout import Layout, find_layout
from irisml.data.flower_files.lengths import LengthColumn
from irisml.domain.errors import (
    AboveHeaderError,
    BrokenCsvError,
    EmptyTableError,
    InputError,
    RowCountError,
    RowLengthError,
    SecondHeaderError,
    UnreadableFileError,
    UnreadableTableError,
)
from irisml.domain.i18n import Phrase, sentence
from irisml.domain.measurements import FEATURES, POSSIBLE_CM

ROWS_AT_ONCE = 65_536
_FEW_VALUES = 8
"""Rows for each distinct text of a column, from which each text is read once."""
_PLAIN_NUMBERS = r"^(?:0|[1-9][0-9]{0,14})(?:[.,][0-9]{0,15})?$"
_PARSED_AT_ONCE = ",;\t|"
_CAREFUL = sentence("Lines {first} to {last} were read one by one, which is slower: {reason}.")
_QUOTES = sentence("they have quotes, comments or empty lines")


@dataclass(frozen=True)
class BadRow:
    """A row without a prediction.

    Parameters
    ----------
    line : int
        In the file, from 1; in a Parquet file the row.
    problems : tuple of InputError
    cells : tuple of str
    """

    line: int
    problems: tuple[InputError, ...]
    cells: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Batch:
    """Some rows of a file.

    Parameters
    ----------
    lines : array of int, length n_samples
        Line of each flower in the file.
    own : list of pyarrow.Array
        The user's columns.
    X : array of shape (n_samples, 4)
        Lengths in cm.
    bad : list of BadRow
        Rows between them that have no prediction.
    """

    lines: NDArray[np.int64]
    own: list[pa.Array]
    X: Lengths
    bad: list[BadRow] = field(default_factory=list)


class Source:
    """A file of flowers, opened and understood; iterate over it once.

    Parameters
    ----------
    path : Path

    Attributes
    ----------
    own_columns : tuple of str
        Headers of the user's columns.
    notes : list of Phrase
        How the file was read; longer at the end.
    n_bytes, n_bytes_read : int
        Of the file, for progress.
    n_missing : int
        Rows that the first line announces and that are missing; known at the end.

    Raises
    ------
    UnreadableFileError, NotATableError, InvalidTableError
        As `irisml.data.flower_files.reading.read_measurements_csv`.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.notes: list[Phrase] = []
        self.n_missing = 0
        try:
            self.n_bytes = path.stat().st_size
            # The head is looked at and not taken: a pipe cannot be read twice.
            self._file = io.BufferedReader(path.open("rb", buffering=0), BLOCK_BYTES)
        except OSError as error:
            raise UnreadableFileError(path=path, problem=error.strerror or error) from error
        try:
            self._batches = self._opened(self._file)
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> "Source":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def __iter__(self) -> Iterator[Batch]:
        n_rows = 0
        try:
            for batch in self._batches:
                n_rows += len(batch.lines) + len(batch.bad)
                yield batch
        except OSError as error:
            raise UnreadableFileError(path=self._path, problem=error.strerror or error) from error
        announced = self._announced
        if announced is not None and announced != n_rows:
            another = RowCountError(announced=announced, n=n_rows)
            self.notes.append(Phrase(another.template, another.values))
            self.n_missing = max(0, announced - n_rows)

    @property
    def n_bytes_read(self) -> int:
        """Bytes of the file that were read; 0 of a pipe, which has no length."""
        return self._file.tell() if self._file.seekable() else 0

    def _opened(self, file: "io.BufferedReader[io.FileIO]") -> Iterator[Batch]:
        try:
            head = file.peek()
        except OSError as error:
            raise UnreadableFileError(path=self._path, problem=error.strerror or error) from error
        if not head:
            raise EmptyTableError
        kind = binary_kind(head)
        if kind == PARQUET:
            return self._open_parquet(file)
        if kind is not None:
            refuse_other_kind(kind)
        return self._open_text(file)

    def _understood(self, layout: Layout) -> "_Columns":
        self.notes += layout.notes
        self._announced = layout.announced
        columns = _Columns(layout)
        self.own_columns = columns.own_headers
        self.headers = tuple(column.header for column in layout.columns)
        return columns

    # --- text -------------------------------------------------------------------------------------------

    def _open_text(self, file: "io.BufferedReader[io.FileIO]") -> Iterator[Batch]:
        blocks = self._noting_a_guess(text_blocks(file))
        first = next(blocks, None)
        if first is None:
            raise EmptyTableError
        refuse_binary_text(first.content[:BLOCK_BYTES].decode(errors="replace"))
        refuse_other_text(first.content[:BLOCK_BYTES].decode(errors="replace"))
        try:
            table, layout = _understood_head(first)
        except EmptyTableError:  # below the header begins a quote that does not end within the block
            if (second := next(blocks, None)) is None:
                raise
            first = Block(first.first_line, first.content + second.content)
            table, layout = _understood_head(first)
        columns = self._understood(layout)
        begins = next((line for line, _ in islice(iter(table), layout.n_above, None)), first.n_lines + 1)
        strays = [BadRow(line, (AboveHeaderError(),), ()) for line in layout.strays]
        below = chain([first.after(begins - first.first_line)], blocks)
        return self._text_batches(below, table.delimiter, columns, strays)

    def _noting_a_guess(self, blocks: Iterator[Block]) -> Iterator[Block]:
        noted = False
        for block in blocks:
            if block.guessed_encoding and not noted:
                self.notes.append(guessed_encoding(block.guessed_encoding))
                noted = True
            yield block

    def _text_batches(
        self, blocks: Iterable[Block], delimiter: str, columns: "_Columns", strays: list[BadRow]
    ) -> Iterator[Batch]:
        if strays:
            yield columns.batch([], strays)
        for block in blocks:
            if not block.content:
                continue
            reason: Phrase | str = Phrase(_QUOTES, {})
            if delimiter in _PARSED_AT_ONCE and block.is_plain and not block.content.lstrip().startswith(b"|"):
                try:
                    yield _parsed(block, delimiter, columns)
                    continue
                except pa.ArrowInvalid as error:
                    reason = str(error).partition("\n")[0].rstrip(".")
            last = block.first_line + block.n_lines - 1
            self.notes.append(Phrase(_CAREFUL, {"first": block.first_line, "last": last, "reason": reason}))
            rows = _careful_rows(block, delimiter)
            while part := list(islice(rows, ROWS_AT_ONCE)):
                yield columns.batch(part, [])

    # --- Parquet ----------------------------------------------------------------------------------------

    def _open_parquet(self, file: "io.BufferedReader[io.FileIO]") -> Iterator[Batch]:
        if not file.seekable():
            raise UnreadableFileError(path=self._path, problem="Parquet cannot be read from a pipe")
        try:
            table = parquet.ParquetFile(file, buffer_size=BLOCK_BYTES, pre_buffer=False)
            head = next(table.iter_batches(100), None)
        except (pa.ArrowException, OSError, ValueError) as error:
            raise _damaged(error) from error
        names = list(table.schema_arrow.names)
        rows: list[Row] = [(0, names)]
        if head is not None:
            cells = [_texts(column).to_pylist() for column in head.columns]
            rows += [(line, list(row)) for line, row in enumerate(zip(*cells, strict=True), 1)]
        columns = self._understood(find_layout(rows))
        return self._parquet_batches(table, columns)

    def _parquet_batches(self, table: parquet.ParquetFile, columns: "_Columns") -> Iterator[Batch]:
        line = 1
        try:
            for batch in table.iter_batches(ROWS_AT_ONCE):
                arrays = [_without_views(column) for column in batch.columns]
                yield columns.arrow_batch(np.arange(line, line + batch.num_rows), arrays)
                line += batch.num_rows
        except (pa.ArrowException, OSError) as error:
            raise _damaged(error) from error


class _Columns:
    """The columns of a file, and how their cells become lengths."""

    def __init__(self, layout: Layout) -> None:
        self.all: Sequence[Column] = layout.columns
        self._lengths: list[tuple[int, LengthColumn]] = []
        for feature in FEATURES:
            at, column = next((at, column) for at, column in enumerate(self.all) if column.feature == feature)
            self._lengths.append((at, LengthColumn(feature, column.power)))
        self._own = [at for at, column in enumerate(self.all) if not column.feature and not column.own]
        self.own_headers = tuple(self.all[at].header for at in self._own)

    def arrow_batch(self, lines: NDArray[np.int64], arrays: Sequence[pa.Array], more: Sequence[BadRow] = ()) -> Batch:
        """Return the batch of some rows, given by column."""
        X = np.column_stack([_numbers(arrays[at], column) for at, column in self._lengths])
        bad: list[BadRow] = list(more)
        wrong = np.isnan(X).any(axis=1)
        if wrong.any():
            for row in np.flatnonzero(wrong).tolist():
                cells = [text(array[row].as_py()).strip() for array in arrays]
                bad += self._bad_row(int(lines[row]), cells)
            keep = pa.array(~wrong)
            lines, X = lines[~wrong], X[~wrong]
            arrays = [array.filter(keep) for array in arrays]
        return Batch(lines, [arrays[at] for at in self._own], X, sorted(bad, key=lambda row: row.line))

    def batch(self, rows: Sequence[Row], more: Sequence[BadRow]) -> Batch:
        """Return the batch of some rows, given by cell."""
        bad, kept = list(more), []
        for line, cells in rows:
            if len(cells) > len(self.all) and not any(cells[len(self.all) :]):
                del cells[len(self.all) :]
            if len(cells) == len(self.all):
                kept.append((line, cells))
            else:
                bad.append(self.ragged(line, cells))
        by_column = zip(*(cells for _, cells in kept), strict=True) if kept else ([] for _ in self.all)
        arrays = [pa.array(list(cells), pa.string()) for cells in by_column]
        return self.arrow_batch(np.array([line for line, _ in kept], np.int64), arrays, bad)

    def ragged(self, line: int, cells: Sequence[str]) -> BadRow:
        """Return a row with too few or too many cells as a bad one; another table below the first is refused."""
        if names_all_lengths(cells):
            raise SecondHeaderError(line=line)
        return BadRow(line, (RowLengthError(n=len(cells), expected=len(self.all)),), tuple(cells))

    def _bad_row(self, line: int, cells: list[str]) -> list[BadRow]:
        """Return a row whose lengths cannot be read; none if it is empty, or the header once more."""
        if not any(cells):
            return []
        if names_all_lengths(cells):
            again = [(column.feature, column.power) for column in header_columns(cells)]
            if again != [(column.feature, column.power) for column in self.all]:
                raise SecondHeaderError(line=line)
            return []
        lengths = [column.read(cells[at]) for at, column in self._lengths]
        problems = tuple(length for length in lengths if isinstance(length, InputError))
        return [BadRow(line, problems, tuple(cells))]


def _understood_head(block: Block) -> tuple[DelimitedText, Layout]:
    table = DelimitedText.of(block.content.decode(errors="replace"))
    return table, find_layout(table)


def _careful_rows(block: Block, delimiter: str) -> Iterator[Row]:
    """Yield the rows of a block as the reader of small files does.

    Raises
    ------
    BrokenCsvError
        With the line in the file.
    """
    before = block.first_line - 1
    try:
        for line, cells in DelimitedText(block.content.decode(errors="replace"), delimiter, 1):
            yield before + line, cells
    except BrokenCsvError as error:
        line = before + int(str(error.values["line"]))
        raise BrokenCsvError(line=line, problem=error.values["problem"]) from error


def _parsed(block: Block, delimiter: str, columns: _Columns) -> Batch:
    """Read a block at once; raises pyarrow.ArrowInvalid if it needs the careful reader."""
    first_line = block.content.partition(b"\n")[0].rstrip()
    n_empty = len(first_line) - len(first_line.rstrip(delimiter.encode()))  # a delimiter at the end of each row
    width = max(len(columns.all), min(len(columns.all) + n_empty, first_line.count(delimiter.encode()) + 1))
    names = [str(at) for at in range(width)]
    ragged: dict[int, BadRow] = {}

    def refuse(row: Any) -> str:
        number = row.number - 1
        cells = [cell.strip() for cell in row.text.split(delimiter)]
        if len(cells) >= len(columns.all) and not any(cells[len(columns.all) :]):
            return "error"  # empty cells at the end are no cells: the careful reader removes them
        ragged[number] = columns.ragged(block.first_line + number, cells)
        return "skip"

    table = arrow_csv.read_csv(
        pa.BufferReader(block.content),
        read_options=arrow_csv.ReadOptions(column_names=names, use_threads=False, block_size=len(block.content) + 1),
        parse_options=arrow_csv.ParseOptions(delimiter=delimiter, quote_char=False, invalid_row_handler=refuse),
        convert_options=arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
        ),
    )
    arrays = [pc.utf8_trim_whitespace(column.combine_chunks()) for column in table.columns]
    if any(pc.any(pc.not_equal(array, "")).as_py() for array in arrays[len(columns.all) :]):
        raise pa.ArrowInvalid("a row has more cells than the header")
    lines = np.arange(block.first_line, block.first_line + table.num_rows + len(ragged))
    if ragged:
        lines = np.delete(lines, sorted(ragged))
    return columns.arrow_batch(lines, arrays, list(ragged.values()))


def _numbers(array: pa.Array, column: LengthColumn) -> NDArray[np.float64]:
    """Return the lengths of a column in cm; NaN where a cell is none, or no iris has such a length."""
    low, high = POSSIBLE_CM[column.feature]
    if pa.types.is_float64(array.type) and not column.power:
        values = array.to_numpy(zero_copy_only=False)
    else:
        trimmed = _texts(array)
        distinct = trimmed.dictionary_encode()
        words = distinct.dictionary
        if len(words) * _FEW_VALUES < len(trimmed) or column.power or not _are_plain(words):
            read = [column.read(word) for word in words.to_pylist()]
            known = np.array([np.nan if isinstance(length, InputError) else length for length in read], np.float64)
            return known[distinct.indices.to_numpy()] if len(known) else np.empty(0)
        values = pc.replace_substring(trimmed, ",", ".").cast(pa.float64()).to_numpy(zero_copy_only=False)
    inside: NDArray[np.float64] = np.where((values >= low) & (values <= high), values, np.nan)
    return inside


def _without_views(array: pa.Array) -> pa.Array:
    """Return a column of a type that pyarrow can filter."""
    if pa.types.is_string_view(array.type):
        return array.cast(pa.string())
    return array.cast(pa.binary()) if pa.types.is_binary_view(array.type) else array


def _are_plain(words: pa.Array) -> bool:
    return bool(pc.all(pc.match_substring_regex(words, _PLAIN_NUMBERS)).as_py())


def _texts(array: pa.Array | pa.ChunkedArray) -> pa.Array:
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    return pc.utf8_trim_whitespace(texts(array))


def _damaged(error: Exception) -> UnreadableTableError:
    return UnreadableTableError(kind="Parquet", problem=str(error).partition("\n")[0].rstrip("."))
