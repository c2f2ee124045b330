"""Labels as species: names in all their spellings, and numbers where they say which species they mean."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

from irisml.domain.errors import InputError, SpeciesNumbersError, UnknownSpeciesError, without_traceback
from irisml.domain.measurements import SPECIES

_CODE = re.compile(r"\d{1,3}(\.0*)?(e[+-]?0+)?", re.ASCII | re.IGNORECASE)
_GENUS = re.compile(r"^(iris|i\.?)[\s_.-]+|^iris(?=[a-z])")
_SPELLINGS = {
    **{species: species for species in SPECIES},
    "versicolour": "versicolor",  # in UCI's description, and in scikit-learn's
    "versicolore": "versicolor",
}
_MOST_SHOWN, _LONGEST = 10, 40
NO_LABEL = frozenset(("", "NA", "N/A", "na", "n/a", "nan", "NaN", "NULL", "null", "None", "?", "-", "–"))
"""What stands where a label is not known."""


def species_name(label: str) -> str:
    """Return the name in `SPECIES` that *label* means: "Iris-setosa", "I. setosa" and "SETOSA" are setosa.

    A number alone is none: whether 1 is the first species or the second only a whole column can tell.

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
    """Return the name in `SPECIES` that *label* means, None where it means none of them.

    Examples
    --------
    >>> known_species("b'Iris-setosa'"), known_species("tulip")
    ('setosa', None)
    """
    return _known(label) if len(label) <= _LONGEST else None


@lru_cache(maxsize=1000)
def _known(label: str) -> str | None:
    text = label.strip()
    if text[:2] in ("b'", 'b"'):  # as numpy writes text that it has read as bytes
        text = text[1:]
    text = unicodedata.normalize("NFKD", text.strip(" '\"✓✗").lower())  # the page writes the marks
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
    """Return what each label of a column means, or why it means nothing; an empty one is left out.

    Parameters
    ----------
    labels : iterable of str
        All of one column: only together do numbers say which species they mean. Those that do are
        0, 1, 2 and 1, 2, 3, if all three occur.
    codes : sequence of str, optional
        Species of 0, 1, 2, where the file itself tells.

    Examples
    --------
    >>> species_of(["1.0", "2.0", "3.0", "1.0"])
    {'1.0': 'setosa', '2.0': 'versicolor', '3.0': 'virginica'}
    >>> species_of(["1", "2"])["1"]
    SpeciesNumbersError('The species are written as 1, 2. Numbers are understood where all three occur, ...')
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
