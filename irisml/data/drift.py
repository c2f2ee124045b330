"""Drift of new flowers against those that a data set already had."""

from dataclasses import dataclass
from itertools import product

import numpy as np

from irisml.data.datasets import Dataset
from irisml.domain.measurements import FEATURES, SPECIES

FEWEST_FLOWERS = 8
"""Of a species, on each side: below it, a shift of one standard deviation is found in less than half of the cases."""


@dataclass(frozen=True, slots=True)
class Shift:
    """Test of one feature of one species.

    Parameters
    ----------
    feature, species : str
    n_before, n_new : int
        Flowers on each side.
    difference : float
        Median of the new flowers minus that of the others, in cm.
    p : float
        Two-sided p-value of the Mann-Whitney test, corrected by Holm's method for all tests made, in [0, 1].
    """

    feature: str
    species: str
    n_before: int
    n_new: int
    difference: float
    p: float


def drift_tests(before: Dataset, new: Dataset) -> tuple[Shift, ...]:
    """Compare each feature of each species by a Mann-Whitney test with Holm's correction.

    Species with fewer than `FEWEST_FLOWERS` on one side are left out.

    Returns
    -------
    tuple of Shift
        The smallest p-value first; empty if there are too few flowers to say.

    References
    ----------
    H. B. Mann, D. R. Whitney (1947), Annals of Mathematical Statistics 18, 50-60; S. Holm (1979),
    Scandinavian Journal of Statistics 6, 65-70.

    Examples
    --------
    >>> from irisml import load_iris
    >>> iris = load_iris()
    >>> longer = Dataset(iris.X[:10] + [0, 0, 1, 0], iris.y[:10], "longer petals")
    >>> drift_tests(iris, longer)[0].feature
    'petal_length'
    """
    from scipy.stats import mannwhitneyu  # 0.8 s: only where data is checked, never in the server

    found = []
    for (column, feature), (k, species) in product(enumerate(FEATURES), enumerate(SPECIES)):
        ours, theirs = new.X[new.y == k, column], before.X[before.y == k, column]
        if min(len(ours), len(theirs)) < FEWEST_FLOWERS:
            continue
        # Where all lengths are equal, the test statistic is undefined, and nothing has shifted.
        both = np.concatenate([ours, theirs])
        p = 1.0 if both.min() == both.max() else float(mannwhitneyu(ours, theirs, method="asymptotic").pvalue)
        found.append(Shift(feature, species, len(theirs), len(ours), float(np.median(ours) - np.median(theirs)), p))
    return _corrected(sorted(found, key=lambda shift: shift.p))


def _corrected(by_p: list[Shift]) -> tuple[Shift, ...]:
    corrected, largest = [], 0.0
    for place, shift in enumerate(by_p):
        largest = max(largest, min(1.0, shift.p * (len(by_p) - place)))
        corrected.append(Shift(shift.feature, shift.species, shift.n_before, shift.n_new, shift.difference, largest))
    return tuple(corrected)
