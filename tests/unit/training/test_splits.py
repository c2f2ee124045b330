"""Tests of irisml.training.splits."""

import numpy as np
import pytest

from irisml import Dataset, fixed_split, load_iris
from irisml.training.splits import stratified_folds


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
    for fold in stratified_folds(iris, random_state):
        assert len({101, 142} & set(fold.test.tolist())) in (0, 2)


def test_the_folds_test_every_flower_once(iris):
    tested = np.concatenate([fold.test for fold in stratified_folds(iris, random_state=3)])
    assert sorted(tested.tolist()) == list(range(150))


def test_another_random_state_gives_other_folds(iris):
    """Otherwise repeats would be identical."""
    first, second = (next(stratified_folds(iris, seed)).test.tolist() for seed in (1, 2))
    assert first != second


def test_many_identical_flowers_are_in_the_same_fold(iris):
    """A quarter of a species is one flower."""
    X = iris.X.copy()
    X[:12] = X[0]
    fold = next(stratified_folds(Dataset(X, iris.y, "twelve twins"), random_state=0))
    assert len(set(range(12)) & set(fold.test.tolist())) in (0, 12)
