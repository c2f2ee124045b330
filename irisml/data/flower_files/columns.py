"""Role of each column of a table, from its header or, without a header, from its content."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import permutations

from irisml.data.flower_files.headers import OURS, UNITS, Column, column
from irisml.data.flower_files.labels import NO_LABEL, is_code, known_species
from irisml.data.flower_files.lengths import is_number, number_in_cm
from irisml.domain.errors import (
    ColumnOrderError,
    HeaderNeededError,
    MissingColumnsError,
    RepeatedColumnsError,
    UnknownUnitError,
)
from irisml.domain.measurements import FEATURES, LONGER_THAN, POSSIBLE_CM

Cells = Sequence[str]

MOST_COLUMNS = 1000
"""A wider row is refused: it is not a table of irises, and reading its header would take long."""

_SPAN_CM = tuple((2 * low, high / 2) for low, high in POSSIBLE_CM.values())
"""Range of each length in the 150 flowers."""


def is_flower_like(cells: Cells) -> bool:
    """Whether a row has at least as many numbers as a flower has lengths."""
    return sum(map(is_number, cells)) >= len(FEATURES)


def is_header(cells: Cells) -> bool:
    """Whether a row is a header: it has a known column name, or neither a number nor a species."""
    columns = [column(cell) for cell in cells]
    if any(one.feature or one.label == "strong" for one in columns):
        return True
    return not any(is_number(cell) or known_species(cell) for cell in cells)


def names_all_lengths(cells: Cells) -> bool:
    """Whether a row is a header with all four lengths, each at least once."""
    return {column(cell).feature for cell in cells} >= set(FEATURES)


def header_columns(cells: Cells) -> tuple[Column, ...]:
    """Return the columns that a header names.

    Raises
    ------
    MissingColumnsError, RepeatedColumnsError
        If a feature is missing, or occurs twice.
    UnknownUnitError
        If one is in a unit other than cm and mm.
    """
    columns = [column(cell) for cell in cells]
    times = Counter(one.feature for one in columns if one.feature)
    missing = [feature for feature in FEATURES if feature not in times]
    if missing:
        others = [one.header for one in columns if not one.feature and one.header]
        raise MissingColumnsError(missing=listed(missing), others=listed(others))
    if repeated := [feature for feature, n in times.items() if n > 1]:
        raise RepeatedColumnsError(repeated=listed(repeated))
    for one in columns:
        if one.unit:
            raise UnknownUnitError(column=listed([one.header]), unit=one.unit)
    names = [one.header for one in columns]
    if set(OURS) <= set(names):
        return tuple(Column(one.header, own=True) if one.header in OURS else one for one in columns)
    if names == [*FEATURES, "species", *(name for name in OURS if name.startswith("p_"))]:
        # Written by irisml 0.1: its column "species" holds the prediction, not the actual species.
        return tuple(one if one.feature else Column(one.header, own=True) for one in columns)
    return tuple(columns)


def with_units_of(columns: tuple[Column, ...], cells: Cells) -> tuple[Column, ...] | None:
    """Return the columns with the units from a row below the header; None if that row does not hold units."""
    words = [cell.strip("()[]{} .").lower() for cell in cells]
    if len(words) != len(columns) or any(word and word not in UNITS for word in words):
        return None
    if any(one.feature and not word for one, word in zip(columns, words, strict=True)):
        return None
    return tuple(
        Column(one.header, one.feature, UNITS[word]) if one.feature else one
        for one, word in zip(columns, words, strict=True)
    )


def with_row_names(columns: tuple[Column, ...], rows: Sequence[Cells]) -> tuple[Column, ...]:
    """Return the columns, with one prepended if R wrote row names without a header for them.

    It is prepended if more rows are plausible flowers with it than without it.
    """
    shifted = (Column(""), *columns)
    longer = [cells for cells in rows if len(cells) == len(shifted) and cells[-1]]
    names = {cells[0] for cells in longer if cells[0].isdecimal() or not is_number(cells[0])}
    fitting = _n_flowers(shifted, longer)
    is_shifted = 2 * fitting > len(longer) and fitting > _n_flowers(columns, longer)
    return shifted if is_shifted and len(names) == len(longer) and 2 * len(longer) > len(rows) else columns


def _n_flowers(columns: Sequence[Column], rows: Sequence[Cells]) -> int:
    places = [next(at for at, one in enumerate(columns) if one.feature == feature) for feature in FEATURES]
    powers = [columns[at].power for at in places]
    return sum(_fits([cells[at] for at in places], powers) for cells in rows)


def columns_by_content(rows: Sequence[Cells]) -> tuple[Column, ...]:
    """Return the columns of a table without a header.

    Four columns of numbers are the lengths in the usual order. A row number before them and a
    species after them, as a name or a number, are recognized by their content.

    Parameters
    ----------
    rows : sequence of rows
        First rows of the file; incomplete rows are skipped.

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
"""Positions of the four lengths, and of a number that encodes the species."""


