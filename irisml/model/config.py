"""Configuration of a training, and its bounds. Does not import scikit-learn."""

import msgspec

from irisml.domain.errors import InvalidConfigError, UnknownModelTypeError
from irisml.model.estimators import BOUNDS, MODEL_TYPES


class TrainingConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Model type and hyper-parameters of a training.

    `validate` is called when a training starts, not here: a manifest with values that this irisml would
    not train with can still be read.

    Parameters
    ----------
    model_type : str
        A key of `MODEL_TYPES`.
    n_estimators : int
        Number of trees, in [1, 500]; ignored for a decision tree.
    max_depth : int or None
        Maximum depth of a tree, in [1, 30]; None means no limit.
    min_samples_leaf : int
        Minimum number of training flowers in a leaf, in [1, 75].
    random_state : int
        Random seed, in [0, 2**32 - 1]. The same seed gives the same probabilities.

    Examples
    --------
    >>> TrainingConfig(n_estimators=0).validate()
    Traceback (most recent call last):
    irisml.domain.errors.InvalidConfigError: n_estimators is 0, but must be a whole number from 1 to 500.
    """

    model_type: str = "random_forest"
    n_estimators: int = 100
    max_depth: int | None = None
    min_samples_leaf: int = 1
    random_state: int = 0

    def validate(self) -> None:
        """Check the model type and the bounds.

        Raises
        ------
        InvalidConfigError
            If a value is out of its bounds.
        UnknownModelTypeError
            If the model type is not in `MODEL_TYPES`.
        """
        if self.model_type not in MODEL_TYPES:
            raise UnknownModelTypeError(value=self.model_type, known=", ".join(MODEL_TYPES))
        for name, (low, high) in BOUNDS.items():
            value = getattr(self, name)
            if name == "max_depth" and value is None:
                continue
            if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
                raise InvalidConfigError(name=name, value=value, low=low, high=high)

    @property
    def parameters(self) -> dict[str, str | int | None]:
        """Parameters by name; n_estimators is left out for a decision tree."""
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
