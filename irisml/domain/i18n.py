"""Mark the English sentences that a page may show, for extraction into the message catalogues."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime


def sentence(text: str) -> str:
    """Return *text* unchanged; the message extractor searches for calls of this function.

    The library is in English only. A page looks *text* up in its catalogue
    before it fills in the values.

    Examples
    --------
    >>> sentence("No version {version}.")
    'No version {version}.'
    """
    return text


@dataclass(frozen=True)
class Phrase:
    """Part of a sentence with its own values, used as a value of another sentence; a page translates both.

    Parameters
    ----------
    template : str
        English words with placeholders, marked by `sentence`.
    values : mapping of str
        What the placeholders stand for.

    Examples
    --------
    >>> str(Phrase(sentence("{file} was altered"), {"file": "forest.json"}))
    'forest.json was altered'
    """

    template: str
    values: Mapping[str, object]

    def __str__(self) -> str:
        return fill(self.template, self.values)


def fill(template: str, values: Mapping[str, object]) -> str:
    """Fill in the placeholders; a datetime is written to the minute in UTC, a tuple joined by spaces.

    Examples
    --------
    >>> fill("{n} at {time}", {"n": 15.84, "time": datetime(2026, 11, 24, 19, 5, tzinfo=UTC)})
    '15.84 at 2026-11-24 19:05 UTC'
    """
    return template.format(**{name: _shown(value) for name, value in values.items()})


def _shown(value: object) -> object:
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    return " ".join(map(str, value)) if isinstance(value, tuple) else value
