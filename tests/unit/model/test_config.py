"""Tests of irisml.model.config."""

import msgspec
import pytest

from irisml import MODEL_TYPES, TrainingConfig, train
from irisml.domain.errors import InvalidConfigError, UnknownModelTypeError
from irisml.model.estimators import BOUNDS
from irisml.training.fitting import unfitted_estimator


@pytest.mark.parametrize("name", BOUNDS)
def test_bounds_are_inclusive(name):
    """The message names the parameter and its range."""
    low, high = BOUNDS[name]
    for allowed in (low, high):
        TrainingConfig(**{name: allowed}).validate()
    for refused in (low - 1, high + 1):
        with pytest.raises(InvalidConfigError, match=f"{name} is {refused}, but must be a whole number from {low}"):
            TrainingConfig(**{name: refused}).validate()


@pytest.mark.parametrize("value", [2.5, True, "3"])
def test_a_count_must_be_an_integer(value):
    """Bool is not accepted either."""
    with pytest.raises(InvalidConfigError, match="must be a whole number"):
        TrainingConfig(n_estimators=value).validate()


def test_an_unknown_model_type_is_refused_with_the_known_ones():
    with pytest.raises(UnknownModelTypeError, match="one of random_forest, extra_trees, decision_tree"):
        TrainingConfig("perceptron").validate()


def test_train_validates_the_configuration(iris):
    """In train itself, so that no caller can omit it."""
    with pytest.raises(InvalidConfigError):
        train(iris, TrainingConfig(n_estimators=0))


def test_a_configuration_round_trips_through_json():
    """An unknown field is refused."""
    config = TrainingConfig("extra_trees", 7, 3, 2, 11)
    assert msgspec.json.decode(msgspec.json.encode(config), type=TrainingConfig) == config
    with pytest.raises(msgspec.ValidationError, match="unknown field `colour`"):
        msgspec.json.decode(b'{"colour": 1}', type=TrainingConfig)


@pytest.mark.parametrize("model_type", MODEL_TYPES)
def test_the_estimator_gets_every_parameter(model_type):
    """The number of trees only where there are several."""
    made = unfitted_estimator(TrainingConfig(model_type, 7, 3, 2, 11)).get_params()
    assert (made["max_depth"], made["min_samples_leaf"], made["random_state"]) == (3, 2, 11)
    assert made.get("n_estimators", 7) == 7
