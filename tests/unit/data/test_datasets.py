"""Tests of irisml.data.datasets."""

import numpy as np
import pytest

from irisml import Dataset, load_iris
from irisml.domain.errors import InvalidTableError, UnknownSpeciesError
from irisml.domain.measurements import FEATURES


def columns(**changed):
    """Return two flowers as columns."""
    flowers = {
        "sepal_length": [5.1, 6.3],
        "sepal_width": [3.5, 3.3],
        "petal_length": [1.4, 6.0],
        "petal_width": [0.2, 2.5],
        "species": ["setosa", "virginica"],
    }
    return {**flowers, **changed}


def test_iris_has_fifty_flowers_of_each_species(iris):
    """The first row is a setosa of 5.1, 3.5, 1.4 and 0.2 cm."""
    assert np.bincount(iris.y).tolist() == [50, 50, 50]
    assert iris.X[0].tolist() == [5.1, 3.5, 1.4, 0.2]


def test_the_file_is_bit_identical_to_that_of_scikit_learn(iris):
    from sklearn import datasets

    theirs = datasets.load_iris()
    assert iris.X.tobytes() == theirs.data.tobytes()
    assert iris.y.tolist() == theirs.target.tolist()


def test_rows_101_and_142_are_the_only_identical_ones(iris):
    """They share a group; every other flower has its own."""
    groups = iris.identical_rows.tolist()
    twins = [row for row in range(150) if groups.count(groups[row]) > 1]
    assert twins == [101, 142]


def test_the_fingerprint_depends_on_the_values_only(iris):
    """Not on the source; a difference of one millimetre changes it."""
    assert Dataset(iris.X, iris.y, "elsewhere").fingerprint == load_iris().fingerprint
    grown = iris.X.copy()
    grown[149, 3] += 0.1
    assert Dataset(grown, iris.y, iris.source).fingerprint != iris.fingerprint


def test_arrays_are_read_only(iris):
    """A change would invalidate the fingerprint."""
    with pytest.raises(ValueError, match="read-only"):
        iris.X[0, 0] = 9.9


def test_the_array_of_the_caller_stays_writable(iris):
    mine = iris.X.copy()
    Dataset(mine, iris.y, "mine")
    mine[0, 0] = 5.2


def test_species_are_encoded_as_indices():
    assert Dataset.from_columns(columns(), "two").y.tolist() == [0, 2]


@pytest.mark.parametrize("missing", FEATURES)
def test_a_missing_column_is_named(missing):
    some = columns()
    del some[missing]
    with pytest.raises(InvalidTableError, match=f"Missing column: {missing}"):
        Dataset.from_columns(some, "x")


def test_an_extra_column_is_named():
    """Otherwise a model could be trained on an unintended column."""
    with pytest.raises(InvalidTableError, match="Extra column: colour"):
        Dataset.from_columns(columns(colour=["blue", "red"]), "x")


def test_an_unknown_species_is_named():
    with pytest.raises(UnknownSpeciesError, match='"tulip" is not a species'):
        Dataset.from_columns(columns(species=["setosa", "tulip"]), "x")


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (np.nan, 'Row 1: petal_width is "nan", which is not a finite number'),
        (np.inf, 'Row 1: petal_width is "inf"'),
        (25.0, r"Row 1: petal_width is 25\.0 cm, but an iris has 0\.05 to 5\.0"),
        ("wide", "A measurement is not a number"),
    ],
)
def test_an_invalid_value_is_refused_with_its_row(value, message):
    """NaN, infinity, out of range, and text."""
    with pytest.raises(InvalidTableError, match=message):
        Dataset.from_columns(columns(petal_width=[0.2, value]), "x")


@pytest.mark.parametrize(("X", "y"), [([[5.1, 3.5, 1.4]], [0]), ([], []), ([[5.1, 3.5, 1.4, 0.2]], [0, 1])])
def test_shapes_must_match(X, y):
    """Three features, no rows, or more labels than rows."""
    with pytest.raises(InvalidTableError, match="X has the shape"):
        Dataset(X, y, "x")


@pytest.mark.parametrize(
    ("X", "y"),
    [
        ([[5.1, 3.5, 1.4, 0.2]], [0.9]),
        ([[5.1, 3.5, 1.4, 0.2]], ["a"]),
        ([[5.1, 3.5, 1.4, "x"]], [0]),
        ([[5.1], [3.5, 1]], [0]),
    ],
)
def test_values_of_a_wrong_type_are_refused(X, y):
    """0.9 is not truncated to 0, text is not a number, and rows have one length."""
    with pytest.raises(InvalidTableError):
        Dataset(X, y, "x")


def test_columns_of_different_length_are_refused():
    with pytest.raises(InvalidTableError, match="The columns differ in length"):
        Dataset.from_columns(columns(petal_width=[0.2]), "x")


def test_labels_must_be_0_to_2():
    with pytest.raises(InvalidTableError, match=r"y holds \[3\]"):
        Dataset([[5.1, 3.5, 1.4, 0.2]], [3], "x")


def test_a_number_with_an_underscore_is_refused():
    """float("5_1") is 51."""
    flower = {"sepal_length": ["5_1"], "sepal_width": [3.5], "petal_length": [1.4], "petal_width": [0.2]}
    with pytest.raises(InvalidTableError, match="not a number"):
        Dataset.from_columns({**flower, "species": ["setosa"]}, "typed")
