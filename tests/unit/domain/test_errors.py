"""Tests of irisml.domain.errors."""

import inspect

import pytest

from irisml.domain import errors

CLASSES = [cls for _, cls in inspect.getmembers(errors, inspect.isclass) if issubclass(cls, errors.IrisError)]


@pytest.mark.parametrize("cls", CLASSES)
def test_every_error_is_in_the_tree_of_the_module_docstring(cls):
    assert cls.__name__ in errors.__doc__


def test_errors_are_also_builtin_exceptions():
    """For callers that catch ValueError or LookupError."""
    assert issubclass(errors.OutOfRangeError, ValueError)
    assert issubclass(errors.VersionNotFoundError, LookupError)


def test_the_message_lists_at_most_100_invalid_rows():
    """The error itself has all of them."""
    error = errors.InvalidRowsError(tuple((line, "bad") for line in range(1, 1001)), 1000)
    assert len(error.rows) == 1000
    assert str(error).splitlines()[-1] == "... and 900 more"
    assert len(str(error).splitlines()) == 102


def test_an_error_has_its_values():
    """For programs that handle it."""
    error = errors.OutOfRangeError(feature="petal_width", value=9.0, low=0.05, high=5.0)
    assert error.values["high"] == 5.0
    assert str(error) == "petal_width is 9.0 cm, but an iris has 0.05 to 5.0 cm. Is the value in centimetres?"
