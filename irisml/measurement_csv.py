"""Reading measured flowers from a CSV file, however its author wrote the header.

Read are scikit-learn's names ("sepal length (cm)", or without the unit), snake_case,
camelCase, dotted (R) and headerless files; commas, semicolons or tabs; a decimal comma where
the comma does not separate columns; a byte order mark; any order of columns.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from irisml.errors import (
    BrokenCsvError,
    EmptyTableError,
    InputError,
    InvalidRowsError,
    MissingSpeciesError,
    NotANumberError,
    NotUtf8Error,
    RowLengthError,
    SpeciesNumbersError,
    TooManyRowsError,
    UnknownSpeciesError,
    UnreadableFileError,
    WrongColumnsError,
)
from irisml.measurements import FEATURES, SPECIES, Measurement, checked_cm, parsed_number

SPECIES_COLUMNS = ("species", "class", "variety", "target", "label")
IGNORED_COLUMNS = ("", "id", "unnamed:_0", "rownames", "row", "species_id")
"""Row numbers that pandas, R and Kaggle write, and plotly's species numbers; they measure nothing."""
_SPECIES_NUMBERS = ("0", "1", "2")
_CODE = re.compile(r"[0-9]{1,3}(\.0*)?")
_MOST_SHOWN, _LONGEST_SHOWN = 10, 40
"""Names of columns that an error repeats, and characters of each: the file may be anything at all."""


@dataclass(frozen=True, eq=False)
class MeasurementTable:
    """Flowers read from a file.

    Parameters
    ----------
    measurements : tuple of Measurement, length n_samples
    species : tuple of str, length n_samples, or None
        Labels as names of `SPECIES`; None where the file has none.
    lines : tuple of int, length n_samples
        Line in the file where each flower stands; the first line is 1.
    """

    measurements: tuple[Measurement, ...]
    species: tuple[str, ...] | None
    lines: tuple[int, ...]


def read_measurements_csv(
    source: str | Path | BinaryIO, *, most_rows: int | None = None, most_bad_rows: int = 1000
) -> MeasurementTable:
    r"""Read flowers from a CSV file.

    Parameters
    ----------
    source : str, Path or binary file
        UTF-8 text.
    most_rows : int, optional
        Rows that may be read; a longer file is refused without reading the rest.
    most_bad_rows : int
        Rows that cannot be read before reading stops: each keeps its errors in memory.

    Raises
    ------
    UnreadableFileError
        If there is no such file, or it cannot be read.
    NotUtf8Error
        If it is no UTF-8 text.
    InvalidTableError
        If a column is missing, extra or there twice, or there is no row.
    TooManyRowsError
        If there are more than *most_rows*.
    InvalidRowsError
        If rows cannot be read; it names them by line, at most *most_bad_rows* of them.
    SpeciesNumbersError
        If the species are numbers that do not say which species they mean.

    Examples
    --------
    >>> file = io.BytesIO(b"petal.width;petal.length;sepal.width;sepal.length\n0,2;1,4;3,5;5,1")
    >>> table = read_measurements_csv(file)
    >>> table.measurements
    (Measurement(sepal_length=5.1, sepal_width=3.5, petal_length=1.4, petal_width=0.2),)
    """
    rows = _rows(_text(source))
    header = next(rows, None)
    if header is None:
        raise EmptyTableError
    columns = _columns(header[1])
    # scikit-learn's own file begins with counts and the three names, so it says what its numbers mean.
    names_its_numbers = tuple(header[1][-len(SPECIES) :]) == SPECIES
    if names_its_numbers:
        columns = (*FEATURES, "species")
    elif columns is None:  # the first row is a flower
        columns = (*FEATURES, "species")[: max(len(FEATURES), len(header[1]))]
        rows = chain([header], rows)
    measurements, labels, lines, bad = [], [], [], []
    n_rows = 0
    for line, cells in rows:
        n_rows += 1
        if most_rows is not None and n_rows > most_rows:
            raise TooManyRowsError(most=most_rows)
        measurement, label, problems = _flower(columns, cells)
        if problems:
            bad.append((line, problems))
            if len(bad) > most_bad_rows:
                raise InvalidRowsError(tuple(bad[:most_bad_rows]), n_rows, stopped=True)
        elif measurement is not None:
            measurements.append(measurement)
            labels.append(label)
            lines.append(line)
    if not n_rows:
        raise EmptyTableError
    if bad:
        raise InvalidRowsError(tuple(bad), n_rows)
    species = _species(labels, lines, most_bad_rows, first_code=0 if names_its_numbers else None)
    return MeasurementTable(tuple(measurements), species, tuple(lines))


