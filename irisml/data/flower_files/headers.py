"""Parsing of column headers: the feature or label, and the unit."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from irisml.data.flower_files.lengths import MM
from irisml.domain.names import FEATURES, SPECIES

_LONGEST = 100
"""Characters of a header; a longer cell is not a column name."""
_PARTS = {
    "sepal": ("sepal", "sepals", "sepale", "sepales", "sep", "s"),
    "petal": ("petal", "petals", "petale", "petales", "pet", "p"),
}
_KINDS = {
    "length": ("length", "lengths", "len", "lng", "lgth", "l", "longueur", "long", "lg"),
    "width": ("width", "widths", "wid", "wdth", "w", "largeur", "larg"),
}
_FEATURE_NAMES = {
    name: feature
    for feature in FEATURES
    for part, _, kind in [feature.rpartition("_")]
    for one in _PARTS.get(part, (part,))
    for other in _KINDS.get(kind, (kind,))
    for name in (one + other, other + one)
}
_FILLERS = ("of", "the", "de", "du", "des", "la", "le", "les", "d", "iris", "feature", "measured", "in", "en")
UNITS = {
    **dict.fromkeys(("cm", "cms", "centimeter", "centimeters", "centimetre", "centimetres"), 0),
    **dict.fromkeys(("mm", "mms", "millimeter", "millimeters", "millimetre", "millimetres"), MM),
}
"""Power of ten from the unit to cm."""
_OTHER_UNITS = (
    "in",
    "inch",
    "inches",
    "pouce",
    "pouces",
    "ft",
    "foot",
    "feet",
    "m",
    "dm",
    "um",
    "nm",
    "meter",
    "metre",
)

_LABEL_WORDS = ("species", "specie", "class", "classes", "variety", "target", "espece", "especes", "classe", "variete")
_STRONG_LABELS = frozenset(
    (
        *(
            prefix + word + suffix
            for prefix in ("", "iris", "flower", "true", "target", "actual", "class")
            for word in _LABEL_WORDS
            for suffix in ("", "name", "names", "label", "reelle")
        ),
        *("cible", "ytrue", "groundtruth"),
    )
)
_CODED_LABELS = frozenset(
    (
        *(
            "label",
            "labels",
            "etiquette",
            "y",
            "response",
            "output",
            "outcome",
            "truth",
            "actual",
            "category",
            "categorie",
        ),
        *("type", "iristype", "flowertype", "typeofiris", "irisplant"),
        *("speciesid", "classid", "targetid", "labelid", "speciescode", "classcode", "targetcode"),
    )
)
_WEAK_LABELS = frozenset(
    (
        *("name", "nom", "iris", "flower", "flowers", "fleur", "plant", "plants", "kind", "cultivar", "result"),
        *("group", "taxon", "flowername"),
    )
)
_PREDICTIONS = ("prediction", "predictions", "predicted", "predit", "predite", "pred", "ypred", "yhat", "proba")
OURS = (
    "line_in_file",
    *("predicted_species", *(f"p_{species}" for species in SPECIES), "outside_training_range"),
)
"""Columns that irisml adds to those of a file, see `irisml.data.flower_files.writing`."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a file.

    Parameters
    ----------
    header : str
        As in the file; a generated name if there is none.
    feature : str or None
        One of `FEATURES`, if the column holds it.
    power : int
        Power of ten from the column's unit to cm.
    unit : str or None
        Unit of a length, if it is neither cm nor mm.
    label : {"strong", "coded", "weak", None}
        Whether the header is that of labels: yes; if the cells are names or numbers of species; if the cells
        are names of species; no.
    prediction : bool
        Whether the column holds predictions, which are not labels.
    own : bool
        Whether irisml added the column, so that it is not the user's.
    """

    header: str
    feature: str | None = None
    power: int = 0
    unit: str | None = None
    label: str | None = None
    prediction: bool = False
    own: bool = False


@lru_cache(maxsize=1000)
def _column(header: str) -> Column:
    name, unit = _without_bracket(_plain(header))
    words = re.findall(r"[a-z]+|\d+", name)
    if words and words[0].isdecimal():
        words = words[1:]  # as "1. sepal length in cm"
    if unit is None and len(words) > len(("sepal",)) and words[-1] in (*UNITS, *_OTHER_UNITS):
        unit = words.pop()
    letters = "".join(word for word in words if word not in _FILLERS)
    if unit is None and letters not in _FEATURE_NAMES and letters[-2:] in UNITS:
        letters, unit = letters[:-2], letters[-2:]
    feature = _FEATURE_NAMES.get(letters)
    if feature and (unit is None or unit in UNITS):
        return Column(header, feature, UNITS[unit] if unit else 0)
    if feature and unit in _OTHER_UNITS:
        return Column(header, feature, unit=unit)
    letters = "".join(words)
    if words and (words[0] in _PREDICTIONS or words[-1] in _PREDICTIONS or letters in _PREDICTIONS):
        return Column(header, prediction=True)
    kinds = (("strong", _STRONG_LABELS), ("coded", _CODED_LABELS), ("weak", _WEAK_LABELS))
    return Column(header, label=next((kind for kind, names in kinds if letters in names), None))


def column(header: str) -> Column:
    """Parse the header of a column.

    Examples
    --------
    >>> column("Longueur du sépale (mm)").feature, column("Longueur du sépale (mm)").power
    ('sepal_length', -1)
    >>> column("sepal length (in)").unit, column("sepal_area").feature, column("Species").label
    ('in', None, 'strong')
    """
    return _column(header) if len(header) <= _LONGEST else Column(header)


def _without_bracket(plain: str) -> tuple[str, str | None]:
    """Split a header into its name and the unit in brackets at its end.

    Brackets with other content are kept: "petal length (left)" is not the feature petal_length.
    """
    opening = max(plain.rfind(sign) for sign in "([{")
    if opening < 0 or plain[-1:] not in (")", "]", "}"):
        return plain, None
    words = [word for word in re.findall(r"[a-z]+", plain[opening:]) if word not in ("in", "en")]
    if not words and "in" in plain[opening:]:
        words = ["in"]
    if len(words) == 1 and words[0] in (*UNITS, *_OTHER_UNITS):
        return plain[:opening], words[0]
    return plain, None


def _plain(header: str) -> str:
    """Remove accents and quotes, convert to lower case, and split camel case into words."""
    text = unicodedata.normalize("NFKD", header.strip().strip("'\""))
    text = "".join(sign for sign in text if not unicodedata.combining(sign))
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text).lower()
