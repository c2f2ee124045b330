"""The script of the talk, read from docs/stage.md or its translation."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_DOCS = Path(__file__).parents[2] / "docs"
_ROW = re.compile(r"^\| (\d+) \| (.*?) \| (.*?) \|$", re.MULTILINE)
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
MINUTES = 45
"""Length of the talk."""


@dataclass(frozen=True, slots=True)
class TalkLine:
    """One row of the script: the minute, what is on the screen, and what to say."""

    minute: int
    screen: str
    say: str


@cache
def talk_script(code: str) -> tuple[TalkLine, ...]:
    """Return the script in a language; empty where the documents are not installed.

    Raises
    ------
    OSError
        If it cannot be read now.
    """
    try:
        text = (_DOCS / ("stage.md" if code == "en" else f"stage.{code}.md")).read_text(encoding="utf-8")
    except FileNotFoundError:
        return ()
    return talk_lines(text)


def talk_lines(text: str) -> tuple[TalkLine, ...]:
    """Read the rows of the script's table; links and emphasis become plain text.

    Examples
    --------
    >>> talk_lines("| 9 | page *Quality*, [the luck](x.md) | “One split proves little.” |")
    (TalkLine(minute=9, screen='page Quality, the luck', say='“One split proves little.”'),)
    """
    return tuple(TalkLine(int(minute), _plain(screen), _plain(say)) for minute, screen, say in _ROW.findall(text))


def _plain(markdown: str) -> str:
    return re.sub(r"[*`]", "", _LINK.sub(r"\1", markdown))


def line_at(lines: tuple[TalkLine, ...], minute: int) -> int:
    """Return the index of the line of a minute of the talk.

    Examples
    --------
    >>> lines = (TalkLine(0, "", ""), TalkLine(2, "", ""), TalkLine(5, "", ""))
    >>> [line_at(lines, minute) for minute in (0, 1, 2, 44)]
    [0, 0, 1, 2]
    """
    return max((i for i, line in enumerate(lines) if line.minute <= minute), default=0)
