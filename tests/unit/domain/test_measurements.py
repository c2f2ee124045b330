"""Tests of irisml.domain.measurements."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from irisml.domain.errors import NotANumberError, OutOfRangeError, WrongLengthError
from irisml.domain.measurements import FEATURES, POSSIBLE_CM, SPECIES, TYPICAL_FLOWERS, Measurement


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, "5.1", None, True, 10**400])
def test_a_value_that_is_not_a_finite_number_is_refused(value):
    """The error names the feature and has the value."""
    with pytest.raises(NotANumberError, match="petal_length is ") as caught:
        Measurement(5.1, 3.5, value, 0.2)
    assert caught.value.values["value"] is value


def test_a_flower_in_millimetres_is_refused_with_the_range():
    """14 mm entered as 14 cm: the message has the possible range."""
    with pytest.raises(OutOfRangeError, match=r"petal_length is 14\.0 cm, but an iris has 0\.5 to 13\.8 cm"):
        Measurement(5.1, 3.5, 14, 0.2)


def test_the_bounds_are_inclusive():
    for end in (0, 1):
        Measurement(*(POSSIBLE_CM[feature][end] for feature in FEATURES))


@pytest.mark.parametrize("n", [0, 3, 5])
def test_a_vector_has_four_numbers(n):
    with pytest.raises(WrongLengthError, match=f"{n} numbers were given"):
        Measurement.from_vector([5.0] * n)


@given(st.tuples(*(st.floats(*POSSIBLE_CM[feature]) for feature in FEATURES)))
def test_a_measurement_round_trips_through_its_vector(x):
    assert tuple(Measurement.from_vector(x)) == x


def test_every_typical_flower_is_the_median_of_its_species(iris):
    """To 0.1 cm, so within 0.06 of the exact median."""
    for k, species in enumerate(SPECIES):
        medians = [sum(sorted(column)[24:26]) / 2 for column in iris.X[iris.y == k].T.tolist()]
        assert list(TYPICAL_FLOWERS[species]) == pytest.approx(medians, abs=0.06)
