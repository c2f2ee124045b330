"""Conversion of cells to lengths in cm."""

import re
from decimal import Decimal

from irisml.domain.errors import DateError, InputError, NotANumberError, without_traceback
from irisml.domain.measurements import TALK_SAMPLE, checked_cm

_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d{1,3})?", re.ASCII | re.IGNORECASE)
_PLAIN = re.compile(r"(0|[1-9]\d*)([.,]\d*)?", re.ASCII)
_WITH_UNIT = re.compile(r"(.*\d[.,]?)\s*(cm|mm)", re.ASCII | re.IGNORECASE)
_MONTH = r"(jan|feb|f[ée]v|mar|m[äa]r|apr|avr|ma[iy]|ju[ni]|jui|jul|aug|ao[uû]|sep|o[ck]t|nov|dec|d[ée]c|dez)\w*\.?"
_DATE = re.compile(
    rf"0\d[.,]\d\d|\d{{1,4}}[./-]\d{{1,2}}[./-](\d{{1,4}})?(\s.*)?|\d{{1,2}}/\d{{1,2}}"
    rf"|\d{{1,4}}[.\s/-]*{_MONTH}([\s/-]*\d{{2,4}})?|{_MONTH}[\s/-]*\d{{1,4}}",
    re.IGNORECASE,
)
"""Dates to which a spreadsheet converts 6.1: 06.01, 6.1.2026, 2026-01-06, 6/1, 06. Jan, 6-janv, Jan 06."""
_LONGEST = 40
"""Maximum characters of a number, and of a cell quoted in a message."""
MM = -1
"""Power of ten from mm to cm."""


def is_number(text: str) -> bool:
    """Whether a cell holds a number, with a decimal point or a decimal comma; "cm" or "mm" may follow.

    Examples
    --------
    >>> is_number("5,1"), is_number("5.1 cm"), is_number("setosa")
    (True, True, False)
    """
    if _NUMBER.fullmatch(text):
        return True
    with_unit = _WITH_UNIT.fullmatch(text)
    return with_unit is not None and _NUMBER.fullmatch(with_unit[1]) is not None


def number_in_cm(text: str, power: int = 0) -> float | None:
    """Return the number in a cell in cm, without a check of its range; None if there is no number.

    Examples
    --------
    >>> number_in_cm("51 mm"), number_in_cm("x")
    (5.1, None)
    """
    number, power = _split(text, power)
    if len(number) > _LONGEST or not _NUMBER.fullmatch(number):
        return None
    return _scaled(number, power)


def _split(text: str, power: int) -> tuple[str, int]:
    """Return the number of a cell without its unit, and the power of ten to cm."""
    with_unit = _WITH_UNIT.fullmatch(text)
    return (with_unit[1].strip(), MM if with_unit[2].lower() == "mm" else 0) if with_unit else (text, power)


def _scaled(number: str, power: int) -> float:
    # Decimal scales exactly: 0.7 / 10 is not the float 0.07.
    return float(Decimal(number.replace(",", ".")).scaleb(power))


def length_cm(feature: str, text: str, power: int = 0) -> float:
    """Convert a cell to a length in cm.

    Parameters
    ----------
    feature : str
    text : str
        A number with a point or a comma; "cm" or "mm" may follow.
    power : int
        Power of ten to cm; `MM` in a column of mm.

    Raises
    ------
    NotANumberError
        If it is not a number.
    DateError
        If a spreadsheet converted the number to a date: 06.01 was 6.1, not 6.01.
    OutOfRangeError
        If no iris has such a length.

    Examples
    --------
    >>> length_cm("sepal_length", "5,1"), length_cm("sepal_length", "51.3 mm"), length_cm("petal_width", "2", MM)
    (5.1, 5.13, 0.2)
    """
    if not power and _PLAIN.fullmatch(text):  # fast path for most cells
        return checked_cm(feature, float(text.replace(",", ".")))
    number, power = _split(text, power)
    if _DATE.fullmatch(number):
        raise DateError(feature=feature, value=_cut(text))
    if not _NUMBER.fullmatch(number):
        raise NotANumberError(feature=feature, value=_cut(text), example=getattr(TALK_SAMPLE, feature))
    return checked_cm(feature, _scaled(number, power))


class LengthColumn:
    """Reader of one column with a cache: a table has few distinct lengths.

    Examples
    --------
    >>> LengthColumn("petal_width", 0).read("0,2")
    0.2
    """

    _MOST_KEPT = 10_000

    def __init__(self, feature: str, power: int) -> None:
        self.feature = feature
        self.power = power
        self._known: dict[str, float] = {}

    def read(self, text: str) -> float | InputError:
        """Return the length in cm, or the error in the cell."""
        known = self._known.get(text)
        if known is not None:
            return known
        try:
            length = length_cm(self.feature, text, self.power)
        except InputError as error:
            return without_traceback(error)
        if len(self._known) < self._MOST_KEPT:
            self._known[text] = length
        return length


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
