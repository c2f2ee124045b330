"""Tests of irisml.training.yardsticks and irisml.training.study."""

import numpy as np
import pytest

from irisml import Dataset, TrainingConfig, cross_validate
from irisml.model.flower_counts import YARDSTICKS, FlowerCounts
from irisml.training.study import n_study_fits, study_data
from irisml.training.yardsticks import measure_yardsticks


@pytest.fixture(scope="module")
def measured(iris):
    return {one.name: one for one in measure_yardsticks(iris, n_repeats=2)}


def test_every_yardstick_is_measured_on_the_150(measured):
    assert list(measured) == list(YARDSTICKS)
    assert {one.n_samples for one in measured.values()} == {150}


def test_the_most_frequent_species_is_right_for_one_of_three_and_one_question_for_two(measured):
    assert measured["most frequent species"].n_correct == 50
    assert measured["one question"].n_correct == 100


def test_fisher_s_discriminant_of_1936_gets_147_of_150(measured):
    assert measured["linear discriminant"].n_correct == 147


def test_yardsticks_use_the_folds_of_the_cross_validation(iris, measured):
    """A tree of two questions, written as a configuration, is judged the same flower by flower."""
    cv = cross_validate(iris, TrainingConfig("decision_tree", max_depth=1), n_repeats=2)
    assert measured["one question"].flower_n_correct == cv.flower_n_correct


def test_a_fold_with_one_species_is_measured_too(iris):
    """The discriminant needs two species: there it names the only one."""
    one = Dataset(iris.X[:50], iris.y[:50], "setosa only", iris.reference_rows[:50])
    assert {found.n_correct for found in measure_yardsticks(one, iris, n_repeats=1)} == {50}


def test_a_discriminant_of_as_many_flowers_as_species_is_measured_as_the_most_frequent(iris):
    three = iris.take([0, 50, 100])
    assert len(measure_yardsticks(three, iris, n_repeats=1)) == len(YARDSTICKS)


@pytest.fixture(scope="module")
def studied(iris):
    seen = []
    study = study_data(iris, iris, TrainingConfig("decision_tree"), seen.append)
    assert [progress.done for progress in seen] == list(range(1, n_study_fits(iris, iris) + 1))
    return study


def test_the_learning_curve_rises_to_all_rows(studied):
    assert [point.n_train for point in studied.curve] == [10, 20, 40, 80, 120]
    assert studied.curve[0].n_correct < studied.curve[-1].n_correct


def test_without_a_petal_the_model_is_worse_than_without_a_sepal(studied):
    found = {one.feature: one.n_correct for one in studied.without}
    assert list(found) == ["sepal_length", "sepal_width", "petal_length", "petal_width"]
    assert min(found["sepal_length"], found["sepal_width"]) > found["petal_width"]


def test_the_rows_of_a_learning_curve_are_nested_and_keep_the_shares(iris):
    from irisml.training.study import _first_rows

    rows = np.arange(150)
    few, more = _first_rows(iris.y, rows, 30), _first_rows(iris.y, rows, 60)
    assert set(few.tolist()) < set(more.tolist())
    assert np.bincount(iris.y[few]).tolist() == [10, 10, 10]


@pytest.mark.parametrize(("n_repeats", "counts"), [(0, (0,)), (1, ()), (1, (2,)), (2, (-1,))])
def test_impossible_counts_are_refused(n_repeats, counts):
    with pytest.raises(ValueError, match=r"n_correct|no repeat"):
        FlowerCounts(n_repeats=n_repeats, flower_n_correct=counts)
