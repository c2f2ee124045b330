"""Words and numbers in the visitor's language.

The English sentence stands in the code and is its own key; each other language has one
catalogue, ``locales/<code>/irisml.po``, compiled in memory when it is first asked for.
"""

import gettext
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from babel.dates import format_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_percent, get_decimal_symbol

from irisml.checks import Check
from irisml.errors import IrisError
from irisml.promotion import GateCheck

LOCALES = Path(__file__).with_name("locales")
LANGUAGES = ("en", "fr")
"""The first one stands in the code and is the default."""


@dataclass(frozen=True, eq=False)
class Language:
    """A language: its catalogue and its forms of numbers.

    Parameters
    ----------
    code : str
        One of `LANGUAGES`.
    catalogue : gettext.NullTranslations
    decimal : str
        Decimal sign.
    percent : str
        Template of a whole percentage, with a placeholder n.
    """

    code: str
    catalogue: gettext.NullTranslations
    decimal: str
    percent: str

    def text(self, english: str, /, **values: object) -> str:
        """Translate a sentence, then fill in its placeholders.

        Examples
        --------
        >>> language("fr").text("Petal length")
        'Longueur du pétale'
        """
        return self.template(english).format(**values)

    def template(self, english: str, /) -> str:
        """Translate a sentence and leave its placeholders open."""
        return self.catalogue.gettext(english) if english else ""  # gettext keeps its own notes under the empty one

    def number(self, value: float, digits: int = 1) -> str:
        """Write a number with that many decimals.

        Examples
        --------
        >>> language("fr").number(5.1)
        '5,1'
        """
        return f"{value:.{digits}f}".replace(".", self.decimal)

    def signed(self, value: float, digits: int = 1) -> str:
        """Write a number with its sign, also where it is positive.

        Examples
        --------
        >>> language("fr").signed(-0.25, digits=2)
        '−0,25'
        """
        return f"{value:+.{digits}f}".replace("-", "−").replace(".", self.decimal)

    def moment(self, time: datetime) -> str:
        """Write a moment, in UTC.

        Examples
        --------
        >>> from datetime import UTC
        >>> language("fr").moment(datetime(2026, 11, 24, 19, 5, tzinfo=UTC))
        '24 nov. 2026, 19:05 UTC'
        """
        return f"{format_date(time, 'medium', locale=self.code)}, {time:%H:%M} UTC"

    def whole_percent(self, n: int) -> str:
        """Write a whole percentage, *n* in [0, 100]."""
        return self.percent.format(n=n)

    def share(self, share: float, digits: int = 0) -> str:
        """Write a share in [0, 1] as a percentage.

        Examples
        --------
        >>> language("en").share(0.953, digits=1)
        '95.3%'
        """
        return self.percent.format(n=self.number(100 * share, digits))

    def interval(self, low: float, high: float) -> str:
        """Write an interval of shares in [0, 1].

        Examples
        --------
        >>> language("en").interval(0.833, 0.994)
        '83% to 99%'
        """
        return self.text("{low} to {high}", low=self.share(low), high=self.share(high))

    def error(self, error: IrisError) -> str:
        """Say an error of the library."""
        return self.template(error.template).format(**self._shown(error.values))

    def finding(self, check: GateCheck | Check) -> str:
        """Say what a rule of the gate, or a check of a version, found."""
        return self.template(check.reason).format(**self._shown(check.values))

    def _shown(self, values: Mapping[str, object]) -> dict[str, object]:
        return {name: self._shown_value(value) for name, value in values.items()}

    def _shown_value(self, value: object) -> object:
        if isinstance(value, float):
            return f"{value:.3g}".replace(".", self.decimal)
        return plain_markdown(value) if isinstance(value, str) else value


def plain_markdown(text: str) -> str:
    r"""Return Markdown that shows somebody's own words as they are, on one line.

    Examples
    --------
    >>> print(plain_markdown("a *b* <c>"))
    a \*b\* \<c\>
    """
    return _MARKDOWN_SIGN.sub(r"\\\g<0>", " ".join(text.split()))


_MARKDOWN_SIGN = re.compile(r"[\\`*{}\[\]()#+!|<>~:$&]|(?<!\w)_|_(?!\w)")  # inside of a word an underscore is one


@cache
def language(code: str) -> Language:
    """Return the language of that code.

    Raises
    ------
    FileNotFoundError
        If it is not among `LANGUAGES`.
    """
    return Language(
        code,
        gettext.NullTranslations() if code == LANGUAGES[0] else _catalogue(code),
        get_decimal_symbol(code),
        # Babel sets off the sign by a full space; ours is narrow, as before every other high sign.
        format_percent(0.11, locale=code).replace("11", "{n}").replace("\u00a0", "\u202f"),
    )


def _catalogue(code: str) -> gettext.GNUTranslations:
    with (LOCALES / code / "irisml.po").open("rb") as file:
        messages = read_po(file, locale=code)
    compiled = io.BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def best_language(asked: str | None, locale: str | None) -> str:
    """Choose the code of a language: the one that was asked for, else that of the browser, else English.

    Parameters
    ----------
    asked : str or None
        What stands in the address.
    locale : str or None
        The browser's locale, like "fr-CA".

    Examples
    --------
    >>> best_language(None, "fr-CA"), best_language("en", "fr-CA"), best_language("xx", None)
    ('fr', 'en', 'en')
    """
    return supported(asked) or supported(locale) or LANGUAGES[0]


def supported(locale: str | None) -> str | None:
    """Return the code of the language of a locale, if we speak it.

    Examples
    --------
    >>> supported("FR"), supported("fr-CA"), supported("ja"), supported(None)
    ('fr', 'fr', None, None)
    """
    code = (locale or "").replace("_", "-").split("-")[0].lower()
    return code if code in LANGUAGES else None


def whole_percents(shares: Sequence[float]) -> list[int]:
    """Round shares to whole percentages that sum to 100, by the largest remainder.

    The same rule as in components/live_answer.js; a tie goes to the first.

    Examples
    --------
    >>> whole_percents([0.005, 0.785, 0.21])
    [1, 78, 21]
    """
    exact = [100 * share for share in shares]
    whole = [int(value) for value in exact]
    by_remainder = sorted(range(len(shares)), key=lambda i: whole[i] - exact[i])
    for i in by_remainder[: 100 - sum(whole)]:
        whole[i] += 1
    return whole
