"""Splits: what a model learns from may change, what it is judged by does not."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from irisml.data.datasets import Dataset
from irisml.data.same_flower import is_reference_flower

N_FOLDS = 5
"""One fifth of the flowers is held out: 30 of 150."""


@dataclass(frozen=True, eq=False)
class Split:
    """Rows that a model learns from, and reference flowers that it is judged by.

    Parameters
    ----------
    train : ndarray of shape (n_train,), int64
        Rows of the data set, ascending; none of them is one of the test flowers.
    test : ndarray of shape (n_test,), int64
        Rows of the reference, ascending. Where a data set is its own reference, both together are all its rows.
    """

    train: NDArray[np.int64]
    test: NDArray[np.int64]


class Splits:
    """Splits of the reference flowers, and what a data set may teach in each of them.

    The test flowers depend on the reference only, so any two versions are judged by the same flowers. A row of the
    data set that is a test flower, by its identity or its measurements, is left out of the training rows; rows that
    are no reference flower are training rows of every split.

    Parameters
    ----------
    dataset : Dataset
        What is learned from.
    reference : Dataset, optional
        What is judged by; by default the data set itself.

    Examples
    --------
    Fifty new flowers help in every split:

    >>> from irisml import load_iris
    >>> iris = load_iris()
    >>> new = Dataset(iris.X[50:100] + 0.07, iris.y[50:100], "jittered")
    >>> split = Splits(iris.followed_by(new, "150 + 50"), iris).fixed()
    >>> len(split.train), len(split.test)
    (170, 30)
    """

    def __init__(self, dataset: Dataset, reference: Dataset | None = None) -> None:
        self._reference = dataset if reference is None else reference
        self._is_flower = is_reference_flower(dataset, self._reference)

    def folds(self, random_state: int) -> Iterator[Split]:
        """Split the reference into five stratified folds; each is the test set of one split.

        Each species is distributed evenly over the folds; identical flowers are never on both sides.

        Parameters
        ----------
        random_state : int
            Seed of the shuffle, in [0, 2**32 - 1].

        Examples
        --------
        >>> from irisml import load_iris
        >>> iris = load_iris()
        >>> [np.bincount(iris.y[split.test]).tolist() for split in Splits(iris).folds(random_state=1)]
        [[10, 10, 10], [10, 10, 10], [10, 10, 10], [10, 10, 10], [10, 10, 10]]
        """
        from sklearn.model_selection import StratifiedGroupKFold

        reference = self._reference
        kfold = StratifiedGroupKFold(N_FOLDS, shuffle=True, random_state=random_state)
        for _, test in kfold.split(reference.X, reference.y, reference.identical_rows):
            yield Split(np.flatnonzero(~self._is_flower[:, test].any(axis=1)), test)

    def fixed(self) -> Split:
        """Return the one split by whose test flowers every version is judged."""
        return next(self.folds(random_state=0))


def fixed_split(dataset: Dataset, reference: Dataset | None = None) -> Split:
    """Return the one split that every version is trained and tested on; see `Splits`.

    Examples
    --------
    >>> from irisml import load_iris
    >>> split = fixed_split(load_iris())
    >>> len(split.train), len(split.test)
    (120, 30)
    """
    return Splits(dataset, reference).fixed()
