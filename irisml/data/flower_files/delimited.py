"""Delimited text as rows of cells: detects the delimiter, and skips lines that are not rows."""

import csv
import io
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice

from irisml.data.flower_files.columns import MOST_COLUMNS, is_flower_like
from irisml.data.flower_files.headers import column
from irisml.data.flower_files.lengths import is_number
from irisml.domain.errors import BrokenCsvError
from irisml.domain.i18n import Phrase, sentence

Row = tuple[int, list[str]]
"""Line in the file where a row begins (the first line is 1), and its cells."""

_DELIMITERS = (";", "\t", "|", ",", " ")
"""If two fit equally well, the first one is taken: a comma may be a decimal sign, a space may pad a comma."""
_SAMPLE_LINES = 50
_LIKE_A_FLOWER = 3
"""Numbers in a quoted cell of several lines from which it counts as several rows."""
_NAMED_DELIMITER = re.compile(r'"?sep=(.)"?\s*$', re.IGNORECASE)
_LIKE_ROWS = Phrase(sentence("a quoted cell that begins there seems to contain other rows"), {})
_OPEN_QUOTE = Phrase(sentence("a quote that opens there is not closed"), {})
_LONG_CELL = Phrase(sentence("a cell is longer than {n} characters"), {"n": csv.field_size_limit()})
_RULE = re.compile(r"[\s|:+]*([-=]{3,}[\s|:+]*)+$")
"""Horizontal rule between the header and the rows of a text table, such as Markdown."""


@dataclass(frozen=True)
class DelimitedText:
    r"""Table in delimited text; iterating yields its rows.

    Parameters
    ----------
    text : str
    delimiter : str
        One of ";", tab, "|", "," and " ", which stands for any white space; or the one in "sep=".
    first_line : int
        Line where the table begins; the first line is 1.

    Examples
    --------
    >>> table = DelimitedText.of("# my bed\n5,1;3,5;1,4;0,2\n")
    >>> table.delimiter, list(table)
    (';', [(2, ['5,1', '3,5', '1,4', '0,2'])])
    """

    text: str
    delimiter: str
    first_line: int

    @classmethod
    def of(cls, text: str) -> "DelimitedText":
        """Detect the delimiter: from Excel's "sep=" line, else the one that gives most rows four numbers."""
        named = _NAMED_DELIMITER.match(next(_lines(text), ""))
        if named:
            return cls(text, named[1], 2)
        filled = (line for line in _lines(text) if line.strip() and not line.lstrip().startswith(("#", "%")))
        sample = "".join(islice(filled, _SAMPLE_LINES))

        def fit(delimiter: str) -> tuple[int, int, bool]:
            rows: list[list[str]] = []
            with suppress(BrokenCsvError):  # the sample may end within a quoted cell; the file itself is read later
                rows.extend(cells for _, cells in cls(sample, delimiter, 1))
            n_features = max(
                (sum(column(cell).feature is not None for cell in cells[:MOST_COLUMNS]) for cells in rows), default=0
            )
            # If no row is a flower, e.g. because the lengths are invalid, the header decides; else the comma.
            return sum(map(is_flower_like, rows)), n_features, delimiter == ","

        return cls(text, max(_DELIMITERS, key=fit), 1)

    def __iter__(self) -> Iterator[Row]:
        """Yield the rows, without blank lines, comments and rules.

        Raises
        ------
        BrokenCsvError
            If a quote is not closed, or a quoted cell contains other rows.
        """
        lines = _Lines(self)
        spaces = self.delimiter == " "
        source = (" ".join(line.split()) for line in lines) if spaces else iter(lines)
        reader = csv.reader(source, delimiter=self.delimiter, skipinitialspace=True)
        while True:
            lines.next_record()
            try:
                cells = next(reader)
            except StopIteration:
                break
            except csv.Error as error:  # without strict=True, only for a long cell
                raise BrokenCsvError(line=lines.first, problem=_LONG_CELL) from error
            if len(lines.record) > 1:
                self._check_lines(cells, lines)
            if self.delimiter == "|" and lines.record[0].lstrip().startswith("|"):
                cells = cells[1:-1] if not cells[-1].strip() else cells[1:]
            cells = [cell.strip() for cell in cells]
            if spaces and len(cells) > 1 and cells[-2].lower() in ("iris", "i."):
                cells[-2:] = [" ".join(cells[-2:])]
            if any(cells):
                yield lines.first, cells
        self._check_closed(lines.last_record, lines.last_first)

    def comments(self) -> Iterator[str]:
        """Yield the comments before the first row, with the comment sign."""
        for line in _lines(self.text):
            if line.strip():
                if not self.is_comment(line):
                    return
                yield line.strip()

    def is_comment(self, line: str) -> bool:
        """Whether a line begins with # or % and is not a flower, whose first cell may also begin with them."""
        if not line.lstrip().startswith(("#", "%")):
            return False
        if len(line) <= len("#1,2,3,4"):
            return True
        return not is_flower_like([cell.strip(' "\t\r\n') for cell in line.split(self.delimiter)])

    def is_rule(self, line: str) -> bool:
        """Whether a line is a horizontal rule."""
        return self.delimiter in " |" and _RULE.match(line) is not None

    def _check_lines(self, cells: list[str], lines: "_Lines") -> None:
        """Refuse a row of several lines that contains other rows because a quote is missing."""
        self._check_closed(lines.record, lines.first)
        for cell in cells:
            pieces = cell.splitlines()
            if len(pieces) > 1:
                parts = [part.strip(' "') for piece in pieces for part in piece.split(self.delimiter)]
                if self.delimiter == " " or sum(map(is_number, parts)) >= _LIKE_A_FLOWER:
                    raise BrokenCsvError(line=lines.first, problem=_LIKE_ROWS)

    def _check_closed(self, record: list[str], line: int) -> None:
        """Refuse a row with unbalanced quotes, which the lenient reader accepts."""
        source = io.StringIO("".join(record), newline="")
        try:
            list(csv.reader(source, delimiter=self.delimiter, skipinitialspace=True, strict=True))
        except csv.Error as error:
            # Within one line, text after a quote loses nothing; over several lines it joins rows.
            if len(record) > 1 or "unexpected end" in str(error):
                raise BrokenCsvError(line=line, problem=_OPEN_QUOTE) from error


def _lines(text: str) -> Iterator[str]:
    """Yield the lines of a text with the line endings of Windows, Unix or classic Mac OS."""
    return iter(io.StringIO(text, newline=""))


class _Lines:
    """Iterator of lines for the CSV reader that keeps the lines of the current record."""

    def __init__(self, table: DelimitedText) -> None:
        self.record: list[str] = []
        self.last_record: list[str] = []
        self.first = self.last_first = table.first_line
        self._table = table
        self._numbered = enumerate(_lines(table.text), 1)
        for _ in range(table.first_line - 1):
            next(self._numbered)

    def next_record(self) -> None:
        """Start the next record."""
        self.last_record, self.last_first = self.record, self.first
        self.record = []

    def __iter__(self) -> Iterator[str]:
        table = self._table
        for number, line in self._numbered:
            if not self.record:
                if not line.strip() or table.is_comment(line) or table.is_rule(line):
                    continue
                self.first = number
            self.record.append(line)
            yield line
