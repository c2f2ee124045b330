"""Detection of the header, the columns and the first flower of a table."""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from irisml.data.flower_files.columns import (
    MOST_COLUMNS,
    columns_by_content,
    header_columns,
    is_flower_like,
    is_header,
    label_places,
    listed,
    names_all_lengths,
    with_row_names,
    with_units_of,
)
from irisml.data.flower_files.delimited import DelimitedText, Row
from irisml.data.flower_files.headers import Column, column
from irisml.data.flower_files.labels import known_species
from irisml.data.flower_files.lengths import MM, is_number
from irisml.domain.errors import EmptyTableError, InvalidTableError
from irisml.domain.i18n import Phrase, sentence
from irisml.domain.measurements import FEATURES

_COUNT = re.compile(r"\d{1,9}", re.ASCII)
_SAMPLE_ROWS = 1000
"""Rows from which the columns are determined."""
_MOST_COMMENTS, _LONGEST_COMMENT = 100, 1000
"""Limits on the comments searched for a header, and on the characters of each."""
_LAST_HEADER_ROW = 10
"""Rows searched for the header, which may follow a title and notes."""


@dataclass(frozen=True, eq=False)
class Layout:
    """Positions of the header, the columns and the flowers of a table.

    Parameters
    ----------
    n_above : int
        Rows above the first flower.
    strays : tuple of int
        Lines of rows with numbers above the header.
    header : tuple of str or None
    columns : tuple of Column
    labels : tuple of int
        Positions of the label columns.
    announced : int or None
        Number of rows that the first line announces.
    codes : tuple of str or None
        Species of 0, 1 and 2, if the file defines them.
    notes : tuple of Phrase
        How the table was interpreted.
    """

    n_above: int
    strays: tuple[int, ...]
    header: tuple[str, ...] | None
    columns: tuple[Column, ...]
    labels: tuple[int, ...]
    announced: int | None
    codes: tuple[str, ...] | None
    notes: tuple[Phrase, ...]


def find_layout(rows: Iterable[Row]) -> Layout:
    r"""Determine the layout of a table from its first rows.

    Raises
    ------
    InvalidTableError
        If the columns are not clear, or there is no row.

    Examples
    --------
    >>> layout = find_layout(DelimitedText.of("My irises\nSL,SW,PL,PW\n5.1,3.5,1.4,0.2\n"))
    >>> layout.n_above, [column.feature for column in layout.columns]
    (2, ['sepal_length', 'sepal_width', 'petal_length', 'petal_width'])
    """
    sample = list(islice(iter(rows), _SAMPLE_ROWS))
    widest = max((len(cells) for _, cells in sample), default=0)
    if widest > MOST_COLUMNS:
        raise InvalidTableError(problem=Phrase(sentence("A row has {n} cells."), {"n": widest}))
    announced, codes = _counts(sample)
    start = 0 if announced is None else 1
    header_at = _header_row(sample, start)
    n_above = start
    strays: tuple[int, ...] = ()
    header: tuple[str, ...] | None = None
    notes = []
    if header_at is not None:
        n_above = header_at + 1
        above = sample[start:header_at]
        strays = tuple(line for line, cells in above if is_flower_like(cells))
        if above and not strays:
            words = sentence("The header is in line {line}; the lines above it were skipped.")
            notes.append(Phrase(words, {"line": sample[header_at][0]}))
        header = _named(sample[header_at][1], sample[n_above:])
    elif _is_title(sample[start:]):
        n_above = start + 1
        notes.append(Phrase(sentence("Line {line} was skipped as a title."), {"line": sample[start][0]}))
    if header is None and isinstance(rows, DelimitedText):
        header = _header_in_comments(rows, sample[n_above:])
    if not sample[n_above:]:
        if header is None and sample and is_header(sample[start][1]):
            header_columns(sample[start][1])
        raise EmptyTableError
    below = [cells for _, cells in sample[n_above:]]
    if header is None:
        columns = columns_by_content(below)
        order = ", ".join(column.feature for column in columns if column.feature)
        notes.append(Phrase(sentence("There is no header; the columns were read as {columns}."), {"columns": order}))
    else:
        columns = header_columns(header)
        if with_units := with_units_of(columns, below[0]):
            columns, n_above, below = with_units, n_above + 1, below[1:]
        columns = with_row_names(columns, below)
    labels = label_places(columns, below)
    notes += _notes_on(columns, labels, has_header=header is not None)
    return Layout(n_above, strays, header, columns, labels, announced, codes, tuple(notes))


