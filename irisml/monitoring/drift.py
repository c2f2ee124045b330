"""Drift of the lengths that production asks about, against those that a version learned from."""

import bisect
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import erfc, exp, sqrt
from statistics import median

from irisml.domain.measurements import FEATURES, POSSIBLE_CM, SPECIES
from irisml.monitoring.events import Lengths

Flower = tuple[Lengths, str | None]
"""Lengths in cm, and the species that the serving version predicts; None for an event that another one answered."""
FEWEST = 30
"""Events below which nothing is said: the test would find a shift of a standard deviation in half of the cases."""
FEWEST_OF_A_SPECIES = 10
"""On each side, for a species to be tested alone: with fewer, the normal approximation of the test is poor."""
ALARM_BELOW = 0.05
"""Corrected p-value below which a length has drifted."""
KOLMOGOROV_SMIRNOV, MANN_WHITNEY = "Kolmogorov-Smirnov", "Mann-Whitney"
TESTS = f"{KOLMOGOROV_SMIRNOV} over all answers, {MANN_WHITNEY} in each species, corrected for all tests"
_STAGES = 2
_BINS = 16
_SMALLEST_SHIFT_CM = 0.15


@dataclass(frozen=True, slots=True)
class LengthDrift:
    """Test of one length.

    Parameters
    ----------
    feature : str
    n, n_learned : int
        Events, and flowers that the version learned from.
    median, median_learned : float
        In cm.
    statistic : float
        Largest distance of the two cumulative distributions, in [0, 1].
    p : float or None
        Smallest two-sided p-value of the tests of this length, corrected for their number, and for four lengths by
        Holm's method; None if there are too few events to say.
    species : str or None
        Species whose test has this p-value; None if it is the test over all answers.
    shift : float
        Median of the events minus that of the flowers in cm, within that species if there is one.
    edges : tuple of float, length 17
        Limits of the classes of the histograms, in cm.
    counts, learned_counts : tuple of int, length 16
        Events and flowers in each class.
    values : tuple of float
        The lengths themselves while there are too few to say; else empty.
    """

    feature: str
    n: int
    n_learned: int
    median: float
    median_learned: float
    statistic: float
    p: float | None
    species: str | None
    shift: float
    edges: tuple[float, ...]
    counts: tuple[int, ...]
    learned_counts: tuple[int, ...]
    values: tuple[float, ...]

    @property
    def drifted(self) -> bool:
        """Whether the test finds a drift."""
        return self.p is not None and self.p < ALARM_BELOW

    @property
    def direction(self) -> str:
        """What has changed: "larger", "smaller" or, with about the same median, "spread"; "none" without a drift."""
        if not self.drifted:
            return "none"
        if abs(self.shift) < _SMALLEST_SHIFT_CM:
            return "spread"
        return "larger" if self.shift > 0 else "smaller"


def ks_statistic(a: Sequence[float], b: Sequence[float]) -> float:
    """Return the largest distance of the cumulative distributions of two sorted samples.

    Examples
    --------
    >>> ks_statistic([1, 2, 3, 4], [3, 4, 5, 6])
    0.5
    """
    return max(
        abs(bisect.bisect_right(a, value) / len(a) - bisect.bisect_right(b, value) / len(b)) for value in {*a, *b}
    )


def ks_p(statistic: float, n: int, m: int) -> float:
    """Return the two-sided p-value of a Kolmogorov-Smirnov statistic of *n* and *m* values.

    Kolmogorov's limit distribution, with Stephens' correction for small samples. Equal values, which lengths measured
    to a tenth of a centimetre have, make it larger than it should be: the test is on the safe side.

    References
    ----------
    M. A. Stephens (1970), Journal of the Royal Statistical Society B 32, 115-122.

    Examples
    --------
    >>> round(ks_p(0.3, 40, 40), 3), ks_p(0.0, 40, 40)
    (0.043, 1.0)
    """
    root = sqrt(n * m / (n + m))
    scaled = (root + 0.12 + 0.11 / root) * statistic
    if scaled < _NO_DISTANCE:
        return 1.0
    signed = (exp(-2 * (j * scaled) ** 2) * (1.0 if j % 2 else -1.0) for j in range(1, 101))
    return min(1.0, max(0.0, 2 * sum(signed)))


_NO_DISTANCE = 0.2
"""Below it the probability is 1 to twelve digits, and the alternating series converges slowly."""


def mann_whitney_p(a: Sequence[float], b: Sequence[float]) -> float:
    """Return the two-sided p-value of the Mann-Whitney test of two sorted samples.

    Normal approximation, corrected for equal values and for continuity.

    References
    ----------
    H. B. Mann, D. R. Whitney (1947), Annals of Mathematical Statistics 18, 50-60.

    Examples
    --------
    >>> round(mann_whitney_p([1, 2, 3, 4, 5], [6, 7, 8, 9, 10]), 4), mann_whitney_p([1, 1], [1, 1])
    (0.0122, 1.0)
    """
    n, m = len(a), len(b)
    u = sum((bisect.bisect_left(a, value) + bisect.bisect_right(a, value)) / 2 for value in b)
    equal = sum(k**3 - k for k in (Counter(a) + Counter(b)).values())
    variance = n * m / 12 * (n + m + 1 - equal / ((n + m) * (n + m - 1)))
    if variance <= 0:
        return 1.0
    z = max(0.0, abs(u - n * m / 2) - 0.5) / sqrt(variance)
    return erfc(z / sqrt(2))


