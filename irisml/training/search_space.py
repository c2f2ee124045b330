"""The configurations among which `irisml.training.search` chooses: a table in the form of scikit-learn's ParameterGrid.

Each line is a part of the space; a value in it stands for itself. The names are those of `TrainingConfig`.
"""

from collections.abc import Mapping, Sequence

SPACE: Sequence[Mapping[str, Sequence[object]]] = (
    {
        "model_type": ("random_forest", "extra_trees"),
        "n_estimators": (25, 50, 100),
        "max_depth": (None, 3, 5),
        "min_samples_leaf": (1, 2, 4),
    },
    {"model_type": ("decision_tree",), "max_depth": (None, 3, 5), "min_samples_leaf": (1, 2)},
)
"""60 candidates."""
