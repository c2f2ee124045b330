"""Why a forest answers as it does, for one flower. Exact, and without scikit-learn.

`contributions` tells how each feature moved the probabilities, `changes` what would turn the
answer, `tree_path` how one tree came to its vote, and `nearest_flowers` which real flowers
are like this one.
"""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from irisml.datasets import Dataset
from irisml.errors import NoCountsError
from irisml.forest import LEAF, Forest
from irisml.measurements import FEATURES, POSSIBLE_CM, SPECIES, Measurement

Shares = tuple[float, float, float]
STEP_CM = 0.1
"""The flowers were measured to a tenth of a centimetre; a smaller change could not be seen."""
_FLOAT32 = struct.Struct("f")


@dataclass(frozen=True, slots=True)
class Contributions:
    """How the features moved the probabilities away from the baseline.

    Parameters
    ----------
    baseline : tuple of float, length 3
        Mean answer of the trees to their own training flowers, in the order of `SPECIES`, in [0, 1].
    by_feature : tuple of (float, float, float), length 4
        What each feature added to each probability, in [-1, 1], in the order of `FEATURES`.
    probabilities : tuple of float, length 3
        Baseline and contributions summed: what `Forest.predict_proba` says, but for rounding.
    """

    baseline: Shares
    by_feature: tuple[Shares, ...]
    probabilities: Shares


def contributions(forest: Forest, x: Sequence[float]) -> Contributions:
    """Follow the flower down every tree, and credit each step's change of the mean to the feature asked there.

    Parameters
    ----------
    forest : Forest
    x : sequence of float, length 4
        Lengths in cm in the order of `FEATURES`.

    Raises
    ------
    NoCountsError
        If the forest is of a format that did not count the flowers at its nodes.

    References
    ----------
    A. Saabas (2014), "Interpreting random forests". The mean at a node is that of the training
    flowers which pass it.

    Examples
    --------
    >>> forest = Forest(
    ...     roots=(0,), feature=(2, -1, -1), index=(0, 0, 1), right=(2, 0, 0), thresholds=(2.45,),
    ...     leaves=((1.0, 0.0, 0.0), (0.0, 0.5, 0.5)), training_range=((4.3, 7.9),) * 4,
    ...     n_node_samples=(100, 25, 75))
    >>> told = contributions(forest, [5.1, 3.5, 1.4, 0.2])
    >>> told.baseline, told.by_feature[2]
    ((0.25, 0.375, 0.375), (0.75, -0.375, -0.375))
    """
    means = node_means(forest)
    n_trees = len(forest.roots)
    baseline = [0.0] * len(SPECIES)
    added = [[0.0] * len(SPECIES) for _ in FEATURES]
    for tree in range(n_trees):
        nodes = forest.path(tree, x)
        for k in range(len(SPECIES)):
            baseline[k] += means[nodes[0]][k] / n_trees
            for node, child in pairwise(nodes):
                added[forest.feature[node]][k] += (means[child][k] - means[node][k]) / n_trees
    total = [baseline[k] + sum(row[k] for row in added) for k in range(len(SPECIES))]
    return Contributions(_shares(baseline), tuple(map(_shares, added)), _shares(total))


def node_means(forest: Forest) -> list[Shares]:
    """Return the shares of the species among the training flowers that pass each node.

    Raises
    ------
    NoCountsError
        See `contributions`.
    """
    if not forest.n_node_samples:
        raise NoCountsError
    means: list[Shares] = [(0.0, 0.0, 0.0)] * len(forest.feature)
    for i in reversed(range(len(means))):  # children stand behind their parent
        if forest.feature[i] == LEAF:
            means[i] = forest.leaves[forest.index[i]]
        else:
            left, right = i + 1, i + forest.right[i]
            n_left, n_right = forest.n_node_samples[left], forest.n_node_samples[right]
            means[i] = _shares(
                [
                    (n_left * a + n_right * b) / (n_left + n_right)
                    for a, b in zip(means[left], means[right], strict=True)
                ]
            )
    return means


@dataclass(frozen=True, slots=True)
class Change:
    """The smallest change of one feature that turns the answer, the other three staying as they are.

    Parameters
    ----------
    feature : str
        One of `FEATURES`.
    value : float
        The new length in cm, a multiple of `STEP_CM`.
    by : float
        How far that is from the flower, in cm; negative for shorter.
    species : str
        The answer then.
    """

    feature: str
    value: float
    by: float
    species: str


def changes(
    forest: Forest, x: Sequence[float], limits: Mapping[str, tuple[float, float]] = POSSIBLE_CM
) -> tuple[Change, ...]:
    """Find what would turn the answer: for each feature the nearest tenth of a centimetre that does.

    Between two thresholds of a feature no tree can change its mind, so it is enough to ask
    once behind each: the result is exact.

    Parameters
    ----------
    forest : Forest
    x : sequence of float, length 4
        Lengths in cm in the order of `FEATURES`.
    limits : mapping of str to (float, float)
        Smallest and largest length to consider, in cm.

    Returns
    -------
    tuple of Change
        The smallest change first; a feature that cannot turn the answer alone is left out.

    Examples
    --------
    >>> forest = Forest(
    ...     roots=(0,), feature=(2, -1, -1), index=(0, 0, 1), right=(2, 0, 0), thresholds=(2.45,),
    ...     leaves=((1.0, 0.0, 0.0), (0.0, 0.5, 0.5)), training_range=((4.3, 7.9),) * 4,
    ...     n_node_samples=(100, 25, 75))
    >>> changes(forest, [5.1, 3.5, 1.4, 0.2])
    (Change(feature='petal_length', value=2.5, by=1.1, species='versicolor'),)
    """
    found = []
    for feature in FEATURES:
        nearest = [
            change
            for upwards in (False, True)
            if (change := _first_change(forest, x, feature, limits[feature], upwards=upwards))
        ]
        if nearest:
            found.append(min(nearest, key=lambda change: abs(change.by)))
    return tuple(sorted(found, key=lambda change: abs(change.by)))


