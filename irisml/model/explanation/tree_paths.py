"""Decision path of a flower in one tree of a forest."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from irisml.domain.measurements import FEATURES, predicted_species
from irisml.model.forest import Forest


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


def tree_votes(forest: Forest, x: Sequence[float]) -> list[str]:
    """Return the species that each tree votes for, in the order of the trees."""
    return [predicted_species(forest.leaves[leaf]) for leaf in forest.apply(x)]
