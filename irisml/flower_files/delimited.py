"""A text as rows of cells: which sign stands between them, and which lines are no rows."""

import csv
import io
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice

from irisml.errors import BrokenCsvError
from irisml.flower_files.columns import MOST_COLUMNS, names_feature
from irisml.flower_files.lengths import is_number
from irisml.sentences import Phrase, sentence

Row = tuple[int, list[str]]
"""Line in the file where a row begins (the first line is 1), and its cells."""

_DELIMITERS = (";", "\t", "|", ",", " ")
"""Where two fit equally well the first one is taken: a comma may be a decimal sign, a space may pad a comma."""
_SAMPLE_LINES, _LENGTHS = 50, 4
_LIKE_A_FLOWER = 3
"""Numbers in a line inside of a quoted cell that make it a row which an unclosed quote has swallowed."""
_NAMED_DELIMITER = re.compile(r'"?sep=(.)"?\s*$', re.IGNORECASE)
_OPEN_QUOTE = Phrase(sentence("a quote that opens there is not closed"), {})
_LONG_CELL = Phrase(sentence("a cell is longer than {n} characters"), {"n": csv.field_size_limit()})
_RULE = re.compile(r"(?=.*(--|==|:-|-:))[\s|:+=-]+$")
"""Between the head and the rows of a table that was made for reading."""


@dataclass(frozen=True)
class DelimitedText:
    r"""A text that is a table.

    Parameters
    ----------
    text : str
    delimiter : str
        One of ";", tab, "|", "," and " ", which stands for any white space; or what "sep=" names.
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
        """Find out how a text is separated: by what Excel writes there, else by what makes four numbers of a line."""
        named = _NAMED_DELIMITER.match(text.partition("\n")[0])
        if named:
            return cls(text, named[1], 2)
        sample = list(
            islice((line for line in io.StringIO(text) if line.strip() and not _is_comment(line)), _SAMPLE_LINES)
        )
        candidates = {delimiter: cls("".join(sample), delimiter, 1) for delimiter in _DELIMITERS}

        def fit(delimiter: str) -> tuple[int, int, bool]:
            rows: list[list[str]] = []
            with suppress(BrokenCsvError):  # the sample may end within a quoted cell; the file itself is read later
                rows.extend(cells for _, cells in candidates[delimiter])
            n_flowers = sum(sum(map(is_number, cells)) >= _LENGTHS for cells in rows)
            # Without a flower, as where lengths cannot be read, the header tells; without one, it is what CSV says.
            return n_flowers, sum(map(names_feature, rows[0][:MOST_COLUMNS])) if rows else 0, delimiter == ","

        return cls(text, max(_DELIMITERS, key=fit), 1)

    def __iter__(self) -> Iterator[Row]:
        """Yield the rows, without blank lines, comments and rules.

        Raises
        ------
        BrokenCsvError
            If a quote is opened and not closed, or swallows other rows.
        """
        lines = _Lines(self.text, self.first_line)
        spaces = self.delimiter == " "
        source = (" ".join(line.split()) for line in lines) if spaces else iter(lines)
        reader = csv.reader(source, delimiter=self.delimiter, skipinitialspace=True)
        record = ""
        while True:
            lines.next_record()
            try:
                cells = next(reader)
            except StopIteration:
                break
            except csv.Error as error:  # the only one in a reader that is not strict
                raise BrokenCsvError(line=lines.first, problem=_LONG_CELL) from error
            record = "".join(lines.record)
            if len(lines.record) > 1 and (spaces or _swallows_rows(cells, self.delimiter)):
                raise BrokenCsvError(line=lines.first, problem=_OPEN_QUOTE)
            if self.delimiter == "|" and record.lstrip().startswith("|"):
                cells = cells[1:-1] if not cells[-1].strip() else cells[1:]
            cells = [cell.strip() for cell in cells]
            if spaces and len(cells) > 1 and cells[-2].lower() in ("iris", "i."):
                cells[-2:] = [" ".join(cells[-2:])]
            if any(cells):
                yield lines.first, cells
        self._check_last(record, lines.last_first)

    def comments(self) -> Iterator[str]:
        """Yield the comments before the first row, without their sign."""
        for line in io.StringIO(self.text):
            if line.strip():
                if not _is_comment(line):
                    return
                yield line.strip().lstrip("#%")

    def _check_last(self, record: str, line: int) -> None:
        # Only at the very end csv cannot tell by itself that a quote was never closed.
        try:
            list(csv.reader(io.StringIO(record, newline=""), delimiter=self.delimiter, strict=True))
        except csv.Error as error:
            if "unexpected end" in str(error):
                raise BrokenCsvError(line=line, problem=_OPEN_QUOTE) from error


class _Lines:
    """Hands lines to the CSV reader and keeps those of the record that is being read."""

    def __init__(self, text: str, first_line: int) -> None:
        self.record: list[str] = []
        self.first = self.last_first = first_line
        self._numbered = enumerate(io.StringIO(text, newline=""), 1)
        for _ in range(first_line - 1):
            next(self._numbered)

    def next_record(self) -> None:
        self.last_first = self.first
        self.record = []

    def __iter__(self) -> Iterator[str]:
        for number, line in self._numbered:
            if not self.record:
                if not line.strip() or _is_comment(line) or _RULE.match(line):
                    continue
                self.first = number
            self.record.append(line)
            yield line


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith(("#", "%"))


def _swallows_rows(cells: list[str], delimiter: str) -> bool:
    return any(
        sum(map(is_number, line.split(delimiter))) >= _LIKE_A_FLOWER for cell in cells for line in cell.splitlines()[1:]
    )
