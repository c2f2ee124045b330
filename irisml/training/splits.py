"""Splits of a data set into training and test flowers."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from irisml.data.datasets import Dataset

N_FOLDS = 5
"""One fifth of the flowers is held out: 30 of 150."""


@dataclass(frozen=True, eq=False)
class Split:
    """Row numbers of the training and of the test flowers.

    Parameters
    ----------
    train, test : ndarray of shape (n_train,) and (n_test,), int64
        Rows of the data set, ascending, disjoint; together all of them.
    """

    train: NDArray[np.int64]
    test: NDArray[np.int64]


def stratified_folds(dataset: Dataset, random_state: int) -> Iterator[Split]:
    """Split the flowers into five stratified folds; each fold is the test set of one split.

    Each species is distributed evenly over the folds; identical flowers are never on both sides.

    Parameters
    ----------
    random_state : int
        Seed of the shuffle, in [0, 2**32 - 1].

    Examples
    --------
    >>> from irisml import load_iris
    >>> iris = load_iris()
    >>> [np.bincount(iris.y[split.test]).tolist() for split in stratified_folds(iris, random_state=1)]
    [[10, 10, 10], [10, 10, 10], [10, 10, 10], [10, 10, 10], [10, 10, 10]]
    """
    from sklearn.model_selection import StratifiedGroupKFold

    folds = StratifiedGroupKFold(N_FOLDS, shuffle=True, random_state=random_state)
    for train, test in folds.split(dataset.X, dataset.y, dataset.identical_rows):
        yield Split(train, test)


def fixed_split(dataset: Dataset) -> Split:
    """Return the one split that every version is trained and tested on.

    It depends only on the data, so two versions are always scored on the same unseen flowers.

    Examples
    --------
    >>> from irisml import load_iris
    >>> split = fixed_split(load_iris())
    >>> len(split.train), len(split.test)
    (120, 30)
    """
    return next(stratified_folds(dataset, random_state=0))
