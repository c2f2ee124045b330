"""irisml.domain.errors"""

import inspect

import pytest

from irisml.domain import errors

CLASSES = [cls for _, cls in inspect.getmembers(errors, inspect.isclass) if issubclass(cls, errors.IrisError)]


@pytest.mark.parametrize("cls", CLASSES)
def test_every_error_stands_in_the_tree(cls):
    """Drawn in the module's docstring."""
    assert cls.__name__ in errors.__doc__


def test_old_except_clauses_go_on_working():
    """A bad value is a ValueError, a missing version a LookupError."""
    assert issubclass(errors.OutOfRangeError, ValueError)
    assert issubclass(errors.VersionNotFoundError, LookupError)


def test_a_thousand_bad_rows_fill_no_terminal():
    """A hundred lines are told, the rest is counted; the error itself carries them all."""
    error = errors.InvalidRowsError(tuple((line, "bad") for line in range(1, 1001)), 1000)
    assert len(error.rows) == 1000
    assert str(error).splitlines()[-1] == "... and 900 more"
    assert len(str(error).splitlines()) == 102


def test_an_error_carries_its_values():
    """For a program that handles it."""
    error = errors.OutOfRangeError(feature="petal_width", value=9.0, low=0.05, high=5.0)
    assert error.values["high"] == 5.0
    assert str(error) == "petal_width is 9.0 cm, but an iris has 0.05 to 5.0 cm. Is the value in centimetres?"
