"""Flowers for the tests of data checks: drawn, altered, resampled."""

import numpy as np

from irisml import Dataset, fixed_split, load_iris
from irisml.data.checked_data import CheckedData
from irisml.data.data_checks import check_data
from irisml.domain.measurements import FEATURES, POSSIBLE_CM

IRIS = load_iris()
TEST_ROWS = tuple(fixed_split(IRIS).test.tolist())
SMALLEST = np.array([POSSIBLE_CM[feature][0] for feature in FEATURES])


def drawn(random_state: int, n_of_species: int = 50) -> Dataset:
    """Draw new flowers from the normal distribution of each species, rounded to a tenth as the reference is."""
    rng = np.random.default_rng(random_state)
    X = []
    for species in range(3):
        known = IRIS.X[IRIS.y == species]
        X.append(rng.multivariate_normal(known.mean(axis=0), np.cov(known.T), n_of_species))
    lengths = np.maximum(np.concatenate(X).round(1), np.ceil(SMALLEST * 10) / 10)
    return Dataset(lengths, np.repeat([0, 1, 2], n_of_species), "drawn")


def findings(dataset: Dataset, parent: Dataset | None = IRIS) -> dict:
    """Return the finding of each data check by its rule."""
    return {finding.rule: finding for finding in check_data(CheckedData(dataset, IRIS, parent, TEST_ROWS))}


def refusals(dataset: Dataset, parent: Dataset | None = IRIS) -> set[str]:
    """Return the rules that refuse a data set."""
    return {rule for rule, finding in findings(dataset, parent).items() if finding.refuses}
