"""A text file as blocks of whole lines, so that each can be read alone, with its line numbers."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from irisml.data.flower_files.contents import encoding_of
from irisml.domain.errors import BrokenCsvError
from irisml.domain.i18n import Phrase, sentence

BLOCK_BYTES = 2 << 20
_LONGEST_ROW = 16 << 20
_UTF_8 = "utf-8"
_NO_ROW = re.compile(rb"\n[ \t]*[#%\r\n]")
"""An empty line or a comment."""
_LONG_ROW = Phrase(sentence("a row has more than {n} MB"), {"n": _LONGEST_ROW >> 20})


@dataclass(frozen=True)
class Block:
    """Some whole lines.

    Parameters
    ----------
    first_line : int
        Line in the file of its first one, from 1.
    content : bytes
        In UTF-8, without a byte order mark.
    """

    first_line: int
    content: bytes

    @property
    def is_plain(self) -> bool:
        """Whether each line is a row, without a quote, so that a quick reader can take it."""
        content = self.content
        return (
            b'"' not in content
            and content.count(b"\r") == content.count(b"\r\n")
            and _NO_ROW.search(b"\n" + content) is None
        )

    @property
    def n_lines(self) -> int:
        """Number of lines."""
        return self.content.count(b"\n") + (not self.content.endswith(b"\n"))

    def after(self, n: int) -> "Block":
        """Return the block without its first *n* lines."""
        start = 0
        for _ in range(n):
            start = self.content.find(b"\n", start) + 1 or len(self.content)
        return Block(self.first_line + n, self.content[start:])


def text_blocks(file: BinaryIO, size: int = BLOCK_BYTES) -> Iterator[Block]:
    r"""Cut a text file into blocks between two rows; a quoted cell of several lines is not cut.

    Parameters
    ----------
    file : binary file
    size : int
        Bytes to read at once.

    Raises
    ------
    BrokenCsvError
        If a row has more than 16 MB: most likely a quote is not closed.
    OSError

    Examples
    --------
    >>> import io
    >>> [(block.first_line, block.content) for block in text_blocks(io.BytesIO(b'a,b\n"1\n2",3\n4,5'), 6)]
    [(1, b'a,b\n'), (2, b'"1\n2",3\n'), (4, b'4,5')]
    """
    line, rest = 1, b""
    for content in _in_utf_8(file, size):
        rest += content
        if end := _end_of_rows(rest):
            block = Block(line, rest[:end])
            yield block
            line += block.n_lines
            rest = rest[end:]
        elif len(rest) > _LONGEST_ROW:
            raise BrokenCsvError(line=line, problem=_LONG_ROW)
    if rest:
        yield Block(line, rest)


def _end_of_rows(content: bytes) -> int:
    """Return the end of the last whole row: a line end after an even number of quotes; 0 if there is none."""
    end = content.rfind(b"\n") + 1
    n_quotes = content.count(b'"', 0, end)
    while end and n_quotes % 2:
        before = content.rfind(b"\n", 0, end - 1) + 1
        n_quotes -= content.count(b'"', before, end)
        end = before
    return end


def _in_utf_8(file: BinaryIO, size: int) -> Iterator[bytes]:
    """Yield the text in UTF-8, without byte order marks; classic Mac OS ended its lines with a carriage return."""
    content = head = file.read(size)
    encoding = encoding_of(head)
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    marks = "\ufeff".encode()
    from_mac = b"\n" not in head and b"\r" in head and not encoding.startswith("utf-16")
    while content:
        if encoding != _UTF_8:
            content = decoder.decode(content).encode()
        if marks in content:  # concatenated files have one each
            content = content.replace(marks, b"")
        yield content.replace(b"\r", b"\n") if from_mac else content
        content = file.read(size)
    if encoding != _UTF_8 and (last := decoder.decode(b"", final=True)):
        yield last.encode()
