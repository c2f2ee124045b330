"""Decision path of a flower in one tree of a forest."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from irisml.domain.measurements import FEATURES, SPECIES, predicted_species
from irisml.model.forest import LEAF, Forest


@dataclass(frozen=True, slots=True)
class Question:
    """A split of a tree and its result for the flower.

    Parameters
    ----------
    feature : str
        One of `FEATURES`.
    threshold : float
        In cm.
    value : float
        Length of the flower, in cm.
    yes : bool
        Whether *value* is at most *threshold*.
    """

    feature: str
    threshold: float
    value: float
    yes: bool


@dataclass(frozen=True, slots=True)
class TreePath:
    """Decision path of a flower in one tree.

    Parameters
    ----------
    questions : tuple of Question
        From the root down.
    distribution : tuple of float, length 3
        Leaf distribution in the order of `SPECIES`, in [0, 1].
    """

    questions: tuple[Question, ...]
    distribution: tuple[float, float, float]

    @property
    def species(self) -> str:
        """The species that the tree votes for; a tie goes to the first."""
        return predicted_species(self.distribution)


def tree_path(forest: Forest, tree: int, x: Sequence[float]) -> TreePath:
    """Return the decision path of a flower in one tree.

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
    passed = forest.path(tree, x)  # only the leaf, if the tree has no split
    leaf = passed[-1]
    questions = tuple(
        Question(
            FEATURES[forest.feature[node]],
            forest.thresholds[forest.index[node]],
            x[forest.feature[node]],
            yes=child == node + 1,
        )
        for node, child in pairwise(passed)
    )
    return TreePath(questions, forest.leaves[forest.index[leaf]])


@dataclass(frozen=True, slots=True)
class TreeNode:
    """A node of a tree, with the flowers that reach it.

    Parameters
    ----------
    node : int
        Index in the columns of the forest.
    feature : str or None
        One of `FEATURES`; None for a leaf.
    threshold : float
        In cm; 0 for a leaf.
    yes, no : TreeNode or None
        Child for a value of at most *threshold*, and for a larger one; None for a leaf.
    counts : tuple of int, length 3
        Flowers that reach the node, in the order of `SPECIES`.
    """

    node: int
    feature: str | None
    threshold: float
    yes: "TreeNode | None"
    no: "TreeNode | None"
    counts: tuple[int, ...]


def tree_nodes(forest: Forest, tree: int, X: Sequence[Sequence[float]], y: Sequence[int]) -> TreeNode:
    """Return the root of a tree, for drawing it with flowers of known species.

    Parameters
    ----------
    forest : Forest
    tree : int
        In [0, n_trees).
    X : sequence of (sequence of float, length 4)
        Flowers, in cm in the order of `FEATURES`.
    y : sequence of int
        Their species, as indices into `SPECIES`.

    Examples
    --------
    >>> forest = Forest(
    ...     roots=(0,), feature=(2, -1, -1), index=(0, 0, 1), right=(2, 0, 0), thresholds=(2.45,),
    ...     leaves=((1.0, 0.0, 0.0), (0.0, 0.5, 0.5)), training_range=((4.3, 7.9),) * 4,
    ...     n_node_samples=(100, 25, 75))
    >>> root = tree_nodes(forest, 0, [[5.1, 3.5, 1.4, 0.2], [6.3, 2.9, 5.6, 1.8]], [0, 2])
    >>> root.feature, root.counts, root.yes.counts, root.no.counts
    ('petal_length', (1, 0, 1), (1, 0, 0), (0, 0, 1))
    """
    counts: dict[int, list[int]] = {}
    for x, species in zip(X, y, strict=True):
        for node in forest.path(tree, x):
            counts.setdefault(node, [0] * len(SPECIES))[species] += 1

    def below(node: int) -> TreeNode:
        reached = tuple(counts.get(node, [0] * len(SPECIES)))
        feature = forest.feature[node]
        if feature == LEAF:
            return TreeNode(node, None, 0.0, None, None, reached)
        threshold = forest.thresholds[forest.index[node]]
        return TreeNode(node, FEATURES[feature], threshold, below(node + 1), below(node + forest.right[node]), reached)

    return below(forest.roots[tree])


def tree_votes(forest: Forest, x: Sequence[float]) -> list[str]:
    """Return the species that each tree votes for, in the order of the trees."""
    return [predicted_species(forest.leaves[leaf]) for leaf in forest.apply(x)]
