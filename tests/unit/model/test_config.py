"""irisml.model.config"""

import msgspec
import pytest

from irisml import MODEL_TYPES, TrainingConfig, train
from irisml.domain.errors import InvalidConfigError, UnknownModelTypeError
from irisml.model.estimators import BOUNDS
from irisml.training.fitting import unfitted_estimator


@pytest.mark.parametrize("name", BOUNDS)
def test_both_bounds_are_allowed_and_one_step_further_is_not(name):
    """The message names the parameter and its range."""
    low, high = BOUNDS[name]
    for allowed in (low, high):
        TrainingConfig(**{name: allowed}).validate()
    for refused in (low - 1, high + 1):
        with pytest.raises(InvalidConfigError, match=f"{name} is {refused}, but must be a whole number from {low}"):
            TrainingConfig(**{name: refused}).validate()


@pytest.mark.parametrize("value", [2.5, True, "3"])
def test_a_count_is_a_whole_number(value):
    """2.5 trees, True trees and "3" trees are refused."""
    with pytest.raises(InvalidConfigError, match="must be a whole number"):
        TrainingConfig(n_estimators=value).validate()


def test_an_unknown_model_type_is_answered_with_those_that_exist():
    """So that the next try is right."""
    with pytest.raises(UnknownModelTypeError, match="one of random_forest, extra_trees, decision_tree"):
        TrainingConfig("perceptron").validate()


def test_nothing_is_fitted_with_what_is_out_of_bounds(iris):
    """The check stands where a training starts, so that no caller can forget it."""
    with pytest.raises(InvalidConfigError):
        train(iris, TrainingConfig(n_estimators=0))


def test_a_configuration_survives_json():
    """Read back from a manifest it is equal; a field that we do not know is refused."""
    config = TrainingConfig("extra_trees", 7, 3, 2, 11)
    assert msgspec.json.decode(msgspec.json.encode(config), type=TrainingConfig) == config
    with pytest.raises(msgspec.ValidationError, match="unknown field `colour`"):
        msgspec.json.decode(b'{"colour": 1}', type=TrainingConfig)


@pytest.mark.parametrize("model_type", MODEL_TYPES)
def test_the_estimator_gets_every_parameter(model_type):
    """Depth, leaf size and seed arrive; the number of trees where there are several."""
    made = unfitted_estimator(TrainingConfig(model_type, 7, 3, 2, 11)).get_params()
    assert (made["max_depth"], made["min_samples_leaf"], made["random_state"]) == (3, 2, 11)
    assert made.get("n_estimators", 7) == 7
