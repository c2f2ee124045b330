"""Reading measured flowers from a CSV file, however its author wrote the header.

Read are scikit-learn's names ("sepal length (cm)", or without the unit), snake_case,
camelCase, dotted (R) and headerless files; commas, semicolons or tabs; a decimal comma where
the comma does not separate columns; a byte order mark; any order of columns.
"""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
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
    UnknownSpeciesError,
    UnreadableFileError,
    WrongColumnsError,
)
from irisml.measurements import FEATURES, SPECIES, Measurement, checked_cm, parsed_number

SPECIES_COLUMNS = ("species", "class", "variety", "target", "label")
IGNORED_COLUMNS = ("", "id", "unnamed:_0", "rownames", "row", "species_id")
"""Row numbers that pandas, R and Kaggle write, and plotly's species numbers; they measure nothing."""


_SPECIES_NUMBERS = ("0", "1", "2")


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


def read_measurements_csv(source: str | Path | BinaryIO) -> MeasurementTable:
    r"""Read flowers from a CSV file.

    Parameters
    ----------
    source : str, Path or binary file
        UTF-8 text.

    Raises
    ------
    UnreadableFileError
        If there is no such file, or it cannot be read.
    NotUtf8Error
        If it is no UTF-8 text.
    InvalidTableError
        If a column is missing, extra or there twice, or there is no row.
    InvalidRowsError
        If rows cannot be read; it names them all, by line.

    Examples
    --------
    >>> file = io.BytesIO(b"petal.width;petal.length;sepal.width;sepal.length\n0,2;1,4;3,5;5,1")
    >>> table = read_measurements_csv(file)
    >>> table.measurements
    (Measurement(sepal_length=5.1, sepal_width=3.5, petal_length=1.4, petal_width=0.2),)
    """
    rows = _rows(_text(source))
    if not rows:
        raise EmptyTableError
    columns = _columns(rows[0][1])
    if tuple(rows[0][1][-len(SPECIES) :]) == SPECIES:  # scikit-learn's own file: counts and species, then flowers
        columns, rows = (*FEATURES, "species"), rows[1:]
    elif columns is None:  # the first row is a flower
        columns = (*FEATURES, "species")[: max(len(FEATURES), len(rows[0][1]))]
    else:
        rows = rows[1:]
    if not rows:
        raise EmptyTableError
    measurements, species, bad = [], [], []
    for line, cells in rows:
        measurement, label, problems = _flower(columns, cells)
        if problems:
            bad.append((line, problems))
        elif measurement is not None:
            measurements.append(measurement)
            species.append(label)
    if bad:
        raise InvalidRowsError(tuple(bad), len(rows))
    labelled = any(species)
    if labelled and not all(species):
        unlabelled: list[tuple[int, tuple[InputError, ...]]] = [
            (line, (MissingSpeciesError(),)) for (line, _), label in zip(rows, species, strict=True) if not label
        ]
        raise InvalidRowsError(tuple(unlabelled), len(rows))
    return MeasurementTable(tuple(measurements), tuple(species) if labelled else None, tuple(line for line, _ in rows))


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


def _rows(text: str) -> list[tuple[int, list[str]]]:
    """Split into cells; with each row the line where it stands. Blank lines are passed over."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = next((mark for mark in ";\t" if mark in first), ",")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
    rows, start = [], 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((start, [cell.strip() for cell in cells]))
            start = reader.line_num + 1  # a quoted cell may hold a line break
    except csv.Error as error:
        raise BrokenCsvError(line=start) from error
    return rows


def _columns(header: Sequence[str]) -> tuple[str, ...] | None:
    """Return our names of the columns, "" for one to ignore; None where *header* is a flower already."""
    try:
        parsed_number(FEATURES[0], header[0].replace(",", "."))
    except NotANumberError:
        pass
    else:
        return None
    names = [_column(cell) for cell in header]
    wrong = {
        "missing": [feature for feature in FEATURES if feature not in names],
        "unknown": [cell for cell, name in zip(header, names, strict=True) if name is None],
        "repeated": sorted({name for name in names if name and names.count(name) > 1}),
    }
    if any(wrong.values()):
        raise WrongColumnsError(**{kind: ", ".join(found) or "-" for kind, found in wrong.items()})
    return tuple(name or "" for name in names)


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
            problems.append(error)
    label = ""
    if row.get("species"):
        try:
            label = species_name(row["species"])
        except UnknownSpeciesError as error:
            problems.append(error)
    return (None if problems else Measurement(*values)), label, tuple(problems)