def _layouts(numbers: list[int], rows: Sequence[Cells]) -> list[Layout]:
    """Return the possible assignments of columns of numbers to four lengths, a row number and a species code."""
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
    """Whether four lengths are ordered as in all of the 150 flowers: each part is longer than it is wide.

    Examples
    --------
    >>> order_is_usual([5.1, 3.5, 1.4, 0.2]), order_is_usual([4.3, 1.2, 6.1, 2.7])
    (True, False)
    """
    flower = dict(zip(FEATURES, lengths, strict=True))
    return all(flower[longer] > flower[shorter] for longer, shorter in LONGER_THAN)


def _n_fitting(rows: Sequence[Cells], places: Sequence[int]) -> int:
    """Count the rows that resemble the 150 flowers if the lengths are at these positions."""
    return sum(_fits([cells[at] for at in places]) for cells in rows) if places else 0


def _fits(cells: Cells, powers: Sequence[int] = (0, 0, 0, 0)) -> bool:
    lengths = [number_in_cm(cell, power) for cell, power in zip(cells, powers, strict=True)]
    known = [length for length in lengths if length is not None]
    if len(known) < len(FEATURES):
        return False
    spans = all(low <= length <= high for length, (low, high) in zip(known, _SPAN_CM, strict=True))
    return spans and order_is_usual(known)


def _mostly(fits: Callable[[str], object], cells: Iterable[str]) -> bool:
    filled = [cell for cell in cells if cell]
    return bool(filled) and 2 * sum(map(bool, map(fits, filled))) >= len(filled)


def label_places(columns: Sequence[Column], rows: Sequence[Cells]) -> tuple[int, ...]:
    """Return the positions of label columns: those with a label header, and those that hold names of species.

    Names of species below a label header take precedence, then numbers below one.
    """
    kinds: dict[str, list[int]] = {"names": [], "codes": [], "unnamed": [], "strong": []}
    for at, one in enumerate(columns):
        if one.feature or one.own or one.prediction:
            continue
        cells = [cells[at] for cells in rows if at < len(cells) and cells[at] not in NO_LABEL]
        if _mostly(known_species, cells):
            kinds["names" if one.label else "unnamed"].append(at)
        elif one.label in ("strong", "coded") and _mostly(is_code, cells):
            kinds["codes"].append(at)
        elif one.label == "strong":
            kinds["strong"].append(at)
    return tuple(next((places for places in kinds.values() if places), []))


_MOST_SHOWN, _LONGEST_SHOWN = 10, 40
"""Limits on the column names in a message, and on the characters of each."""


def listed(names: Sequence[str]) -> str:
    """Return the names joined by commas, truncated if they are many or long; a dash for none.

    Examples
    --------
    >>> listed(["date", "x" * 50]), listed([])
    ('date, xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…', '-')
    """
    shown = [_cut(name) for name in names[:_MOST_SHOWN]]
    return ", ".join([*shown, *(["…"] if len(names) > _MOST_SHOWN else [])]) or "-"


def _cut(name: str) -> str:
    return name if len(name) <= _LONGEST_SHOWN else f"{name[:_LONGEST_SHOWN]}…"
