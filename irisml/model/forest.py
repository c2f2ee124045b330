"""The fitted trees as plain data, and their prediction without scikit-learn.

`Forest.predict_proba` and `predict` in web/predict/live_answer.js implement the same
rule, and a test compares both with scikit-learn to the last bit: round each measurement to
float32, go left if it is at most the (float64) threshold, add the leaf distributions in the
order of the trees, divide once by the number of trees.
"""

import math
import struct
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

import msgspec

from irisml.domain.measurements import FEATURES, SPECIES
from irisml.model.estimators import Estimator

FORMAT = 2
READABLE_FORMATS = (1, 2)
"""Format 1 has no `Forest.n_node_samples`: such a forest predicts, but its predictions cannot be explained."""
LEAF = -1
_AS_FLOAT32 = struct.Struct(f"{len(FEATURES)}f")
_LARGEST_THRESHOLD = 1000
"""In cm. Thresholds lie between lengths of flowers; a larger one would make the search for a change too slow."""


class Forest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, dict=True, eq=False, kw_only=True):
    """Trees as columns over all their nodes, tree after tree, each in depth-first order.

    Parameters
    ----------
    format : int
        Format version.
    roots : tuple of int, length n_trees
        Root node of each tree.
    feature : tuple of int, length n_nodes
        Index into `FEATURES` of the feature that a node tests; -1 marks a leaf.
    index : tuple of int, length n_nodes
        Index into `thresholds`, or for a leaf into `leaves`.
    right : tuple of int, length n_nodes
        Offset from a node to its right child; the left child is always the next node.
        0 for a leaf.
    thresholds : tuple of float
        In cm; a flower goes left if its value is at most the threshold.
    leaves : tuple of (float, float, float)
        Leaf distributions: fractions of the species among the training flowers, in [0, 1].
    training_range : tuple of (float, float), length 4
        Smallest and largest value of each feature among the training flowers, in cm.
    n_node_samples : tuple of int, length n_nodes
        Training flowers that reach a node; one drawn twice by the bootstrap counts twice. Empty in format 1.

    Raises
    ------
    ValueError
        If the columns do not describe trees.

    Examples
    --------
    A forest of one tree with a single split on petal length:

    >>> forest = Forest(
    ...     roots=(0,), feature=(2, -1, -1), index=(0, 0, 1), right=(2, 0, 0), thresholds=(2.45,),
    ...     leaves=((1.0, 0.0, 0.0), (0.0, 0.5, 0.5)), training_range=((4.3, 7.9),) * 4,
    ...     n_node_samples=(150, 50, 100))
    >>> forest.predict_proba([5.1, 3.5, 1.4, 0.2])
    (1.0, 0.0, 0.0)
    >>> forest.predict_proba([6.3, 2.9, 5.6, 1.8])
    (0.0, 0.5, 0.5)
    """

    format: int = FORMAT
    roots: tuple[int, ...]
    feature: tuple[int, ...]
    index: tuple[int, ...]
    right: tuple[int, ...]
    thresholds: tuple[float, ...]
    leaves: tuple[tuple[float, float, float], ...]
    training_range: tuple[tuple[float, float], ...]
    n_node_samples: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        n_nodes = len(self.feature)
        if self.format not in READABLE_FORMATS:
            raise ValueError(f"forest format {self.format}, this irisml reads {READABLE_FORMATS}")
        if len(self.index) != n_nodes or len(self.right) != n_nodes or not self.roots:
            raise ValueError("the columns of the forest differ in length, or it has no tree")
        if len(self.training_range) != len(FEATURES):
            raise ValueError(f"the forest gives a training range for {len(self.training_range)} features")
        if not all(0 <= root < n_nodes for root in self.roots):
            raise ValueError("a root index is out of range")
        for i, (feature, index, right) in enumerate(zip(self.feature, self.index, self.right, strict=True)):
            table: Sequence[object] = self.leaves if feature == LEAF else self.thresholds
            # Children come after their parent, so every traversal ends.
            inside = right == 0 if feature == LEAF else 1 < right < n_nodes - i
            if not LEAF <= feature < len(FEATURES) or not 0 <= index < len(table) or not inside:
                raise ValueError(f"node {i}: child offset or table index out of range")
        if self.format > 1 or self.n_node_samples:
            self._check_n_node_samples()
        if not all(abs(threshold) <= _LARGEST_THRESHOLD for threshold in self.thresholds):
            raise ValueError("a threshold is out of range")
        for leaf in self.leaves:
            if not math.isclose(sum(leaf), 1) or min(leaf) < 0:
                raise ValueError(f"leaf distribution {leaf} has a negative value or does not sum to 1")

    def _check_n_node_samples(self) -> None:
        n = self.n_node_samples
        if len(n) != len(self.feature) or min(n) < 1:
            raise ValueError("n_node_samples has the wrong length or a value below 1")
        for i, right in enumerate(self.right):
            if right and n[i] != n[i + 1] + n[i + right]:
                raise ValueError(f"node {i}: n_node_samples is not the sum of its children")

    @classmethod
    def from_estimator(cls, estimator: Estimator, training_range: Iterable[Iterable[float]]) -> "Forest":
        """Extract the trees of a fitted scikit-learn classifier.

        Parameters
        ----------
        estimator : RandomForestClassifier, ExtraTreesClassifier or DecisionTreeClassifier
            Fitted on all three species.
        training_range : four pairs of float
            See the class.

        Examples
        --------
        >>> from irisml import TrainingConfig, load_iris, train
        >>> run = train(load_iris(), TrainingConfig("decision_tree"))
        >>> len(Forest.from_estimator(run.estimator, [(0.1, 7.9)] * 4).roots)
        1
        """
        roots: list[int] = []
        feature: list[int] = []
        index: list[int] = []
        right: list[int] = []
        thresholds: dict[float, int] = {}
        leaves: dict[tuple[float, float, float], int] = {}
        n_node_samples: list[int] = []
        for member in getattr(estimator, "estimators_", [estimator]):
            tree = member.tree_
            roots.append(len(feature))
            n_node_samples.extend(map(round, tree.weighted_n_node_samples.tolist()))
            for node, left_child in enumerate(tree.children_left.tolist()):
                if left_child == LEAF:
                    # value already holds fractions; normalizing them again would change the last bit.
                    shares = tuple(tree.value[node, 0].tolist())
                    index.append(leaves.setdefault(shares, len(leaves)))
                    feature.append(LEAF)
                    right.append(0)
                else:
                    index.append(thresholds.setdefault(tree.threshold[node].item(), len(thresholds)))
                    feature.append(tree.feature[node].item())
                    right.append(tree.children_right[node].item() - node)
        ranges = tuple((float(low), float(high)) for low, high in training_range)
        return cls(
            roots=tuple(roots),
            feature=tuple(feature),
            index=tuple(index),
            right=tuple(right),
            thresholds=tuple(thresholds),
            leaves=tuple(leaves),
            training_range=ranges,
            n_node_samples=tuple(n_node_samples),
        )

    @classmethod
    def from_json(cls, data: bytes) -> "Forest":
        """Read the content of a forest.json.

        Raises
        ------
        msgspec.ValidationError, msgspec.DecodeError
            If it is not a valid forest (both are ValueErrors).
        """
        return msgspec.json.decode(data, type=cls)

    def to_json(self) -> bytes:
        """Return the content of a forest.json; `from_json` restores it exactly."""
        return msgspec.json.encode(self)

    @cached_property
    def _trees(self) -> tuple[Any, ...]:
        """The trees as nested tuples (feature, index or threshold, left, right), fast to traverse in Python."""
        nodes: list[Any] = [None] * len(self.feature)
        for i in reversed(range(len(nodes))):
            if self.feature[i] == LEAF:
                nodes[i] = (LEAF, self.index[i], None, None)
            else:
                nodes[i] = (self.feature[i], self.thresholds[self.index[i]], nodes[i + 1], nodes[i + self.right[i]])
        return tuple(nodes[root] for root in self.roots)

    @cached_property
    def _leaf_votes(self) -> tuple[int, ...]:
        return tuple(leaf.index(max(leaf)) for leaf in self.leaves)

    def first(self, n_trees: int) -> "Forest":
        """Return the forest of its first trees; all of them if it has no more.

        Raises
        ------
        ValueError
            If *n_trees* is less than 1.
        """
        if n_trees < 1:
            raise ValueError(f"{n_trees} trees are no forest")
        return self if n_trees >= len(self.roots) else msgspec.structs.replace(self, roots=self.roots[:n_trees])

    def path(self, tree: int, x: Sequence[float]) -> list[int]:
        """Return the decision path of the flower in one tree: its nodes from the root to the leaf.

        Parameters
        ----------
        tree : int
            In [0, n_trees).
        x : sequence of float, length 4
            Lengths in cm in the order of `FEATURES`.
        """
        x = _AS_FLOAT32.unpack(_AS_FLOAT32.pack(*x))
        nodes = [self.roots[tree]]
        while self.feature[nodes[-1]] != LEAF:
            i = nodes[-1]
            nodes.append(i + 1 if x[self.feature[i]] <= self.thresholds[self.index[i]] else i + self.right[i])
        return nodes

    def apply(self, x: Sequence[float]) -> list[int]:
        """Return the leaf (index into `leaves`) in which the flower ends, for every tree.

        Parameters
        ----------
        x : sequence of float, length 4
            Lengths in cm in the order of `FEATURES`.
        """
        x = _AS_FLOAT32.unpack(_AS_FLOAT32.pack(*x))  # scikit-learn compares in float32
        reached = []
        for feature, threshold, left, right in self._trees:
            while feature >= 0:
                feature, threshold, left, right = left if x[feature] <= threshold else right
            reached.append(threshold)
        return reached

    def probabilities(self, reached: Sequence[int]) -> tuple[float, float, float]:
        """Return the probabilities in the order of `SPECIES`: the mean of the leaves from `apply`."""
        leaves, a, b, c = self.leaves, 0.0, 0.0, 0.0
        for leaf in reached:
            p, q, r = leaves[leaf]
            a += p
            b += q
            c += r
        n = len(reached)
        return a / n, b / n, c / n

    def votes(self, reached: Sequence[int]) -> tuple[int, int, int]:
        """Count the trees by the most probable species of their leaf from `apply`; a tie goes to the first."""
        species = [self._leaf_votes[leaf] for leaf in reached]
        a, b, c = map(species.count, range(len(SPECIES)))
        return a, b, c

    def predict_proba(self, x: Sequence[float]) -> tuple[float, float, float]:
        """Return the probabilities of one flower, equal to scikit-learn's to the last bit.

        Parameters
        ----------
        x : sequence of float, length 4
            Lengths in cm in the order of `FEATURES`.

        Returns
        -------
        tuple of float, length 3
            In the order of `SPECIES`, in [0, 1].
        """
        return self.probabilities(self.apply(x))

    def predict_proba_many(self, X: Iterable[Sequence[float]]) -> list[tuple[float, float, float]]:
        """Return `predict_proba` of each row of *X*."""
        return [self.predict_proba(x) for x in X]
