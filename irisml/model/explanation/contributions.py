"""Contribution of each feature to the probabilities of one flower."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from irisml.domain.errors import NoCountsError
from irisml.domain.measurements import FEATURES, SPECIES
from irisml.model.forest import LEAF, Forest
from irisml.model.scores import Probabilities


@dataclass(frozen=True, slots=True)
class Contributions:
    """Contributions of the features: differences of the probabilities from the baseline.

    Parameters
    ----------
    baseline : tuple of float, length 3
        Mean species distribution of the trees' training flowers, in the order of `SPECIES`, in [0, 1].
    by_feature : tuple of (float, float, float), length 4
        Contribution of each feature to each probability, in [-1, 1], in the order of `FEATURES`.
    probabilities : tuple of float, length 3
        Of `Forest.predict_proba`: the sum of baseline and contributions, up to rounding.
    """

    baseline: Probabilities
    by_feature: tuple[Probabilities, ...]
    probabilities: Probabilities


def contributions(forest: Forest, x: Sequence[float]) -> Contributions:
    """Follow the decision path in every tree, and credit each split's change of the mean to the feature it tests.

    Parameters
    ----------
    forest : Forest
    x : sequence of float, length 4
        Lengths in cm in the order of `FEATURES`.

    Raises
    ------
    NoCountsError
        If the forest has no `n_node_samples` (format 1).

    References
    ----------
    A. Saabas (2014), "Interpreting random forests". The mean at a node is that of the training
    flowers that reach it.

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
    return Contributions(_probabilities(baseline), tuple(map(_probabilities, added)), forest.predict_proba(x))


def node_means(forest: Forest) -> list[Probabilities]:
    """Return the species distribution of the training flowers that reach each node.

    Raises
    ------
    NoCountsError
        See `contributions`.
    """
    if not forest.n_node_samples:
        raise NoCountsError
    means: list[Probabilities] = [(0.0, 0.0, 0.0)] * len(forest.feature)
    for i in reversed(range(len(means))):  # children come after their parent
        if forest.feature[i] == LEAF:
            means[i] = forest.leaves[forest.index[i]]
        else:
            left, right = i + 1, i + forest.right[i]
            n_left, n_right = forest.n_node_samples[left], forest.n_node_samples[right]
            means[i] = _probabilities(
                [
                    (n_left * a + n_right * b) / (n_left + n_right)
                    for a, b in zip(means[left], means[right], strict=True)
                ]
            )
    return means


def _probabilities(values: Sequence[float]) -> Probabilities:
    a, b, c = values
    return a, b, c
