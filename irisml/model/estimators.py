"""Names of the model types, and the bounds of their hyper-parameters. Imports no scikit-learn.

All are made of trees, so each can be exported to a `Forest`. To add one, give it a line here and a
function in `irisml.training.fitting`.
"""

from typing import Any

Estimator = Any
"""A scikit-learn classifier; scikit-learn ships no types."""

MODEL_TYPES = {
    "random_forest": "RandomForestClassifier",  # the first is the default
    "extra_trees": "ExtraTreesClassifier",
    "decision_tree": "DecisionTreeClassifier",
}
"""Class of scikit-learn by the name of the model type."""

BOUNDS: dict[str, tuple[int, int]] = {
    "n_estimators": (1, 500),
    "max_depth": (1, 30),
    "min_samples_leaf": (1, 75),  # with more than half of the flowers, a tree is a single leaf
    "random_state": (0, 2**32 - 1),
}
"""Smallest and largest value of each hyper-parameter, both included."""
