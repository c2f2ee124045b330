"""Texts and numbers in the visitor's language.

The English sentence in the code is the msgid; each other language has one catalogue,
``locales/<code>/irisml.po``, compiled in memory on first use.
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
from markupsafe import Markup, escape

from irisml.domain.errors import IrisError
from irisml.domain.findings import FINDING_DIGITS, Finding
from irisml.domain.i18n import Phrase, sentence
from irisml.domain.measurements import DIGITS
from irisml.registry.actor import Actor
from irisml.registry.release_log import MOVED_IN_MLFLOW, Release
from irisml.releases.champion import CAME_WITH_THE_IMAGE, PASSED_THE_GATE, UNDONE

LOCALES = Path(__file__).with_name("locales")
LANGUAGES = ("en", "fr")
"""The first is the language of the code and the default."""


@dataclass(frozen=True, eq=False)
class Language:
    """A language: its catalogue and its number formats.

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
        """Translate a sentence and fill in its placeholders.

        Examples
        --------
        >>> language("fr").text("Petal length")
        'Longueur du pétale'
        """
        return self.template(english).format(**values)

    def plural(self, one: str, many: str, /, *, n: int, **values: object) -> str:
        """Translate a sentence that depends on a number, in the grammatical number of the language.

        Examples
        --------
        >>> words = ("{n} flower has no label.", "{n} flowers have no label.")
        >>> language("en").plural(*words, n=2), language("fr").plural(*words, n=1)
        ('2 flowers have no label.', '1 fleur n’a pas d’étiquette.')
        """
        return self.catalogue.ngettext(one, many, n).format(n=n, **values)

    def markup(self, english: str, /, **values: object) -> Markup:
        """Translate a sentence for HTML: escape it and its values, except values that are `Markup`.

        Examples
        --------
        >>> str(language("en").markup("{n} < {name}", n=3, name=Markup("<i>x</i>")))
        '3 &lt; <i>x</i>'
        """
        return escape(self.template(english)).format(**values)

    def template(self, english: str, /) -> str:
        """Translate a sentence without filling in its placeholders."""
        return self.catalogue.gettext(english) if english else ""  # msgid "" is the catalogue header

    def number(self, value: float, digits: int = DIGITS) -> str:
        """Format a number with that many decimals, by default those of a length.

        Examples
        --------
        >>> language("fr").number(5.1)
        '5,1'
        """
        return f"{value:.{digits}f}".replace(".", self.decimal)

    def exact(self, value: float) -> str:
        """Format a number with all its decimals.

        Examples
        --------
        >>> language("fr").exact(5.15), language("fr").exact(5.0)
        ('5,15', '5,0')
        """
        return repr(value).replace(".", self.decimal)

    def signed(self, value: float, digits: int = DIGITS) -> str:
        """Format a number with its sign, also if positive.

        Examples
        --------
        >>> language("fr").signed(-0.25, digits=2)
        '−0,25'
        """
        text = f"{value:+z.{digits}f}"  # z: no minus sign if the value rounds to zero
        return text.replace("-", "−").replace(".", self.decimal)

    def moment(self, time: datetime) -> str:
        """Format a date and time in UTC.

        Examples
        --------
        >>> from datetime import UTC
        >>> language("fr").moment(datetime(2026, 11, 24, 19, 5, tzinfo=UTC))
        '24 nov. 2026, 19:05 UTC'
        """
        return f"{format_date(time, 'medium', locale=self.code)}, {time:%H:%M} UTC"

    def whole_percent(self, n: int) -> str:
        """Format a whole percentage, *n* in [0, 100]."""
        return self.percent.format(n=n)

    def percentage(self, share: float, digits: int = 0) -> str:
        """Format a fraction in [0, 1] as a percentage; only 1 gives 100 %, and only 0 gives 0 %.

        Examples
        --------
        >>> [language("en").percentage(fraction) for fraction in (0.953, 0.996, 1e-6)]
        ['95%', '99%', '1%']
        """
        step = 10.0**-digits
        rounded = round(100 * share, digits)
        if 0 < share < 1:
            rounded = min(max(rounded, step), 100 - step)
        return self.percent.format(n=self.number(rounded, digits))

    def interval(self, low: float, high: float) -> str:
        """Format an interval of fractions in [0, 1].

        Examples
        --------
        >>> language("en").interval(0.833, 0.994)
        '83% to 99%'
        """
        return self.text("{low} to {high}", low=self.percentage(low), high=self.percentage(high))

    def error(self, error: IrisError) -> str:
        """Return the message of an error of the library."""
        return self._phrase(error.template, error.values)

    def finding(self, check: Finding) -> str:
        """Return the result of a gate rule, or of a check of a version or of data, as a sentence."""
        named = {name: self._named(value) if isinstance(value, str) else value for name, value in check.values.items()}
        return self._phrase(check.reason, named, FINDING_DIGITS)

    def _named(self, text: str) -> str:
        """Translate names of the code that stand alone or in a list: of features, simple models, data checks, units."""
        return ", ".join(self.text(_NAMES[name]) if name in _NAMES else name for name in text.split(", "))

    def notice(self, template: str, values: Mapping[str, object]) -> str:
        """Translate a sentence of the library; its values may be sentences too."""
        return self._phrase(template, values)

    def actor(self, actor: Actor, *, with_name: bool = True) -> str:
        """Return who changed the champion."""
        kind = self.text(ACTORS[actor.kind])
        return f"{kind} ({plain_markdown(actor.name)})" if actor.name and with_name else kind

    def release_reason(self, release: Release) -> str:
        """Return the reason of a release: what the program itself wrote is translated, a person's words are not."""
        vote = _VOTE.fullmatch(release.reason) if release.by.kind == "presenter" else None
        if vote is None:
            return self.template(release.reason) if release.reason in _OUR_REASONS else release.reason
        if vote[3] is None:
            return self.text("the hall voted {yes} to {no}", yes=vote[1], no=vote[2])
        return self.text(
            "the hall voted {yes} to {no} for version {version}; the champion stayed",
            yes=vote[1],
            no=vote[2],
            version=vote[3],
        )

    def _phrase(self, template: str, values: Mapping[str, object], digits: int | None = None) -> str:
        shown = {name: self._shown_value(value, digits) for name, value in values.items()}
        return self.template(template).format(**shown)

    def _shown_value(self, value: object, digits: int | None) -> object:
        match value:
            case bool() | int():
                return value
            case float():
                # A refused length is shown with all its digits: 15.84 exceeds a limit of 15.8.
                text = repr(value).removesuffix(".0") if digits is None else f"{value:.{digits}g}"
                shown = _power_of_ten(text).replace(".", self.decimal)
                return shown if digits is None else shown.replace("-", "−")
            case Phrase():
                return self._phrase(value.template, value.values)
            case IrisError():
                return self.error(value)
            case Finding():
                return self.finding(value)
            case Actor():
                return self.actor(value)
            case datetime():
                return self.moment(value)
            case tuple() | list():
                return " ".join(str(self._shown_value(one, digits)) for one in value)
            case _:
                return plain_markdown(str(value))


