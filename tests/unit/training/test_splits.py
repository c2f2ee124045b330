"""Tests of irisml.training.splits."""

import numpy as np
import pytest

from irisml import Dataset, fixed_split, load_iris
from irisml.training.splits import Splits


@pytest.fixture(scope="module")
def split(iris):
    return fixed_split(iris)


def test_train_and_test_are_disjoint_and_complete(split):
    assert sorted([*split.train, *split.test]) == list(range(150))


def test_each_species_has_ten_test_flowers(split, iris):
    assert np.bincount(iris.y[split.test]).tolist() == [10, 10, 10]


def test_the_split_depends_on_the_data_only(split):
    """The error of the champion is row 83 for everyone."""
    again = fixed_split(load_iris())
    assert again.test.tolist() == split.test.tolist()
    assert 83 in split.test


@pytest.mark.parametrize("random_state", range(10))
def test_identical_rows_are_in_the_same_fold(iris, random_state):
    """Rows 101 and 142 are the same flower; in training and test it would leak."""
    for fold in Splits(iris).folds(random_state):
        assert len({101, 142} & set(fold.test.tolist())) in (0, 2)


def test_the_folds_test_every_flower_once(iris):
    tested = np.concatenate([fold.test for fold in Splits(iris).folds(3)])
    assert sorted(tested.tolist()) == list(range(150))


def test_another_random_state_gives_other_folds(iris):
    """Otherwise repeats would be identical."""
    first, second = (next(Splits(iris).folds(seed)).test.tolist() for seed in (1, 2))
    assert first != second


def test_many_identical_flowers_are_in_the_same_fold(iris):
    """A quarter of a species is one flower."""
    X = iris.X.copy()
    X[:12] = X[0]
    fold = next(Splits(Dataset(X, iris.y, "twelve twins")).folds(0))
    assert len(set(range(12)) & set(fold.test.tolist())) in (0, 12)


def leaked(iris, split, shift):
    """Return the reference with its test flowers once more, as new flowers, jittered."""
    new = Dataset(iris.X[split.test] + shift, iris.y[split.test], "the test, as new flowers")
    return iris.followed_by(new, "leaked")


@pytest.mark.parametrize("shift", [0.0, 0.03, -0.049])
def test_a_copy_of_a_test_flower_is_never_learned_from_where_it_is_judged(iris, split, shift):
    """Not even one that was jittered below the rounding, and claims to be new."""
    assert fixed_split(leaked(iris, split, shift), iris).train.tolist() == split.train.tolist()


def test_a_copy_helps_in_the_folds_that_judge_other_flowers(iris, split):
    """It is a flower like any other there: left out where it is judged, not thrown away."""
    dataset = leaked(iris, split, 0.03)
    n_train = [len(fold.train) for fold in Splits(dataset, iris).folds(random_state=1)]
    assert min(n_train) > 120
    assert sum(n_train) == 4 * (150 + 30)


def test_a_reference_flower_with_other_values_is_still_left_out(iris, split):
    """Identity counts, not only values: its column may be in another unit."""
    stretched = Dataset(iris.X * 1.3, iris.y, "stretched", iris.reference_rows)
    assert fixed_split(stretched, iris).train.tolist() == split.train.tolist()


def test_the_test_flowers_do_not_depend_on_what_is_learned_from(iris, split):
    ten = iris.take([0, 1, 2, 50, 51, 52, 100, 101, 102, 103])
    assert fixed_split(ten, iris).test.tolist() == split.test.tolist()


def test_the_reference_is_learned_from_as_before_there_were_data_sets(iris, split):
    assert fixed_split(iris, load_iris()).train.tolist() == split.train.tolist()
