"""Tests of irisml.model.scores."""

import msgspec
import pytest

from irisml.model.scores import Evaluation, Miss
from tests.five_flowers import CROSS_VALIDATION, EVALUATION


@pytest.fixture
def cv():
    return CROSS_VALIDATION


@pytest.fixture
def evaluation():
    return EVALUATION


def test_confusion_rows_are_actual_and_columns_predicted(evaluation):
    """The one error is in the row of versicolor and the column of virginica."""
    assert evaluation.confusion == ((1, 0, 0), (0, 1, 1), (0, 0, 2))


def test_accuracy_is_the_sum_of_the_diagonal_over_n(evaluation):
    """4 of 5, with the interval of 4 of 5."""
    assert (evaluation.n_correct, evaluation.n_test, evaluation.accuracy) == (4, 5, 0.8)
    assert evaluation.interval == pytest.approx((0.37553, 0.96379), abs=1e-4)


def test_misclassified_flowers_are_listed_with_their_row(evaluation):
    """Row 70: versicolor (1), predicted as virginica (2)."""
    assert evaluation.misses == (Miss(70, 1, 2),)


def test_precision_recall_and_f1_are_per_species(evaluation):
    """Versicolor: precision 1.0, recall 0.5. Virginica: precision 2/3."""
    setosa, versicolor, virginica = evaluation.species_scores
    assert setosa == (1.0, 1.0, 1.0, 1)
    assert versicolor == (1.0, 0.5, pytest.approx(2 / 3), 2)
    assert virginica == (pytest.approx(2 / 3), 1.0, pytest.approx(0.8), 2)


def test_scores_of_a_species_without_test_flowers_are_zero(cv):
    """There is no division by zero."""
    only_setosa = Evaluation(
        test_rows=(1,), y_true=(0,), y_pred=(0,), importances=(1.0, 0.0, 0.0, 0.0), cross_validation=cv
    )
    assert only_setosa.species_scores[1] == (0.0, 0.0, 0.0, 0)


def test_cross_validated_accuracy_is_over_all_repeats(cv):
    """5 of 8 predictions are right."""
    assert cv.accuracy == 5 / 8


def test_the_interval_counts_flowers_and_not_repeats(cv):
    """n is 4 flowers, not 8 predictions: the interval of 2.5 of 4."""
    assert cv.interval == pytest.approx((0.2194, 0.9081), abs=1e-4)


def test_a_flower_is_correct_if_right_in_more_than_half_of_the_repeats(cv):
    """Once of two is not more than half."""
    assert cv.flower_correct == (True, True, False, False)


def test_recalls_are_per_species(cv):
    """Setosa 4 of 4, versicolor 0 of 2, virginica 1 of 2."""
    assert cv.recalls == (1.0, 0.0, 0.5)


def test_perfect_splits_are_counted(cv):
    """Two of the four folds."""
    assert (cv.n_perfect_splits, cv.n_splits) == (2, 4)


def test_an_evaluation_round_trips_through_json(evaluation):
    again = msgspec.json.decode(msgspec.json.encode(evaluation), type=Evaluation)
    assert again.confusion == evaluation.confusion
    assert again.cross_validation.recalls == evaluation.cross_validation.recalls


def test_inconsistent_counts_are_refused(cv):
    """Splits and flowers must have the same sum."""
    with pytest.raises(ValueError, match="split_n_correct and flower_n_correct have different sums"):
        msgspec.structs.replace(cv, split_n_correct=(2, 2, 2, 2))
    with pytest.raises(ValueError, match="y_true, flower_n_correct and probabilities differ in length"):
        msgspec.structs.replace(cv, y_true=(0, 0, 1))


def test_columns_of_different_length_are_refused(evaluation):
    with pytest.raises(ValueError, match="test_rows, y_true and y_pred differ in length"):
        msgspec.structs.replace(evaluation, y_pred=(0, 2))
