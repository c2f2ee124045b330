"""What can be chosen about a training, and its bounds. Imports nothing that learns."""

import msgspec

from irisml.errors import InvalidConfigError
from irisml.models import MODEL_TYPES, Estimator

BOUNDS: dict[str, tuple[int, int]] = {
    "n_estimators": (1, 500),
    "max_depth": (1, 30),
    "min_samples_leaf": (1, 50),
    "random_state": (0, 2**32 - 1),
}
"""Smallest and largest value of each hyper-parameter, both allowed."""


class TrainingConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How to train.

    Parameters
    ----------
    model_type : str
        A key of `MODEL_TYPES`.
    n_estimators : int
        Number of trees, in [1, 500]; a decision tree has one, whatever stands here.
    max_depth : int or None
        Deepest level of a tree, in [1, 30]; None grows until the leaves are pure.
    min_samples_leaf : int
        Fewest training flowers in a leaf, in [1, 50].
    random_state : int
        Seed, in [0, 2**32 - 1]. The same one gives the same probabilities.

    Raises
    ------
    InvalidConfigError
        If a value is out of its bounds or the model type is unknown.

    Examples
    --------
    >>> TrainingConfig(n_estimators=0)
    Traceback (most recent call last):
    irisml.errors.InvalidConfigError: n_estimators is 0, but must be a whole number from 1 to 500.
    """

    model_type: str = "random_forest"
    n_estimators: int = 100
    max_depth: int | None = None
    min_samples_leaf: int = 1
    random_state: int = 0

    def __post_init__(self) -> None:
        if self.model_type not in MODEL_TYPES:
            raise InvalidConfigError(
                name="model_type", value=self.model_type, expected=f"one of {', '.join(MODEL_TYPES)}"
            )
        for name, (low, high) in BOUNDS.items():
            value = getattr(self, name)
            if name == "max_depth" and value is None:
                continue
            if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
                raise InvalidConfigError(name=name, value=value, expected=f"a whole number from {low} to {high}")

    def unfitted(self) -> Estimator:
        """Make the scikit-learn estimator that this describes, not fitted yet."""
        make = MODEL_TYPES[self.model_type]
        return make(self.n_estimators, self.max_depth, self.min_samples_leaf, self.random_state)

    @property
    def parameters(self) -> dict[str, str | int | None]:
        """What the model was made with; a decision tree has no number of trees."""
        names = [
            name for name in self.__struct_fields__ if (self.model_type, name) != ("decision_tree", "n_estimators")
        ]
        return {name: getattr(self, name) for name in names}

    def as_options(self) -> list[str]:
        """Return the options of ``irisml train`` that give this configuration.

        Examples
        --------
        >>> TrainingConfig(max_depth=3).as_options()[:4]
        ['--model-type=random_forest', '--n-estimators=100', '--max-depth=3', '--min-samples-leaf=1']
        """
        values = {name: getattr(self, name) for name in self.__struct_fields__}
        return [f"--{name.replace('_', '-')}={value}" for name, value in values.items() if value is not None]