_OUR_REASONS = (PASSED_THE_GATE, CAME_WITH_THE_IMAGE, UNDONE, MOVED_IN_MLFLOW)
_VOTE = re.compile(r"hall (\d+) to (\d+)(?: for version (\d+))?")


def _power_of_ten(text: str) -> str:
    """Write an exponent as people do: 5.1e-07 as 5.1 × 10⁻⁷."""
    mantissa, _, exponent = text.partition("e")
    if not exponent:
        return text
    return f"{mantissa}\N{NO-BREAK SPACE}×\N{NO-BREAK SPACE}10{str(int(exponent)).translate(_RAISED)}"


_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


_NAMES = {
    "sepal_length": sentence("sepal length"),
    "sepal_width": sentence("sepal width"),
    "petal_length": sentence("petal length"),
    "petal_width": sentence("petal width"),
    "most frequent species": sentence("the most frequent species"),
    "one question": sentence("one question"),
    "two questions": sentence("a tree of two questions"),
    "linear discriminant": sentence("linear discriminant"),
    "units": sentence("units"),
    "columns": sentence("columns"),
    "ranges": sentence("ranges"),
    "leak": sentence("leak"),
    "class_balance": sentence("flowers of each species"),
    "labels": sentence("labels"),
    "inches": sentence("inches"),
}
"""Words that a finding holds as values."""

ACTORS = {
    "presenter": sentence("the presenter"),
    "command line": sentence("the command line"),
    "pipeline": sentence("the pipeline"),
    "image": sentence("the image"),
    "server": sentence("the server"),
    "older irisml": sentence("an older irisml"),
    "MLflow": sentence("MLflow"),
}


def plain_markdown(text: str) -> str:
    r"""Escape user text, so that Markdown shows it literally, on one line.

    Examples
    --------
    >>> print(plain_markdown("a *b* <c>"))
    a \*b\* \<c\>
    """
    return _MARKDOWN_SIGN.sub(r"\\\g<0>", " ".join(text.split()))


_MARKDOWN_SIGN = re.compile(r"[\\`*{}\[\]()#+!|<>~:$&]|(?<!\w)_|_(?!\w)")  # an underscore inside a word needs no escape


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
        # Babel puts a no-break space before the sign; ours is narrow, as before other high punctuation.
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
    """Choose the code of a language: the requested one, else that of the browser, else English.

    Parameters
    ----------
    asked : str or None
        The language in the address.
    locale : str or None
        The browser's locale, like "fr-CA".

    Examples
    --------
    >>> best_language(None, "fr-CA"), best_language("en", "fr-CA"), best_language("xx", None)
    ('fr', 'en', 'en')
    """
    return supported(asked) or supported(locale) or LANGUAGES[0]


def supported(locale: str | None) -> str | None:
    """Return the language code of a locale, if the language is supported.

    Examples
    --------
    >>> supported("FR"), supported("fr-CA"), supported("ja"), supported(None)
    ('fr', 'fr', None, None)
    """
    code = (locale or "").replace("_", "-").split("-")[0].lower()
    return code if code in LANGUAGES else None


def whole_percents(shares: Sequence[float]) -> list[int]:
    """Round fractions to whole percentages that sum to 100, by the largest remainder method.

    Same rule as in predict/live_answer.js; a tie goes to the first.

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
