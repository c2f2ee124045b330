"""What each column of a table holds: by its header, or without one by what stands in it."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import permutations

from irisml.errors import ColumnOrderError, HeaderNeededError, UnknownUnitError, WrongColumnsError
from irisml.flower_files.labels import is_code, known_species
from irisml.flower_files.lengths import MM, is_number
from irisml.measurements import FEATURES, POSSIBLE_CM, SPECIES

Cells = Sequence[str]

MOST_COLUMNS = 1000
"""A row with more cells is no flower, whatever its header: it would only take long to find out."""

_PARTS = {
    "sepal": ("sepal", "sepals", "sepale", "sepales", "sep", "s"),
    "petal": ("petal", "petals", "petale", "petales", "pet", "p"),
}
_KINDS = {
    "length": ("length", "lengths", "len", "lng", "lgth", "l", "longueur", "long", "lg"),
    "width": ("width", "widths", "wid", "wdth", "w", "largeur", "larg"),
}
_FEATURE_NAMES = {
    name: f"{part}_{kind}"
    for part, parts in _PARTS.items()
    for kind, kinds in _KINDS.items()
    for one in parts
    for other in kinds
    for name in (one + other, other + one)
}
_FILLERS = ("of", "the", "de", "du", "des", "la", "le", "les", "d", "iris", "feature", "measured", "in", "en")
_UNITS = {
    **dict.fromkeys(("cm", "cms", "centimeter", "centimeters", "centimetre", "centimetres"), 0),
    **dict.fromkeys(("mm", "mms", "millimeter", "millimeters", "millimetre", "millimetres"), MM),
}
"""Power of ten from the unit to cm."""
_OTHER_UNITS = ("inch", "inches", "pouce", "pouces", "ft", "foot", "feet", "m", "dm", "um", "nm", "meter", "metre")
_LABEL_WORDS = (
    "species",
    "specie",
    "class",
    "classes",
    "variety",
    "target",
    "label",
    "labels",
    "plant",
    "truth",
    "actual",
)
_FRENCH_LABEL_WORDS = ("espece", "especes", "classe", "variete", "etiquette", "cible")
LABEL_NAMES = frozenset(
    (
        *(
            prefix + word + suffix
            for prefix in ("", "iris", "flower", "true", "target", "actual", "class", "ground")
            for word in (*_LABEL_WORDS, *_FRENCH_LABEL_WORDS)
            for suffix in ("", "name", "names", "id", "reelle")
        ),
        *("iristype", "flowertype", "typeofiris", "ytrue"),
    )
)
"""Letters of the headers above a column of labels, without accents."""
WEAK_LABEL_NAMES = frozenset(
    (
        *("name", "nom", "iris", "type", "flower", "flowers", "fleur", "response", "y", "category", "categorie"),
        *("kind", "cultivar", "output", "outcome", "result", "group", "taxon"),
    )
)
"""The same, but such a column may hold anything: without a species in it, it is no label."""
OWN_COLUMNS = (
    "line_in_file",
    *("predicted_species", "p_setosa", "p_versicolor", "p_virginica", "outside_training_range"),
)
"""What irisml writes beside the columns of a file, see `irisml.flower_files.writing`."""
_PREDICTION = re.compile(r"pred|proba|yhat")

_SPAN_CM = tuple((2 * low, high / 2) for low, high in POSSIBLE_CM.values())
"""Of the 150 flowers."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a file.

    Parameters
    ----------
    header : str
        As it stands in the file; a name of ours where it has none.
    feature : str or None
        One of `FEATURES`, if the column holds it.
    power : int
        Of ten, from the column's unit to cm.
    label : {"strong", "weak", None}
        Whether its header is that of a label; a weak one may stand above anything.
    own : bool
        Whether irisml itself wrote it, so that it is not the user's.
    """

    header: str
    feature: str | None = None
    power: int = 0
    label: str | None = None
    own: bool = False


@lru_cache(maxsize=1000)
def column(header: str) -> Column:
    """Return what a header says of its column.

    Raises
    ------
    UnknownUnitError
        If it names a feature in a unit other than cm and mm.

    Examples
    --------
    >>> column("Longueur du sépale (mm)")
    Column(header='Longueur du sépale (mm)', feature='sepal_length', power=-1, label=None, own=False)
    >>> column("sepal_area").feature, column("Iris plant").label
    (None, 'strong')
    """
    if header in OWN_COLUMNS:
        return Column(header, own=True)
    plain = _plain(header)
    bracket = re.search(r"[(\[{]\s*([^()\[\]{}]*?)\s*[)\]}]\s*$", plain)
    words = re.findall(r"[a-z]+|\d+", plain[: bracket.start()] if bracket else plain)
    if words and words[0].isdecimal():
        words = words[1:]  # as "1. sepal length in cm"
    unit = bracket[1] if bracket else ""
    if not unit and len(words) > 1 and words[-1] in (*_UNITS, *_OTHER_UNITS):
        unit = words.pop()
    if not unit and len(words) > 2 and words[-1] == "in":
        unit = words.pop()
    letters = "".join(word for word in words if word not in _FILLERS)
    if not unit and letters not in _FEATURE_NAMES and letters[-2:] in _UNITS:
        letters, unit = letters[:-2], letters[-2:]
    feature = _FEATURE_NAMES.get(letters)
    if feature:
        if unit and unit not in _UNITS:
            raise UnknownUnitError(column=_cut(header), unit=_cut(unit))
        return Column(header, feature, _UNITS.get(unit, 0))
    letters = "".join(words)
    if _PREDICTION.search(letters):
        return Column(header)
    label = "strong" if letters in LABEL_NAMES else "weak" if letters in WEAK_LABEL_NAMES else None
    return Column(header, label=label)


def names_feature(header: str) -> bool:
    """Whether a header names one of `FEATURES`, in whatever unit.

    Examples
    --------
    >>> names_feature("PetalWidthCm"), names_feature("species")
    (True, False)
    """
    try:
        return column(header).feature is not None
    except UnknownUnitError:
        return True


def _plain(header: str) -> str:
    """Take away accents, quotes and capitals, and part words that were joined by capitals."""
    text = unicodedata.normalize("NFKD", header.strip().strip("'\""))
    text = "".join(sign for sign in text if not unicodedata.combining(sign))
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text).lower()


def is_header(cells: Cells) -> bool:
    """Whether a row names columns: it has a header of ours, or neither a number nor a species."""
    if any(map(names_feature, cells)) or any(column(cell).label == "strong" for cell in cells):
        return True
    return not any(is_number(cell) or known_species(cell) for cell in cells)


def header_columns(cells: Cells) -> tuple[Column, ...]:
    """Return the columns that a header names.

    Raises
    ------
    WrongColumnsError
        If a feature is missing, or there twice.
    UnknownUnitError
        If one is in a unit other than cm and mm.
    """
    columns = [column(cell) for cell in cells]
    times = Counter(one.feature for one in columns if one.feature)
    missing = [feature for feature in FEATURES if feature not in times]
    repeated = sorted(feature for feature, n in times.items() if n > 1)
    if missing or repeated:
        others = [one.header for one in columns if not one.feature and one.header]
        raise WrongColumnsError(missing=listed(missing), others=listed(others), repeated=listed(repeated))
    ours = {one.header for one in columns if one.own}
    if "p_setosa" in ours and "predicted_species" not in ours:
        # Up to 0.1 our own predictions stood in a column "species": they are no truth to count against.
        columns = [Column(one.header, own=True) if one.header == "species" else one for one in columns]
    return tuple(columns)


def with_row_names(columns: tuple[Column, ...], rows: Sequence[Cells]) -> tuple[Column, ...]:
    """Return the columns with one more in front where R wrote row names without a header for them."""
    shifted = (Column(""), *columns)
    longer = [cells for cells in rows if len(cells) == len(shifted) and cells[-1]]
    names = [cells[0] for cells in longer if cells[0].isdecimal() or not is_number(cells[0])]
    flowers = [cells for cells in longer if _has_lengths(shifted, cells)]
    all_named = len(set(names)) == len(longer)
    return shifted if all_named and 2 * len(longer) > len(rows) and 2 * len(flowers) > len(longer) else columns


def _has_lengths(columns: Sequence[Column], cells: Cells) -> bool:
    return all(not one.feature or is_number(cell) for one, cell in zip(columns, cells, strict=True))


def columns_by_content(rows: Sequence[Cells]) -> tuple[Column, ...]:
    """Return the columns of a table without a header.

    Four columns of numbers are the lengths in the usual order. A running number before them and a
    species behind them, as a name or a number, are known by what stands in them.

    Parameters
    ----------
    rows : sequence of rows
        The first ones of the file; those that are cut short are passed over.

    Raises
    ------
    HeaderNeededError
        If it is not clear which columns are the lengths.
    ColumnOrderError
        If another order of the four fits irises better.
    """
    width = Counter(map(len, rows)).most_common(1)[0][0]
    whole = [cells for cells in rows if len(cells) == width]
    numbers = [at for at in range(width) if _mostly(is_number, (cells[at] for cells in whole))]
    labels = [at for at in range(width) if _mostly(known_species, (cells[at] for cells in whole))]
    if len(numbers) < len(FEATURES) and width in (len(FEATURES), len(FEATURES) + 1):
        numbers = list(range(len(FEATURES)))  # a column without a single number: its cells will be refused
        labels = [at for at in labels if at not in numbers] or list(range(len(FEATURES), width))
    layouts = _layouts(numbers, whole)
    lengths, coded = max(layouts, key=lambda layout: _n_fitting(whole, layout[0]), default=((), None))
    ties = [one for one in layouts if _n_fitting(whole, one[0]) == _n_fitting(whole, lengths)]
    if len(ties) != 1:
        raise HeaderNeededError(n=len(numbers))
    _check_order(whole, lengths)
    if coded is not None:
        labels.append(coded)
    return tuple(
        Column(FEATURES[lengths.index(at)], FEATURES[lengths.index(at)])
        if at in lengths
        else Column("species", label="strong")
        if at == next(iter(labels), None)
        else Column(f"column {at + 1}")
        for at in range(width)
    )


Layout = tuple[tuple[int, ...], int | None]
"""Places of the four lengths, and of a number that stands for the species."""


def _layouts(numbers: list[int], rows: Sequence[Cells]) -> list[Layout]:
    """Return the ways in which columns of numbers may be four lengths, a running number and a code."""
    n = len(FEATURES)
    first_counts = bool(numbers) and all(cells[numbers[0]].isdecimal() for cells in rows)
    last_codes = bool(numbers) and all(not cells[numbers[-1]] or is_code(cells[numbers[-1]]) for cells in rows)
    found: list[Layout] = []
    if len(numbers) == n:
        found.append((tuple(numbers), None))
    if len(numbers) == n + 1 and first_counts:
        found.append((tuple(numbers[1:]), None))
    if len(numbers) == n + 1 and last_codes:
        found.append((tuple(numbers[:n]), numbers[-1]))
    if len(numbers) == n + 2 and first_counts and last_codes:
        found.append((tuple(numbers[1:-1]), numbers[-1]))
    return found


def _check_order(rows: Sequence[Cells], lengths: tuple[int, ...]) -> None:
    usual = _n_fitting(rows, lengths)
    if 2 * usual >= len(rows):
        return
    best = max(permutations(lengths), key=lambda order: _n_fitting(rows, order))
    fitting = _n_fitting(rows, best)
    if fitting > usual:
        order = [FEATURES[best.index(at)] for at in lengths]
        raise ColumnOrderError(n=fitting, n_rows=len(rows), order=", ".join(order))


def order_is_usual(lengths: Iterable[float]) -> bool:
    """Whether four lengths stand to each other as in all of the 150 flowers: each part is longer than it is wide.

    Examples
    --------
    >>> order_is_usual([5.1, 3.5, 1.4, 0.2]), order_is_usual([4.3, 1.2, 6.1, 2.7])
    (True, False)
    """
    sepal_length, sepal_width, petal_length, petal_width = lengths
    return sepal_length > max(sepal_width, petal_length) and petal_width < min(sepal_width, petal_length)


def _n_fitting(rows: Sequence[Cells], places: Sequence[int]) -> int:
    """Count the rows that are flowers like the 150, if the lengths stand at these places."""
    return sum(_fits([cells[at] for at in places]) for cells in rows) if places else 0


def _fits(cells: Cells) -> bool:
    if not all(map(is_number, cells)):
        return False
    lengths = [float(cell.replace(",", ".")) for cell in cells]
    spans = all(low <= length <= high for length, (low, high) in zip(lengths, _SPAN_CM, strict=True))
    return spans and order_is_usual(lengths)


def _mostly(fits: Callable[[str], object], cells: Iterable[str]) -> bool:
    filled = [cell for cell in cells if cell]
    return bool(filled) and 2 * sum(map(bool, map(fits, filled))) >= len(filled)


def label_places(columns: Sequence[Column], rows: Sequence[Cells]) -> tuple[int, ...]:
    """Return where labels stand: what is named so, and what holds names of species, whatever it is called.

    Names of species go before numbers, and a header of a label before another one.
    """
    named: list[int] = []
    unnamed: list[int] = []
    strong: list[int] = []
    coded: list[int] = []
    for at, one in enumerate(columns):
        if one.feature or one.own or _PREDICTION.search(_plain(one.header)):
            continue
        cells = [cells[at] for cells in rows if at < len(cells)]
        if _mostly(known_species, cells):
            (named if one.label else unnamed).append(at)
        elif one.label == "strong":
            strong.append(at)
        elif one.label == "weak" and _are_codes(cells):
            coded.append(at)
    return tuple(named or unnamed or strong or coded)


def _are_codes(cells: Sequence[str]) -> bool:
    filled = [cell for cell in cells if cell]
    return len(set(filled)) >= len(SPECIES) and all(map(is_code, filled))


_MOST_SHOWN, _LONGEST_SHOWN = 10, 40
"""Names of columns that a sentence repeats, and characters of each: the file may be anything at all."""


def listed(names: Sequence[str]) -> str:
    """Return names in a row, cut short where they are many or long; a dash for none.

    Examples
    --------
    >>> listed(["date", "x" * 50]), listed([])
    ('date, xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…', '-')
    """
    shown = [_cut(name) for name in names[:_MOST_SHOWN]]
    return ", ".join([*shown, *(["…"] if len(names) > _MOST_SHOWN else [])]) or "-"


def _cut(name: str) -> str:
    return name if len(name) <= _LONGEST_SHOWN else f"{name[:_LONGEST_SHOWN]}…"
