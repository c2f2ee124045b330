"""Tests of irisml.model.comparison."""

import pytest

from irisml.model.comparison import Disagreements, disagreements
from irisml.model.scores import CrossValidation


def judged(*right):
    """Return a cross-validation of one repeat in which these flowers are correct."""
    return CrossValidation(
        n_repeats=1,
        split_n_correct=(sum(right),),
        split_n_test=(len(right),),
        y_true=(0,) * len(right),
        flower_n_correct=tuple(map(int, right)),
        probabilities=((1.0, 0.0, 0.0),) * len(right),
    )


def test_only_flowers_that_one_model_gets_right_disagreements():
    """Flowers 0 and 3 are judged alike; 1 was lost, 2 and 4 were won."""
    ours, theirs = judged(True, False, True, False, True), judged(True, True, False, False, False)
    assert disagreements(ours, theirs) == Disagreements(won=(2, 4), lost=(1,))


def test_models_of_different_flowers_cannot_be_compared():
    with pytest.raises(ValueError, match="longer"):
        disagreements(judged(True, True), judged(True, True, True))