def length_drifts(asked: Sequence[Flower], learned: Sequence[Flower]) -> tuple[LengthDrift, ...]:
    """Test each of the four lengths.

    First over all answers by Kolmogorov-Smirnov, which finds any difference. Only where that finds none, within each
    species by Mann-Whitney, which finds a shift of one species that disappears among the others: a wrong unit changes
    the answers, so that then every length would differ within a species. Each stage has half of the 5 %; its p-values
    are corrected by Holm's method for the four lengths.

    Parameters
    ----------
    asked : sequence of Flower
        Each event.
    learned : sequence of Flower
        Each flower that the version learned from; at least one. With what it predicts for it, not its label: of a weak
        model the answers differ from the labels without any drift.

    Returns
    -------
    tuple of LengthDrift
        In the order of `FEATURES`; empty without events.

    References
    ----------
    S. Holm (1979), Scandinavian Journal of Statistics 6, 65-70.

    Examples
    --------
    >>> flowers = [((5.0 + i / 10, 3.0, 1.5, 0.2), "setosa") for i in range(10)]
    >>> drifts = length_drifts([((x + 0.8, *rest), species) for (x, *rest), species in flowers * 4], flowers)
    >>> [drift.feature for drift in drifts if drift.drifted], drifts[0].direction
    (['sepal_length'], 'larger')
    """
    return _length_drifts(tuple(asked), tuple(learned)) if asked else ()


@lru_cache(maxsize=2)
def _length_drifts(asked: tuple[Flower, ...], learned: tuple[Flower, ...]) -> tuple[LengthDrift, ...]:
    columns = [_Column.of(feature, column, asked, learned) for column, feature in enumerate(FEATURES)]
    tests = _corrected([column.overall() for column in columns], _STAGES)
    if not any(test.p < ALARM_BELOW for test in tests):
        within = _corrected([column.within_species() for column in columns], _STAGES * len(SPECIES))
        tests = [min(pair, key=lambda test: test.p) for pair in zip(tests, within, strict=True)]
    enough = len(asked) >= FEWEST
    return tuple(column.drift(test, enough=enough) for column, test in zip(columns, tests, strict=True))


def holm(ps: Sequence[float]) -> list[float]:
    """Correct p-values for their number by Holm's method.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03, 0.5])
    [0.04, 0.09, 0.09, 0.5]
    """
    corrected, largest = [0.0] * len(ps), 0.0
    for place, i in enumerate(sorted(range(len(ps)), key=lambda i: ps[i])):
        largest = max(largest, min(1.0, ps[i] * (len(ps) - place)))
        corrected[i] = largest
    return corrected


@dataclass(frozen=True, slots=True)
class _Test:
    p: float
    species: str | None
    shift: float


def _corrected(tests: Sequence[_Test], factor: int) -> list[_Test]:
    ps = holm([min(1.0, factor * test.p) for test in tests])
    return [_Test(p, test.species, test.shift) for p, test in zip(ps, tests, strict=True)]


@dataclass(frozen=True, slots=True)
class _Column:
    """One length of all events and flowers, each sorted once, with its species."""

    feature: str
    asked: list[tuple[float, str]]
    learned: list[tuple[float, str]]

    @classmethod
    def of(cls, feature: str, column: int, asked: Sequence[Flower], learned: Sequence[Flower]) -> "_Column":
        ours, theirs = (sorted((x[column], species or "") for x, species in flowers) for flowers in (asked, learned))
        return cls(feature, ours, theirs)

    def overall(self) -> _Test:
        ours, theirs = _values(self.asked), _values(self.learned)
        p = ks_p(ks_statistic(ours, theirs), len(ours), len(theirs))
        return _Test(p, None, median(ours) - median(theirs))

    def within_species(self) -> _Test:
        tests = [_Test(1.0, None, 0.0)]
        for species in SPECIES:
            ours, theirs = _values(self.asked, species), _values(self.learned, species)
            if min(len(ours), len(theirs)) >= FEWEST_OF_A_SPECIES:
                tests.append(_Test(mann_whitney_p(ours, theirs), species, median(ours) - median(theirs)))
        return min(tests, key=lambda test: test.p)

    def drift(self, test: _Test, *, enough: bool) -> LengthDrift:
        ours, theirs = _values(self.asked), _values(self.learned)
        lowest, highest = POSSIBLE_CM[self.feature]
        low = max(lowest, min(ours[0], theirs[0]))
        high = min(highest, max(ours[-1], theirs[-1])) + 1e-9
        edges = tuple(low + (high - low) * i / _BINS for i in range(_BINS + 1))
        return LengthDrift(
            feature=self.feature,
            n=len(ours),
            n_learned=len(theirs),
            median=median(ours),
            median_learned=median(theirs),
            statistic=ks_statistic(ours, theirs),
            p=test.p if enough else None,
            species=test.species,
            shift=test.shift,
            edges=edges,
            counts=_counts(ours, edges),
            learned_counts=_counts(theirs, edges),
            values=() if enough else tuple(ours),
        )


def _values(column: list[tuple[float, str]], species: str | None = None) -> list[float]:
    return [value for value, of in column if species in (None, of)]


def _counts(values: Sequence[float], edges: Sequence[float]) -> tuple[int, ...]:
    counts = [0] * _BINS
    for value in values:
        counts[min(_BINS - 1, max(0, bisect.bisect_right(edges, value) - 1))] += 1
    return tuple(counts)
