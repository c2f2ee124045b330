"""Reading of flowers from CSV, Excel and Parquet files."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from irisml.data.flower_files.columns import header_columns, names_all_lengths, order_is_usual
from irisml.data.flower_files.contents import (
    EXCEL,
    PARQUET,
    binary_kind,
    decoded,
    guessed_encoding,
    refuse_other_kind,
    refuse_other_text,
)
from irisml.data.flower_files.delimited import DelimitedText, Row
from irisml.data.flower_files.labels import is_code, species_of
from irisml.data.flower_files.layout import Layout, find_layout
from irisml.data.flower_files.lengths import MM, LengthColumn
from irisml.domain.errors import (
    AboveHeaderError,
    ContradictoryLabelsError,
    EmptyTableError,
    InputError,
    InvalidRowsError,
    MillimetresError,
    MissingSpeciesError,
    RowCountError,
    RowLengthError,
    SecondHeaderError,
    SpeciesNumbersError,
    TooManyRowsError,
    UnreadableFileError,
)
from irisml.domain.i18n import Phrase, sentence
from irisml.domain.measurements import FEATURES, SPECIES, Measurement

Meaning = dict[str, str | InputError]
"""Species of each label of a column, or the error if it has none."""
LineProblems = tuple[int, tuple[InputError, ...]]
"""Line in the file, and its errors."""

_MOST_KEPT = 1000
"""Distinct cells that are stored once for all rows."""


@dataclass(frozen=True, eq=False)
class MeasurementTable:
    """Flowers read from a file.

    Parameters
    ----------
    measurements : tuple of Measurement, length n_samples
    species : tuple of (str or None), length n_samples, or None
        Labels as names of `SPECIES`; None for a flower without one, and where the file has none.
    lines : tuple of int, length n_samples
        Line of each flower in the file, from 1. In a workbook it is the row of the sheet, in a Parquet file the
        row of the table.
    own_columns : tuple of str
        Headers of the other columns, in the order of the file.
    own_cells : tuple of tuple of str, length n_samples
        Their cells.
    problems : tuple of (int, tuple of InputError)
        Lines that could not be read, and their errors; empty if the file was read strictly.
    label_problems : tuple of (int, tuple of InputError)
        Lines whose label is not a species, and the errors; empty if the file was read strictly.
    notes : tuple of Phrase
        How the file was interpreted, for its author to check.
    n_missing : int
        Rows that the first line announces and that are missing.
    """

    measurements: tuple[Measurement, ...]
    species: tuple[str | None, ...] | None
    lines: tuple[int, ...]
    own_columns: tuple[str, ...] = ()
    own_cells: tuple[tuple[str, ...], ...] = ()
    problems: tuple[LineProblems, ...] = ()
    label_problems: tuple[LineProblems, ...] = ()
    notes: tuple[Phrase, ...] = ()
    n_missing: int = 0


def read_measurements_csv(
    source: str | Path | BinaryIO,
    *,
    strict: bool = True,
    most_rows: int | None = None,
    most_bad_rows: int = 1000,
    text_only: bool = False,
) -> MeasurementTable:
    r"""Read flowers from a CSV, Excel or Parquet file.

    ``docs/files.md`` lists the supported headers, labels, separators, encodings and file types.
    Ambiguous input is refused, never guessed.

    Parameters
    ----------
    source : str, Path or binary file
    strict : bool
        Whether to refuse the file if a row or label cannot be read. If False, the errors are
        returned in the table with the flowers that were read.
    most_rows : int, optional
        Maximum number of rows; a longer file is refused without reading the rest.
    most_bad_rows : int
        Maximum number of rows with errors before reading stops: the errors are kept in memory.
    text_only : bool
        Whether to refuse Excel and Parquet: a small file of these types can fill the memory.

    Raises
    ------
    UnreadableFileError
        If there is no such file, or it cannot be read.
    NotATableError
        If it is of another type: JSON, PDF, a picture and so on.
    InvalidTableError
        If its columns are not clear, or there is no row.
    TooManyRowsError
        If there are more than *most_rows*.
    InvalidRowsError
        If any row cannot be read (*strict*), or all rows or more than *most_bad_rows* (not *strict*).
    SpeciesNumbersError
        If the species are ambiguous numbers (only if *strict*).

    Examples
    --------
    >>> import io
    >>> file = io.BytesIO(b"petal.width;petal.length;sepal.width;sepal.length\n0,2;1,4;3,5;5,1")
    >>> table = read_measurements_csv(file)
    >>> table.measurements
    (Measurement(sepal_length=5.1, sepal_width=3.5, petal_length=1.4, petal_width=0.2),)
    """
    try:
        content = Path(source).read_bytes() if isinstance(source, str | Path) else source.read()
    except OSError as error:
        raise UnreadableFileError(path=source, problem=error.strerror or error) from error
    rows, notes = _rows(content, text_only=text_only)
    layout = find_layout(rows)
    flowers = _Flowers(layout, most_bad_rows)
    n_rows = len(layout.strays)
    for line, cells in islice(iter(rows), layout.n_above, None):
        n_rows += 1
        if most_rows is not None and n_rows > most_rows:
            raise TooManyRowsError(most=most_rows)
        flowers.add(line, cells, n_rows)
    return flowers.table([*notes, *layout.notes], n_rows, strict=strict)


def _rows(content: bytes, *, text_only: bool) -> tuple[Iterable[Row], list[Phrase]]:
    kind = binary_kind(content)
    if kind in (EXCEL, PARQUET) and not text_only:
        from irisml.data.flower_files.workbooks import (  # only these files need the two libraries
            parquet_rows,
            workbook_rows,
        )

        if kind == PARQUET:
            return list(parquet_rows(content)), []
        rows, sheet, n_sheets = workbook_rows(content)
        words = sentence("One of {n} sheets was read: {sheet}.")
        return rows, [Phrase(words, {"sheet": sheet, "n": n_sheets})] if n_sheets > 1 else []
    if kind is not None:
        refuse_other_kind(kind)
    text, guess = decoded(content)
    refuse_other_text(text)
    return DelimitedText.of(text), [guessed_encoding(guess)] if guess else []


class _Flowers:
    """Collects the rows of a table as flowers, labels and problems."""

    def __init__(self, layout: Layout, most_bad_rows: int) -> None:
        self._layout = layout
        self._most_bad_rows = most_bad_rows
        columns = layout.columns
        self._lengths = []
        for feature in FEATURES:
            at, column = next((at, column) for at, column in enumerate(columns) if column.feature == feature)
            self._lengths.append((at, LengthColumn(feature, column.power)))
        self._own = [at for at, column in enumerate(columns) if not column.feature and not column.own]
        self._measurements: list[Measurement] = []
        self._lines: list[int] = []
        self._labels: list[tuple[str, ...]] = []
        self._all_labels: list[dict[str, None]] = [{} for _ in layout.labels]
        self._own_cells: list[tuple[str, ...]] = []
        self._known: dict[str, str] = {}
        self._bad: list[LineProblems] = [(line, (AboveHeaderError(),)) for line in layout.strays]
        self._bad_labels: dict[int, tuple[str, ...]] = {}
        self._in_mm = 0
        self._unusual: list[int] = []

    def add(self, line: int, cells: list[str], n_rows: int) -> None:
        """Read one row."""
        width = len(self._layout.columns)
        if len(cells) > width and not any(cells[width:]):
            del cells[width:]
        if len(cells) != width:
            if names_all_lengths(cells):
                raise SecondHeaderError(line=line)
            self._add_bad(line, (RowLengthError(n=len(cells), expected=width),), n_rows)
            return
        labels = tuple(self._kept(cells[at]) for at in self._layout.labels)
        for seen, label in zip(self._all_labels, labels, strict=True):
            seen[label] = None
        lengths = [column.read(cells[at]) for at, column in self._lengths]
        problems = tuple(length for length in lengths if isinstance(length, InputError))
        if problems:
            if names_all_lengths(cells):
                self._meet_header(line, cells)
                return
            self._in_mm += self._would_be_mm(cells)
            self._bad_labels[line] = labels
            self._add_bad(line, problems, n_rows)
            return
        measurement = Measurement(*lengths)  # type: ignore[arg-type]  # without problems all four are numbers
        if not order_is_usual(measurement):
            self._unusual.append(line)
        self._measurements.append(measurement)
        self._lines.append(line)
        if labels:
            self._labels.append(labels)
        if self._own:
            self._own_cells.append(tuple(self._kept(cells[at]) for at in self._own))

    def _meet_header(self, line: int, cells: Sequence[str]) -> None:
        """Skip a repeated header, as in concatenated files, if it names the same columns as the first one."""
        columns = [(column.feature, column.power) for column in header_columns(cells)]
        if columns != [(column.feature, column.power) for column in self._layout.columns]:
            raise SecondHeaderError(line=line)

    def _kept(self, cell: str) -> str:
        """Return the same object for equal cells, to save memory: most cells of a column are equal."""
        return self._known.setdefault(cell, cell) if len(self._known) < _MOST_KEPT else self._known.get(cell, cell)

    def _add_bad(self, line: int, problems: tuple[InputError, ...], n_rows: int) -> None:
        self._bad.append((line, problems))
        if len(self._bad) > self._most_bad_rows:
            if not self._measurements and 2 * self._in_mm > n_rows:
                raise MillimetresError(n=self._in_mm)
            raise InvalidRowsError(tuple(self._bad[: self._most_bad_rows]), n_rows, stopped=True)

    def _would_be_mm(self, cells: Sequence[str]) -> bool:
        return all(
            not column.power and not isinstance(LengthColumn(column.feature, MM).read(cells[at]), InputError)
            for at, column in self._lengths
        )

    def table(self, notes: list[Phrase], n_rows: int, *, strict: bool) -> MeasurementTable:
        """Return the table of the rows added so far."""
        if not n_rows:
            raise EmptyTableError
        if not self._measurements and 2 * self._in_mm > n_rows:
            raise MillimetresError(n=self._in_mm)
        announced = self._layout.announced
        if announced is not None and announced != n_rows:
            another = RowCountError(announced=announced, n=n_rows)
            if strict:
                raise another
            notes.append(Phrase(another.template, another.values))
        meanings, label_notes = self._meanings(strict=strict)
        species, label_problems = self._species(meanings, strict=strict)
        refused = self._all_problems(meanings, label_problems) if strict else self._bad
        if refused and (strict or not self._measurements):
            most = self._most_bad_rows
            raise InvalidRowsError(tuple(refused[:most]), n_rows, stopped=len(refused) > most)
        if self._unusual:
            words = sentence(
                "Flowers with a petal longer than the sepal, or a part wider than long: {n}, the first in line {line}. "
                "None of the 150 irises is like this: are the columns in the right order?"
            )
            notes.append(Phrase(words, {"n": len(self._unusual), "line": self._unusual[0]}))
        return MeasurementTable(
            tuple(self._measurements),
            species,
            tuple(self._lines),
            tuple(self._layout.columns[at].header for at in self._own),
            tuple(self._own_cells),
            tuple(self._bad),
            tuple(label_problems),
            (*notes, *label_notes),
            max(0, (announced or 0) - n_rows),
        )

    def _meanings(self, *, strict: bool) -> tuple[list[Meaning], list[Phrase]]:
        """Return the species of the labels of each column, and notes on numbers among them."""
        meanings = [species_of(seen, self._layout.codes) for seen in self._all_labels]
        notes = []
        for at, meaning in enumerate(meanings):
            undecided = next((one for one in meaning.values() if isinstance(one, SpeciesNumbersError)), None)
            if undecided is None or not all(is_code(label) for label in meaning):
                continue
            if strict and self._layout.columns[self._layout.labels[at]].label == "strong":
                raise undecided
            notes.append(Phrase(undecided.template, undecided.values))
            meanings[at] = {}
        return meanings, [*notes, *self._read_codes(meanings)]

    def _species(
        self, meanings: Sequence[Meaning], *, strict: bool
    ) -> tuple[tuple[str | None, ...] | None, list[LineProblems]]:
        species: list[str | None] = []
        problems: list[LineProblems] = []
        for line, labels in zip(self._lines, self._labels, strict=False):
            name, problem = _meaning_of_row(labels, meanings)
            species.append(name)
            if problem is not None:
                problems.append((line, (problem,)))
        labelled = any(species) or bool(problems)
        if strict and labelled:
            told = {line for line, _ in problems}
            unlabelled = [line for line, name in zip(self._lines, species, strict=True) if name is None]
            problems += [(line, (MissingSpeciesError(),)) for line in unlabelled if line not in told]
        return tuple(species) if labelled else None, problems

    def _all_problems(self, meanings: Sequence[Meaning], label_problems: list[LineProblems]) -> list[LineProblems]:
        bad = []
        for line, problems in self._bad:
            problem = _meaning_of_row(self._bad_labels.get(line, ()), meanings)[1]
            bad.append((line, (*problems, *([problem] if problem else []))))
        return sorted([*bad, *label_problems], key=lambda one: one[0])

    def _read_codes(self, meanings: Sequence[Meaning]) -> Iterator[Phrase]:
        for meaning in meanings:
            codes = {int(float(label)): name for label, name in meaning.items() if is_code(label) and name in SPECIES}
            if codes:
                words = sentence("The species numbers were read as {meanings}.")
                yield Phrase(words, {"meanings": ", ".join(f"{code} = {codes[code]}" for code in sorted(codes))})


def _meaning_of_row(labels: Sequence[str], meanings: Sequence[Meaning]) -> tuple[str | None, InputError | None]:
    """Return the species from the labels of a row, or the error if they are invalid."""
    found = [meaning[label] for label, meaning in zip(labels, meanings, strict=False) if label in meaning]
    names = list(dict.fromkeys(one for one in found if isinstance(one, str)))
    if len(names) > 1:
        return None, ContradictoryLabelsError(first=names[0], second=names[1])
    problem = next((one for one in found if isinstance(one, InputError)), None)
    return (names[0], None) if names else (None, problem)
