"""irisml.model.scores"""

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


def test_rows_are_truth_and_columns_are_answers(evaluation):
    """The one miss stands in the row of versicolor and the column of virginica."""
    assert evaluation.confusion == ((1, 0, 0), (0, 1, 1), (0, 0, 2))


def test_accuracy_is_the_diagonal_share(evaluation):
    """4 of 5, with the interval of 4 of 5."""
    assert (evaluation.n_correct, evaluation.n_test, evaluation.accuracy) == (4, 5, 0.8)
    assert evaluation.interval == pytest.approx((0.37553, 0.96379), abs=1e-4)


def test_a_miss_is_told_by_its_row(evaluation):
    """Row 70: versicolor (1), called virginica (2)."""
    assert evaluation.misses == (Miss(70, 1, 2),)


def test_precision_recall_and_f1_are_those_of_each_species(evaluation):
    """Versicolor: all called so are (1.0), half are found (0.5). Virginica: 2 of 3 called so are."""
    setosa, versicolor, virginica = evaluation.species_scores
    assert setosa == (1.0, 1.0, 1.0, 1)
    assert versicolor == (1.0, 0.5, pytest.approx(2 / 3), 2)
    assert virginica == (pytest.approx(2 / 3), 1.0, pytest.approx(0.8), 2)


def test_a_species_that_was_never_tested_scores_zero(cv):
    """Nothing was counted, so nothing is claimed; and there is no division by zero."""
    only_setosa = Evaluation(
        test_rows=(1,), y_true=(0,), y_pred=(0,), importances=(1.0, 0.0, 0.0, 0.0), cross_validation=cv
    )
    assert only_setosa.species_scores[1] == (0.0, 0.0, 0.0, 0)


def test_cross_validated_accuracy_is_over_all_repeats(cv):
    """5 of 8 answers are right."""
    assert cv.accuracy == 5 / 8


def test_repeats_add_no_flowers_to_the_interval(cv):
    """n is 4 flowers, not 8 answers: the interval of 2.5 of 4."""
    assert cv.interval == pytest.approx((0.2194, 0.9081), abs=1e-4)


def test_a_flower_counts_as_right_in_more_than_half_of_the_repeats(cv):
    """Once of two is not more than half."""
    assert cv.flower_correct == (True, True, False, False)


def test_recalls_are_per_species(cv):
    """Setosa 4 of 4, versicolor 0 of 2, virginica 1 of 2."""
    assert cv.recalls == (1.0, 0.0, 0.5)


def test_perfect_splits_are_counted(cv):
    """Two of the four folds were all right."""
    assert (cv.n_perfect_splits, cv.n_splits) == (2, 4)


def test_an_evaluation_survives_json(evaluation):
    """Read back from a manifest, it tells the same."""
    again = msgspec.json.decode(msgspec.json.encode(evaluation), type=Evaluation)
    assert again.confusion == evaluation.confusion
    assert again.cross_validation.recalls == evaluation.cross_validation.recalls


def test_counts_that_contradict_each_other_are_refused(cv):
    """A manifest that was tampered with, or a bug: splits and flowers must sum to the same."""
    with pytest.raises(ValueError, match="counts differ"):
        msgspec.structs.replace(cv, split_n_correct=(2, 2, 2, 2))
    with pytest.raises(ValueError, match="same flowers"):
        msgspec.structs.replace(cv, y_true=(0, 0, 1))


def test_columns_of_different_length_are_refused(evaluation):
    """One prediction too few."""
    with pytest.raises(ValueError, match="same flowers"):
        msgspec.structs.replace(evaluation, y_pred=(0, 2))
