"""A forest over arrays of flowers, equal to scikit-learn and to `Forest.predict_proba` to the last bit.

The rule is that of `irisml.model.forest`: round each length to float32, go left if it is at most the float64
threshold, add the leaves in the order of the trees, divide once. Which rows are handled together changes nothing.
"""

from math import prod

import numpy as np
from numpy.typing import NDArray

from irisml.domain.measurements import FEATURES, SPECIES
from irisml.model.forest import LEAF, Forest

Lengths = NDArray[np.float64]
"""Array of shape (n_samples, 4), in cm, in the order of `FEATURES`."""
MOST_CELLS = 3_000_000
"""Cells for which a table is kept: 72 MB."""
_AT_ONCE = 32_768
"""Rows that go through a tree together: their lengths stay in the cache of a core."""


class TreeWalk:
    """Sends many flowers through each tree at once: every node parts its rows in two. For any forest.

    Parameters
    ----------
    forest : Forest

    Examples
    --------
    >>> from irisml import TrainingConfig, load_iris, train
    >>> from irisml.model.forest import Forest
    >>> run = train(load_iris(), TrainingConfig(n_estimators=5))
    >>> walk = TreeWalk(Forest.from_estimator(run.estimator, [(0.1, 7.9)] * 4))
    >>> walk.predict_proba(np.array([[5.1, 3.5, 1.4, 0.2]])).tolist()
    [[1.0, 0.0, 0.0]]
    """

    name = "tree by tree"

    def __init__(self, forest: Forest) -> None:
        self._forest = forest
        self._leaves = np.array(forest.leaves)
        self._thresholds = [
            0.0 if feature == LEAF else forest.thresholds[index]
            for feature, index in zip(forest.feature, forest.index, strict=True)
        ]

    def predict_proba(self, X: Lengths) -> Lengths:
        """Return the probabilities, shape (n_samples, 3), in the order of `SPECIES`."""
        parts = [self._part(as_compared(X[start : start + _AT_ONCE])) for start in range(0, len(X), _AT_ONCE)]
        return np.concatenate(parts) if parts else np.empty((0, len(SPECIES)))

    def _part(self, X: Lengths) -> Lengths:
        columns = np.ascontiguousarray(X.T)
        total = np.zeros((len(X), len(SPECIES)))
        reached = np.empty(len(X), np.intp)
        for root in self._forest.roots:
            self._apply(root, columns, reached)
            total += self._leaves.take(reached, axis=0)  # one tree after the other: a pairwise sum rounds differently
        return total / len(self._forest.roots)

    def _apply(self, root: int, columns: Lengths, reached: NDArray[np.intp]) -> None:
        forest = self._forest
        waiting: list[tuple[int, NDArray[np.intp] | None]] = [(root, None)]  # None stands for all rows
        while waiting:
            node, rows = waiting.pop()
            feature = forest.feature[node]
            if feature == LEAF:
                reached[slice(None) if rows is None else rows] = forest.index[node]
                continue
            values = columns[feature] if rows is None else columns[feature].take(rows)
            left = values <= self._thresholds[node]
            for child, goes in ((node + 1, left), (node + forest.right[node], ~left)):
                part = np.flatnonzero(goes) if rows is None else rows[goes]
                if part.size:
                    waiting.append((child, part))


class CellTable:
    """Answers from a table: the thresholds cut the space into cells, and all flowers of a cell get the same answer.

    The forest is asked once for each cell in which a flower lies; after that a flower costs four binary searches.

    Parameters
    ----------
    forest : Forest
        With at most `MOST_CELLS` cells, see `n_cells`.
    """

    name = "table of cells"

    def __init__(self, forest: Forest) -> None:
        self._walk = TreeWalk(forest)
        self._cuts = _cuts(forest)
        n = n_cells(forest)
        self._answers = np.empty((n, len(SPECIES)))
        self._known = np.zeros(n, bool)

    def predict_proba(self, X: Lengths) -> Lengths:
        """Return the probabilities, shape (n_samples, 3), in the order of `SPECIES`."""
        compared = as_compared(X)
        cells = np.zeros(len(X), np.intp)
        for feature, cuts in enumerate(self._cuts):
            cells *= len(cuts) + 1
            cells += np.searchsorted(cuts, compared[:, feature], side="left")  # how many cuts the value exceeds
        unknown = np.flatnonzero(~self._known[cells])
        if unknown.size:
            new, first = np.unique(cells[unknown], return_index=True)
            self._answers[new] = self._walk.predict_proba(X[unknown[first]])
            self._known[new] = True
        return self._answers[cells]


def array_forest(forest: Forest) -> TreeWalk | CellTable:
    """Return the quicker of the two ways: the table, if it is small enough to keep."""
    return CellTable(forest) if n_cells(forest) <= MOST_CELLS else TreeWalk(forest)


def n_cells(forest: Forest) -> int:
    """Return the number of cells into which the thresholds of a forest cut the space."""
    return prod(len(cuts) + 1 for cuts in _cuts(forest))


def _cuts(forest: Forest) -> list[NDArray[np.float64]]:
    feature = np.array(forest.feature)
    index = np.array(forest.index)
    thresholds = np.array(forest.thresholds)
    return [np.unique(thresholds[index[feature == number]]) for number in range(len(FEATURES))]


def as_compared(X: Lengths) -> Lengths:
    """Return the lengths as scikit-learn compares them: rounded to float32."""
    return X.astype(np.float32).astype(np.float64)
