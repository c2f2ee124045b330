"""Tests of irisml.model.prediction."""

import pytest

from irisml import Forest, Measurement, predict, predict_table
from irisml.domain.errors import OutOfRangeError, WrongLengthError


@pytest.fixture
def two_stumps():
    """Two trees: the first splits on petal length, the second on petal width."""
    return Forest(
        roots=(0, 3),
        feature=(2, -1, -1, 3, -1, -1),
        index=(0, 0, 1, 1, 2, 3),
        right=(2, 0, 0, 2, 0, 0),
        thresholds=(2.45, 1.75),
        leaves=((1.0, 0.0, 0.0), (0.0, 0.5, 0.5), (0.75, 0.25, 0.0), (0.0, 0.0, 1.0)),
        training_range=((4.3, 7.9), (2.0, 4.4), (1.0, 6.9), (0.1, 2.5)),
        n_node_samples=(8, 4, 4, 8, 5, 3),
    )


def test_probabilities_are_the_mean_of_the_leaves(two_stumps):
    """(1, 0, 0) and (0.75, 0.25, 0): 7/8 setosa; both trees vote for it."""
    prediction = predict(two_stumps, [5.1, 3.5, 1.4, 0.2])
    assert prediction.probabilities == (0.875, 0.125, 0.0)
    assert prediction.species == "setosa"
    assert prediction.votes == (2, 0, 0)


def test_a_tie_goes_to_the_first_species(two_stumps):
    """As in scikit-learn: a leaf of half versicolor, half virginica votes versicolor."""
    prediction = predict(two_stumps, [6.0, 3.0, 5.0, 1.9])
    assert prediction.probabilities == (0.0, 0.25, 0.75)
    assert prediction.votes == (0, 1, 1)


def test_a_measurement_and_its_vector_give_the_same_prediction(two_stumps):
    flower = Measurement(6.0, 3.0, 5.0, 1.9)
    assert predict(two_stumps, flower) == predict(two_stumps, list(flower))


def test_features_outside_the_training_range_are_named(two_stumps):
    """The bounds are inclusive."""
    assert predict(two_stumps, [4.3, 4.4, 7.5, 2.5]).outside_training_range == ("petal_length",)


def test_an_invalid_flower_is_refused(two_stumps):
    """Three numbers, or 51 cm."""
    with pytest.raises(WrongLengthError):
        predict(two_stumps, [5.1, 3.5, 1.4])
    with pytest.raises(OutOfRangeError):
        predict(two_stumps, [51, 3.5, 1.4, 0.2])


def test_a_table_is_predicted_in_its_order(two_stumps):
    rows = [[6.0, 3.0, 5.0, 1.9], [5.1, 3.5, 1.4, 0.2]]
    assert predict_table(two_stumps, rows) == [predict(two_stumps, row) for row in rows]
