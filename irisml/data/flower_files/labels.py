"""Conversion of labels to species: names in several spellings, and numbers if they are unambiguous."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

from irisml.domain.errors import InputError, SpeciesNumbersError, UnknownSpeciesError, without_traceback
from irisml.domain.measurements import SPECIES

_CODE = re.compile(r"\d{1,3}(\.0*)?(e[+-]?0+)?", re.ASCII | re.IGNORECASE)
_GENUS = re.compile(r"^(iris|i\.?)[\s_.-]+|^iris(?=[a-z])")
_SPELLINGS = {
    **{species.lower(): species for species in SPECIES},
    "versicolour": "versicolor",  # in UCI's description, and in scikit-learn's
    "versicolore": "versicolor",
}
_MOST_SHOWN, _LONGEST = 10, 40
NO_LABEL = frozenset(("", "NA", "N/A", "na", "n/a", "nan", "NaN", "NULL", "null", "None", "?", "-", "–"))
"""Cells of a missing label."""


def species_name(label: str) -> str:
    """Return the name in `SPECIES` that *label* means: "Iris-setosa", "I. setosa" and "SETOSA" are setosa.

    A single number is refused: whether 1 is the first or the second species depends on the whole column.

    Raises
    ------
    UnknownSpeciesError

    Examples
    --------
    >>> species_name("Iris-virginica"), species_name("Iris Versicolour")
    ('virginica', 'versicolor')
    """
    found = known_species(label)
    if found is None:
        shown = label.strip()
        raise UnknownSpeciesError(value=shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}…")
    return found


def known_species(label: str) -> str | None:
    """Return the name in `SPECIES` that *label* means; None if there is none.

    Examples
    --------
    >>> known_species("b'Iris-setosa'"), known_species("tulip")
    ('setosa', None)
    """
    return _known(label) if len(label) <= _LONGEST else None


@lru_cache(maxsize=1000)
def _known(label: str) -> str | None:
    text = label.strip()
    if text[:2] in ("b'", 'b"'):  # numpy writes bytes like this
        text = text[1:]
    text = unicodedata.normalize("NFKD", text.strip(" '\"✓✗").lower())  # the marks are added by a page
    text = "".join(sign for sign in text if not unicodedata.combining(sign))
    return _SPELLINGS.get(_GENUS.sub("", text))


def is_code(label: str) -> bool:
    """Whether a label is a small whole number, as 1, 1.0 or 1.000e+00.

    Examples
    --------
    >>> is_code("2.0"), is_code("0.2")
    (True, False)
    """
    return _CODE.fullmatch(label) is not None


def species_of(labels: Iterable[str], codes: Sequence[str] | None = None) -> dict[str, str | InputError]:
    """Return the species of each label of a column, or the error if it has none; empty labels are omitted.

    Parameters
    ----------
    labels : iterable of str
        All labels of one column. Numbers are accepted as 0, 1, 2 or 1, 2, 3, and only if all three
        occur: fewer are ambiguous.
    codes : sequence of str, optional
        Species of 0, 1, 2, if the file defines them.

    Examples
    --------
    >>> species_of(["1.0", "2.0", "3.0", "1.0"])
    {'1.0': 'setosa', '2.0': 'versicolor', '3.0': 'virginica'}
    >>> species_of(["1", "2"])["1"]
    SpeciesNumbersError('The species are written as 1, 2. Numbers are accepted only if all three occur, ...')
    """
    distinct = [label for label in dict.fromkeys(labels) if label not in NO_LABEL]
    numbers = {label: int(float(label)) for label in distinct if is_code(label)}
    found = sorted(set(numbers.values()))
    first = (
        0 if codes is not None else next((first for first in (0, 1) if found == [first, first + 1, first + 2]), None)
    )
    names = SPECIES if codes is None else codes
    unknown = SpeciesNumbersError(found=", ".join(map(str, found[:_MOST_SHOWN])))
    meaning: dict[str, str | InputError] = {}
    for label in distinct:
        if label not in numbers:
            try:
                meaning[label] = species_name(label)
            except UnknownSpeciesError as error:
                meaning[label] = without_traceback(error)
        elif first is not None and numbers[label] - first in range(len(names)):
            meaning[label] = names[numbers[label] - first]
        else:
            meaning[label] = unknown
    return meaning
