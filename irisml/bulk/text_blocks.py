"""A text file as blocks of whole lines, so that each can be read alone, with its line numbers."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from irisml.data.flower_files.contents import damaged_text, encoding_of, guessed_name
from irisml.domain.errors import BrokenCsvError
from irisml.domain.i18n import Phrase, sentence

BLOCK_BYTES = 2 << 20
_LONGEST_ROW = 16 << 20
_UTF_8 = "utf-8"
_NO_ROW = re.compile(rb"\n[ \t]*[#%\r\n]")
"""An empty line or a comment."""
_OPENING = re.compile(rb'(?:^|[,;\t|\n])[ ]*"')
_CLOSING = re.compile(rb'[^"]*(?:""[^"]*)*"(?!")')
_LONE_RETURN = re.compile(rb"\r(?!\n)")
_END_IN_DOS = b"\x1a"
_NOT_ASCII, _FIRST_OF_MANY = 0x80, 0xC0
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
    guessed_encoding : str or None
        Name of the file's encoding if that is a guess.
    """

    first_line: int
    content: bytes
    guessed_encoding: str | None = None

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
        return Block(self.first_line + n, self.content[start:], self.guessed_encoding)


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
    line, rest, guessed = 1, b"", None
    for content, guessed in _in_utf_8(file, size):
        rest += content
        if end := _end_of_rows(rest):
            block = Block(line, rest[:end], guessed)
            yield block
            line += block.n_lines
            rest = rest[end:]
        elif len(rest) > _LONGEST_ROW:
            raise BrokenCsvError(line=line, problem=_LONG_ROW)
    if rest := rest.removesuffix(_END_IN_DOS):
        yield Block(line, rest, guessed)


def _end_of_rows(content: bytes) -> int:
    """Return the end of the last whole row; 0 if there is none.

    A quote opens a cell only where the cell begins, as for the reader of rows: 5" within a cell opens nothing. In text
    that is separated by spaces, no quoted cell has several lines.
    """
    end = content.rfind(b"\n") + 1
    at = 0
    while opened := _OPENING.search(content, at, end):
        begin = content.rfind(b"\n", 0, opened.end() - 1) + 1
        if content[begin:end].lstrip(b" \t")[:1] in (b"#", b"%"):  # a comment
            at = content.find(b"\n", opened.end(), end) + 1 or end
        elif closed := _CLOSING.match(content, opened.end(), end):
            at = closed.end()
        else:
            return begin
    return end


def _in_utf_8(file: BinaryIO, size: int) -> Iterator[tuple[bytes, str | None]]:
    """Yield the text in UTF-8, without byte order marks, and the name of its encoding where that is a guess.

    Classic Mac OS ended its lines with a carriage return.
    """
    content = file.read(size)
    encoding = encoding_of(content)
    decoder = _decoder(encoding)
    marks = "\ufeff".encode()
    pending = held = b""
    while content:
        if encoding == _UTF_8:
            content, pending = _whole_characters(pending + content)
            if not _is_utf_8(content):  # an accent of Windows, after a beginning without any
                encoding = encoding_of(content)
                decoder = _decoder(encoding)
                content, pending = content + pending, b""
        if encoding != _UTF_8:
            try:
                content = decoder.decode(content).encode()
            except UnicodeDecodeError as error:
                raise damaged_text(encoding) from error
        if marks in content:  # concatenated files have one each
            content = content.replace(marks, b"")
        content, held = held + content, b""
        if content.endswith(b"\r"):  # the next piece may begin with the other half of a line end
            content, held = content[:-1], b"\r"
        if content.count(b"\r") != content.count(b"\r\n"):
            content = _LONE_RETURN.sub(b"\n", content)
        yield content, guessed_name(encoding)
        content = file.read(size)
    if last := pending.decode(errors="replace").encode() + held.replace(b"\r", b"\n"):
        yield last, guessed_name(encoding)


def _decoder(encoding: str) -> codecs.IncrementalDecoder:
    # A wide text is unreliable after damage; in a guessed encoding a sign may have no meaning.
    return codecs.getincrementaldecoder(encoding)("replace" if guessed_name(encoding) else "strict")


def _whole_characters(content: bytes) -> tuple[bytes, bytes]:
    """Return the whole characters of UTF-8, and the beginning of one that follows them."""
    for n in range(1, min(4, len(content) + 1)):
        if content[-n] >= _FIRST_OF_MANY:
            length = 2 if content[-n] < 0xE0 else 3 if content[-n] < 0xF0 else 4
            return (content[:-n], content[-n:]) if length > n else (content, b"")
        if content[-n] < _NOT_ASCII:
            break
    return content, b""


def _is_utf_8(content: bytes) -> bool:
    if content.isascii():
        return True
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True
