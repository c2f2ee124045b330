"""The types of model that can be trained: a table of name and unfitted scikit-learn estimator.

All are made of trees, so each can be exported to a `Forest`.
To add one, write a function and give it a line in `MODEL_TYPES`.
"""

from collections.abc import Callable
from typing import Any

Estimator = Any
"""A scikit-learn classifier; scikit-learn has no types, and it is imported only when one is made."""


def random_forest(n_estimators: int, max_depth: int | None, min_samples_leaf: int, random_state: int) -> Estimator:
    """Trees grown on bootstrap samples, each split the best of two random features."""
    from sklearn.ensemble import RandomForestClassifier

    return RandomForestClassifier(
        n_estimators, max_depth=max_depth, min_samples_leaf=min_samples_leaf, random_state=random_state
    )


def extra_trees(n_estimators: int, max_depth: int | None, min_samples_leaf: int, random_state: int) -> Estimator:
    """Trees grown on all flowers, each split at a random threshold."""
    from sklearn.ensemble import ExtraTreesClassifier

    return ExtraTreesClassifier(
        n_estimators, max_depth=max_depth, min_samples_leaf=min_samples_leaf, random_state=random_state
    )


def decision_tree(n_estimators: int, max_depth: int | None, min_samples_leaf: int, random_state: int) -> Estimator:
    """One tree that can be read as a whole; *n_estimators* does not apply."""
    from sklearn.tree import DecisionTreeClassifier

    return DecisionTreeClassifier(max_depth=max_depth, min_samples_leaf=min_samples_leaf, random_state=random_state)


MODEL_TYPES: dict[str, Callable[[int, int | None, int, int], Estimator]] = {
    "random_forest": random_forest,  # the first is the default
    "extra_trees": extra_trees,
    "decision_tree": decision_tree,
}
