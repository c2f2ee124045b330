"""A data set with what it is compared with: its parent and the reference."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from irisml.data.datasets import NEW_FLOWER, Dataset
from irisml.data.same_flower import is_reference_flower, same_measurements
from irisml.domain.measurements import SPECIES


@dataclass(frozen=True, eq=False)
class CheckedData:
    """Data set under examination.

    Parameters
    ----------
    dataset : Dataset
    reference : Dataset
        The flowers that every version is judged by.
    parent : Dataset, optional
        The data set that it was made from: only rows that the parent does not have are examined.
    test_rows : sequence of int
        Rows of the reference that are held out of every training.
    """

    dataset: Dataset
    reference: Dataset
    parent: Dataset | None
    test_rows: tuple[int, ...]

    @cached_property
    def examined(self) -> NDArray[np.int64]:
        """Rows that the parent does not have, ascending; all rows if there is no parent."""
        if self.parent is None:
            return np.arange(self.dataset.n_samples)
        left = Counter(_keys(self.parent))
        new = []
        for row, key in enumerate(_keys(self.dataset)):
            if left[key]:
                left[key] -= 1
            else:
                new.append(row)
        return np.array(new, dtype=np.int64)

    @cached_property
    def new_flowers(self) -> NDArray[np.int64]:
        """Examined rows that claim to be no reference flower, ascending."""
        return np.asarray(self.examined[self.dataset.reference_rows[self.examined] == NEW_FLOWER])

    def of_species(self, species: int) -> NDArray[np.int64]:
        """Return the examined rows of one species, an index into `SPECIES`."""
        return np.asarray(self.examined[self.dataset.y[self.examined] == species])

    @cached_property
    def medians(self) -> NDArray[np.float64]:
        """Median of each feature of the examined rows of each species, of shape (3, 4), in cm; NaN for too few rows."""
        return np.array([_median(self.dataset.X[self.of_species(k)]) for k in range(len(SPECIES))])

    @cached_property
    def reference_medians(self) -> NDArray[np.float64]:
        """Median of each feature of each species of the reference, of shape (3, 4), in cm."""
        return np.array([_median(self.reference.X[self.reference.y == k]) for k in range(len(SPECIES))])

    @cached_property
    def spread(self) -> NDArray[np.float64]:
        """Standard deviation of each feature of each species of the reference, of shape (3, 4), in cm."""
        return np.array([self.reference.X[self.reference.y == k].std(axis=0) for k in range(len(SPECIES))])

    @cached_property
    def copies_of_test_flowers(self) -> NDArray[np.int64]:
        """New flowers with the measurements of a held-out reference flower, up to the rounding."""
        held_out = self.reference.X[list(self.test_rows)]
        is_copy = same_measurements(self.dataset.X[self.new_flowers], held_out).any(axis=1)
        return np.asarray(self.new_flowers[is_copy])

    @cached_property
    def near_a_reference_flower(self) -> NDArray[np.int64]:
        """New flowers whose distance to some reference flower is less than `NEAR_CM`."""
        differences = self.dataset.X[self.new_flowers][:, None, :] - self.reference.X[None, :, :]
        return np.asarray(self.new_flowers[((differences**2).sum(axis=2) < NEAR_CM**2).any(axis=1)])

    def disagreeing(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return those of *rows* whose label is not that of most of their neighbours, see `disagreeing_rows`."""
        return rows[disagreeing_rows(self.dataset.take(rows), self.reference)] if len(rows) else rows


N_NEIGHBOURS = 5
NEAR_CM = 0.12
"""Euclidean distance over the four lengths: a step of 0.1 cm in one of them, or of the rounding in all four."""
_FEWEST_FOR_MEDIAN = 3


def disagreeing_rows(dataset: Dataset, reference: Dataset) -> NDArray[np.int64]:
    """Return the rows whose label differs from that of most of their nearest reference flowers.

    The flower itself, and what is identical to it, is no neighbour: this is the leave-one-out prediction of
    `N_NEIGHBOURS` nearest neighbours.

    Examples
    --------
    >>> from irisml import load_iris
    >>> iris = load_iris()
    >>> len(disagreeing_rows(iris, iris))
    5
    """
    distances = ((dataset.X[:, None, :] - reference.X[None, :, :]) ** 2).sum(axis=2)
    distances[is_reference_flower(dataset, reference)] = np.inf
    nearest = distances.argsort(axis=1, kind="stable")[:, :N_NEIGHBOURS]
    votes = (reference.y[nearest][:, :, None] == np.arange(len(SPECIES))).sum(axis=1)
    return np.flatnonzero(votes.argmax(axis=1) != dataset.y)


def _median(X: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.median(X, axis=0) if len(X) >= _FEWEST_FOR_MEDIAN else np.full(X.shape[1], np.nan)


def _keys(dataset: Dataset) -> Iterable[tuple[object, ...]]:
    return zip(map(tuple, dataset.X.tolist()), dataset.y.tolist(), dataset.reference_rows.tolist(), strict=True)