def _notes_on(columns: Sequence[Column], labels: Sequence[int], *, has_header: bool) -> Iterator[Phrase]:
    in_mm = [column.header for column in columns if column.power == MM]
    if in_mm:
        yield Phrase(sentence("Converted from mm to cm: {columns}."), {"columns": listed(in_mm)})
    if not has_header:
        return
    others = [
        column.header
        for at, column in enumerate(columns)
        if column.header and not column.feature and not column.own and at not in labels
    ]
    if others:
        words = sentence("Columns that are not lengths and were kept unchanged: {columns}.")
        yield Phrase(words, {"columns": listed(others)})
    if labels and all(columns[at].label is None for at in labels):
        words = sentence("The species were read from the column {column}.")
        yield Phrase(words, {"column": listed([columns[at].header for at in labels])})
    if any(column.own and column.header == "species" for column in columns):
        yield Phrase(sentence("The column species holds predictions of irisml 0.1, not labels."), {})


def _counts(sample: Sequence[Row]) -> tuple[int | None, tuple[str, ...] | None]:
    """Return the number of rows in the first line and, in scikit-learn's file, the species of 0, 1 and 2."""
    if not sample[1:]:
        return None, None
    filled, below = [cell for cell in sample[0][1] if cell], sample[1][1]
    if not filled or not _COUNT.fullmatch(filled[0]) or len(below) < len(FEATURES):
        return None, None
    n_rows, *others = filled
    if all(map(_COUNT.fullmatch, others)) and not others[1:]:
        return int(n_rows), None  # "150", or "150,4"
    names = [known_species(cell) for cell in others[1:]]
    if _COUNT.fullmatch(others[0]) and all(names):
        return int(n_rows), tuple(name for name in names if name)
    return None, None


def _header_row(sample: Sequence[Row], start: int) -> int | None:
    """Return the position of the header: the first row with all four lengths, else a first row that is a header."""
    for at in range(start, min(start + _LAST_HEADER_ROW, len(sample))):
        if names_all_lengths(sample[at][1]):
            return at
    return start if len(sample) > start and is_header(sample[start][1]) and not _is_title(sample[start:]) else None


def _is_title(sample: Sequence[Row]) -> bool:
    """Whether the first row is a title above flowers without a header: text, followed by numbers."""
    if not sample[1:]:
        return False
    filled = [cell for cell in sample[0][1] if cell]
    names = any(column(cell).feature or column(cell).label for cell in filled)
    return (
        len(filled) < len(FEATURES) and not names and not any(map(is_number, filled)) and is_flower_like(sample[1][1])
    )


def _named(cells: Sequence[str], below: Sequence[Row]) -> tuple[str, ...]:
    """Return a header without the empty cells at its end, except those of unnamed columns with content."""
    end = len(cells)
    held = Counter(len(_without_empty_end(row)) for _, row in below).most_common(1)
    while end and not cells[end - 1] and not (held and held[0][0] >= end):
        end -= 1
    return tuple(cells[:end])


def _header_in_comments(rows: DelimitedText, below: Sequence[Row]) -> tuple[str, ...] | None:
    """Return the header in a comment, as numpy writes it; the number sign may also be a column name."""
    width = Counter(len(cells) for _, cells in below).most_common(1)
    for comment in islice(rows.comments(), _MOST_COMMENTS):
        if len(comment) > _LONGEST_COMMENT:
            continue
        for line in (f" {comment}", comment.lstrip("#%")):
            cells = next(csv.reader([line.strip()], delimiter=rows.delimiter, skipinitialspace=True), [])
            cells = [cell.strip() for cell in cells]
            if names_all_lengths(cells) and width and width[0][0] == len(cells):
                return tuple(cells)
    return None


def _without_empty_end(cells: Sequence[str]) -> Sequence[str]:
    end = len(cells)
    while end and not cells[end - 1]:
        end -= 1
    return cells[:end]
