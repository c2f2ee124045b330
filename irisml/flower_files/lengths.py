"""A cell as a length in cm."""

import re
from decimal import Decimal

from irisml.errors import DateError, InputError, NotANumberError, without_traceback
from irisml.measurements import checked_cm

_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d{1,3})?", re.ASCII | re.IGNORECASE)
_PLAIN = re.compile(r"(0|[1-9]\d*)([.,]\d*)?", re.ASCII)
_WITH_UNIT = re.compile(r"(.*\d[.,]?)\s*(cm|mm)", re.ASCII | re.IGNORECASE)
_MONTH = r"(jan|feb|f[ée]v|mar|m[äa]r|apr|avr|ma[iy]|ju[ni]|jui|jul|aug|ao[uû]|sep|o[ck]t|nov|dec|d[ée]c|dez)\w*\.?"
_DATE = re.compile(
    rf"0\d+[.,]?\d*|\d{{1,4}}[./-]\d{{1,2}}[./-](\d{{1,4}})?(\s.*)?|\d{{1,2}}/\d{{1,2}}"
    rf"|\d{{1,4}}[.\s/-]*{_MONTH}([\s/-]*\d{{2,4}})?|{_MONTH}[\s/-]*\d{{1,4}}",
    re.IGNORECASE,
)
"""What a spreadsheet makes of 6.1: 06.01, 6.1.2026, 2026-01-06, 6/1, 06. Jan, 6-janv, Jan 06."""
MM = -1
"""Power of ten from mm to cm."""


def is_number(text: str) -> bool:
    """Whether a cell holds a number, with a decimal point or a decimal comma.

    Examples
    --------
    >>> is_number("5,1"), is_number("setosa")
    (True, False)
    """
    return _NUMBER.fullmatch(text.strip()) is not None


def length_cm(feature: str, text: str, power: int = 0) -> float:
    """Read a cell.

    Parameters
    ----------
    feature : str
    text : str
        A number with a point or a comma; "cm" or "mm" may follow.
    power : int
        Of ten, by which it becomes cm; `MM` in a column of mm.

    Raises
    ------
    NotANumberError
        If it is no number.
    DateError
        If it is what a spreadsheet makes of a number that it takes for a date: 06.01 was 6.1, and is not 6.01.
    OutOfRangeError
        If no iris has such a length.

    Examples
    --------
    >>> length_cm("sepal_length", "5,1"), length_cm("sepal_length", "51.3 mm"), length_cm("petal_width", "2", MM)
    (5.1, 5.13, 0.2)
    """
    if not power and _PLAIN.fullmatch(text):  # nearly every cell
        return checked_cm(feature, float(text.replace(",", ".")))
    with_unit = _WITH_UNIT.fullmatch(text)
    number = text
    if with_unit:
        number, power = with_unit[1].strip(), MM if with_unit[2].lower() == "mm" else 0
    if _DATE.fullmatch(number):
        raise DateError(feature=feature, value=_cut(text))
    if not _NUMBER.fullmatch(number):
        raise NotANumberError(feature=feature, value=_cut(text))
    # By way of a decimal, for 51.3 / 10 is not the float that 5.13 is.
    return checked_cm(feature, float(Decimal(number.replace(",", ".")).scaleb(power)))


class LengthColumn:
    """Reads the cells of one column: a table has few different lengths, so each is read once.

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
        """Return the length in cm, or what is wrong with the cell."""
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


def _cut(text: str, most: int = 40) -> str:
    return text if len(text) <= most else f"{text[:most]}…"
