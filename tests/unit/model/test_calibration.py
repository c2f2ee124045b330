"""Tests of irisml.model.calibration."""

import pytest

from irisml.model.calibration import calibration
from irisml.model.scores import CrossValidation


@pytest.fixture
def cv():
    """Five flowers by top probability: 0.5 right, 0.7 wrong, 0.92 right, 0.98 wrong, 1.0 right."""
    return CrossValidation(
        n_repeats=1,
        split_n_correct=(3,),
        split_n_test=(5,),
        y_true=(0, 1, 1, 2, 2),
        flower_n_correct=(1, 0, 1, 0, 1),
        probabilities=((0.5, 0.3, 0.2), (0.7, 0.3, 0.0), (0.0, 0.92, 0.08), (0.0, 0.98, 0.02), (0.0, 0.0, 1.0)),
    )


def test_flowers_are_grouped_by_predicted_probability(cv):
    """The upper bound belongs to a group: 0.7 is in the first one; none is between 0.7 and 0.9."""
    found = [(group.high, group.n_correct, group.n, round(group.confidence, 3)) for group in calibration(cv)]
    assert found == [(0.7, 1, 2, 0.6), (0.99, 1, 2, 0.95), (1.0, 1, 1, 1.0)]


def test_each_group_has_accuracy_and_interval(cv):
    """The interval of 1 of 2 is 9 to 91%."""
    unsure = calibration(cv)[0]
    assert unsure.accuracy == 0.5
    assert unsure.interval == pytest.approx((0.0945, 0.9055), abs=1e-4)


def test_every_flower_of_a_real_model_is_in_one_group(evaluation):
    """None is lost at a bound, not even where a mean of ones is slightly above 1."""
    assert sum(group.n for group in calibration(evaluation.cross_validation)) == 150