def _species(
    labels: Sequence[str], lines: Sequence[int], most_bad_rows: int, first_code: int | None
) -> tuple[str, ...] | None:
    """Return the species of every row; None where no row has one. Without a *first_code* the numbers must tell it."""
    if not any(labels):
        return None
    unlabelled: list[tuple[int, tuple[InputError, ...]]] = [
        (line, (MissingSpeciesError(),)) for line, label in zip(lines, labels, strict=True) if not label
    ]
    if unlabelled:
        raise InvalidRowsError(tuple(unlabelled[:most_bad_rows]), len(labels), stopped=len(unlabelled) > most_bad_rows)
    codes = {int(float(label)) for label in labels if _CODE.fullmatch(label)}
    if first_code is None:
        first_code = next((first for first in (0, 1) if codes == {first, first + 1, first + 2}), -1)
    # With fewer than three numbers nobody knows whether 1 is the first species or the second.
    if codes and (first_code < 0 or not codes <= set(range(first_code, first_code + len(SPECIES)))):
        raise SpeciesNumbersError(found=", ".join(map(str, sorted(codes)[:_MOST_SHOWN])))
    return tuple(SPECIES[int(float(label)) - first_code] if _CODE.fullmatch(label) else label for label in labels)


def species_name(label: str) -> str:
    """Return the name in `SPECIES` that *label* means: "Iris-setosa", "I. setosa", "SETOSA" and "0" are setosa.

    Raises
    ------
    UnknownSpeciesError

    Examples
    --------
    >>> species_name("Iris-virginica")
    'virginica'
    """
    plain = re.sub(r"^(iris|i\.)[\s_-]*", "", label.strip().lower())
    if plain in SPECIES:
        return plain
    if plain in _SPECIES_NUMBERS:
        return SPECIES[_SPECIES_NUMBERS.index(plain)]
    raise UnknownSpeciesError(value=label.strip())


def _text(source: str | Path | BinaryIO) -> str:
    try:
        content = Path(source).read_bytes() if isinstance(source, str | Path) else source.read()
        return content.decode("utf-8-sig")
    except OSError as error:
        raise UnreadableFileError(path=source, problem=error.strerror or error) from error
    except UnicodeDecodeError as error:
        raise NotUtf8Error(at=error.start) from error


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Split into cells, one row after the other; with each the line where it stands. Blank lines are passed over."""
    first = next((line for line in io.StringIO(text) if line.strip()), "")
    delimiter = next((mark for mark in ";\t" if mark in first), ",")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
    start = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield start, [cell.strip() for cell in cells]
            start = reader.line_num + 1  # a quoted cell may hold a line break
    except csv.Error as error:
        raise BrokenCsvError(line=start) from error


def _columns(header: Sequence[str]) -> tuple[str, ...] | None:
    """Return our names of the columns, "" for one to ignore; None where *header* is a flower already."""
    try:
        parsed_number(FEATURES[0], header[0].replace(",", "."))
    except NotANumberError:
        pass
    else:
        return None
    names = [_column(cell) for cell in header]
    times = Counter(name for name in names if name)
    wrong = {
        "missing": [feature for feature in FEATURES if feature not in times],
        "unknown": [cell for cell, name in zip(header, names, strict=True) if name is None],
        "repeated": sorted(name for name, n in times.items() if n > 1),
    }
    if any(wrong.values()):
        raise WrongColumnsError(**{kind: _listed(found) for kind, found in wrong.items()})
    return tuple(name or "" for name in names)


def _listed(names: Sequence[str]) -> str:
    shown = [name if len(name) <= _LONGEST_SHOWN else f"{name[:_LONGEST_SHOWN]}…" for name in names[:_MOST_SHOWN]]
    return ", ".join([*shown, *(["…"] if len(names) > _MOST_SHOWN else [])]) or "-"


def _column(cell: str) -> str | None:
    """Return our name for a header: a feature, "species", "" for one to ignore, None for an unknown one."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", cell)
    name = re.sub(r"[\s._-]+", "_", words.lower().replace("(cm)", "")).strip("_").removesuffix("_cm")
    for feature in FEATURES:
        if name.replace("_", "") == feature.replace("_", ""):
            return feature
    if name in SPECIES_COLUMNS:
        return "species"
    return "" if name in IGNORED_COLUMNS else None


def _flower(columns: Sequence[str], cells: Sequence[str]) -> tuple[Measurement | None, str, tuple[InputError, ...]]:
    """Read one row; the problems are all of its problems."""
    if len(cells) != len(columns):
        return None, "", (RowLengthError(n=len(cells), expected=len(columns)),)
    row = dict(zip(columns, cells, strict=True))
    values: list[float] = []
    problems: list[InputError] = []
    for feature in FEATURES:
        try:
            values.append(checked_cm(feature, parsed_number(feature, row[feature].replace(",", "."))))
        except InputError as error:
            problems.append(_without_traceback(error))
    label = row.get("species", "")
    if label and not _CODE.fullmatch(label):  # what a number means is known from all of them
        try:
            label = species_name(label)
        except UnknownSpeciesError as error:
            problems.append(_without_traceback(error))
    return (None if problems else Measurement(*values)), label, tuple(problems)


def _without_traceback(error: InputError) -> InputError:
    """Let go of the frames that an error holds: a file of 1 MB has hundreds of thousands of them."""
    error.__cause__ = error.__context__ = None
    return error.with_traceback(None)