def _first_change(
    forest: Forest, x: Sequence[float], feature: str, limits: tuple[float, float], *, upwards: bool
) -> Change | None:
    column = FEATURES.index(feature)
    before = _species(forest.predict_proba(x))
    asked = {forest.thresholds[index] for f, index in zip(forest.feature, forest.index, strict=True) if f == column}
    steps = {_behind(threshold, upwards=upwards) for threshold in asked}
    here, (low, high) = x[column] / STEP_CM, limits
    ahead = [step for step in steps if (step > here if upwards else step < here)]
    for step in sorted(ahead, reverse=not upwards):
        value = round(step * STEP_CM, 1)
        if not low <= value <= high:
            return None
        species = _species(forest.predict_proba([*x[:column], value, *x[column + 1 :]]))
        if species != before:
            return Change(feature, value, round(value - x[column], 10), species)
    return None


def _behind(threshold: float, *, upwards: bool) -> int:
    """Return the first multiple of `STEP_CM` behind a threshold; the threshold itself belongs to what is below it."""
    step = int(threshold / STEP_CM) - 1
    while _as_float32(round(step * STEP_CM, 1)) <= threshold:
        step += 1
    return step if upwards else step - 1


def _as_float32(value: float) -> float:
    return float(_FLOAT32.unpack(_FLOAT32.pack(value))[0])  # scikit-learn compares in float32


@dataclass(frozen=True, slots=True)
class Question:
    """A node of a tree and what the flower answered there.

    Parameters
    ----------
    feature : str
        One of `FEATURES`.
    threshold : float
        In cm; the node asks whether the flower measures at most this.
    value : float
        What it measures, in cm.
    yes : bool
    """

    feature: str
    threshold: float
    value: float
    yes: bool


@dataclass(frozen=True, slots=True)
class TreePath:
    """How one tree came to its vote.

    Parameters
    ----------
    questions : tuple of Question
        From the root down.
    shares : tuple of float, length 3
        Species of the training flowers in the leaf, in the order of `SPECIES`, in [0, 1].
    """

    questions: tuple[Question, ...]
    shares: Shares

    @property
    def species(self) -> str:
        """What the tree votes for; a tie goes to the first."""
        return _species(self.shares)


def tree_path(forest: Forest, tree: int, x: Sequence[float]) -> TreePath:
    """Follow the flower down one tree.

    Parameters
    ----------
    forest : Forest
    tree : int
        In [0, n_trees).
    x : sequence of float, length 4
        Lengths in cm in the order of `FEATURES`.

    Examples
    --------
    >>> forest = Forest(
    ...     roots=(0,), feature=(2, -1, -1), index=(0, 0, 1), right=(2, 0, 0), thresholds=(2.45,),
    ...     leaves=((1.0, 0.0, 0.0), (0.0, 0.5, 0.5)), training_range=((4.3, 7.9),) * 4,
    ...     n_node_samples=(100, 25, 75))
    >>> path = tree_path(forest, 0, [5.1, 3.5, 1.4, 0.2])
    >>> path.questions, path.species
    ((Question(feature='petal_length', threshold=2.45, value=1.4, yes=True),), 'setosa')
    """
    *nodes, leaf = forest.path(tree, x)
    questions = tuple(
        Question(
            FEATURES[forest.feature[node]],
            forest.thresholds[forest.index[node]],
            x[forest.feature[node]],
            yes=child == node + 1,
        )
        for node, child in zip(nodes, [*nodes[1:], leaf], strict=True)
    )
    return TreePath(questions, forest.leaves[forest.index[leaf]])


def tree_votes(forest: Forest, x: Sequence[float]) -> list[str]:
    """Return the species that each tree votes for, in the order of the trees."""
    return [_species(forest.leaves[leaf]) for leaf in forest.apply(x)]


@dataclass(frozen=True, slots=True)
class NearFlower:
    """A real flower, and how far it is from the one that was asked about.

    Parameters
    ----------
    row : int
        Row of the data set.
    measurement : Measurement
    species : str
    distance : float
        Euclidean, over the four lengths, in cm.
    """

    row: int
    measurement: Measurement
    species: str
    distance: float


def nearest_flowers(dataset: Dataset, x: Sequence[float], n: int = 5) -> tuple[NearFlower, ...]:
    """Return the *n* flowers of a data set that are most like this one, the nearest first.

    Examples
    --------
    >>> from irisml import load_iris
    >>> nearest_flowers(load_iris(), [5.1, 3.5, 1.4, 0.2], n=1)[0].row
    0
    """
    distances = ((dataset.X - list(x)) ** 2).sum(axis=1) ** 0.5
    rows = distances.argsort(kind="stable")[:n].tolist()
    return tuple(
        NearFlower(
            row, Measurement.from_vector(dataset.X[row].tolist()), SPECIES[dataset.y[row]], float(distances[row])
        )
        for row in rows
    )


def loneliest_distance(dataset: Dataset) -> float:
    """Return how far the loneliest flower of a data set is from its nearest neighbour, in cm.

    A flower that is farther from all others than this is like none of them.
    """
    differences = dataset.X[:, None, :] - dataset.X[None, :, :]
    distances = (differences**2).sum(axis=2) ** 0.5
    distances[range(dataset.n_samples), range(dataset.n_samples)] = float("inf")
    return float(distances.min(axis=1).max())


def _species(shares: Shares) -> str:
    return SPECIES[shares.index(max(shares))]


def _shares(values: Sequence[float]) -> Shares:
    a, b, c = values
    return a, b, c
