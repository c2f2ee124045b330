"""The domain: four features of an iris in cm, and three species."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self

from irisml.domain.errors import NotANumberError, OutOfRangeError, WrongLengthError
from irisml.domain.names import FEATURES, SPECIES

STEP_CM, DIGITS = 0.1, 1
"""The flowers were measured to a tenth of a centimetre, one decimal; a smaller change cannot be measured."""


def predicted_species(probabilities: Sequence[float]) -> str:
    """Return the species with the highest probability; a tie goes to the first, as in scikit-learn.

    Parameters
    ----------
    probabilities : sequence of float, length 3
        In the order of `SPECIES`.

    Examples
    --------
    >>> predicted_species([0.2, 0.4, 0.4])
    'versicolor'
    """
    return SPECIES[probabilities.index(max(probabilities))]


POSSIBLE_CM = {
    "sepal_length": (2.1, 15.8),
    "sepal_width": (1.0, 8.8),
    "petal_length": (0.5, 13.8),
    "petal_width": (0.05, 5.0),
}
"""Valid range of each feature, in cm: from half the smallest to twice the largest of the 150 flowers.

Wide enough for other irises, and narrow enough to refuse lengths in mm or inches.
"""


def checked_cm(feature: str, value: object) -> float:
    """Return *value* as a float, if it is a length within `POSSIBLE_CM`.

    Parameters
    ----------
    feature : str
        One of `FEATURES`.
    value : object
        A number; text and booleans are refused.

    Raises
    ------
    NotANumberError
        If *value* is not a number, NaN or infinite.
    OutOfRangeError
        If it is outside `POSSIBLE_CM`.

    Examples
    --------
    >>> checked_cm("petal_length", 14)
    Traceback (most recent call last):
    irisml.domain.errors.OutOfRangeError: petal_length is 14.0 cm, but an iris has 0.5 to 13.8 cm. ...
    """
    low, high = POSSIBLE_CM[feature]
    if type(value) is float and low <= value <= high:  # fast path for nearly every value of a file
        return value
    if isinstance(value, bool | str | bytes) or not hasattr(value, "__float__"):
        raise NotANumberError(feature=feature, value=value, example=getattr(TALK_SAMPLE, feature))
    try:
        number = float(value)
    except OverflowError as error:
        raise NotANumberError(feature=feature, value=value, example=getattr(TALK_SAMPLE, feature)) from error
    if not math.isfinite(number):
        raise NotANumberError(feature=feature, value=value, example=getattr(TALK_SAMPLE, feature))
    if not low <= number <= high:
        raise OutOfRangeError(feature=feature, value=number, low=low, high=high)
    return number


@dataclass(frozen=True, slots=True)
class Measurement:
    """Measurement of one flower.

    Parameters
    ----------
    sepal_length, sepal_width, petal_length, petal_width : float
        Lengths in cm, within `POSSIBLE_CM`.

    Raises
    ------
    NotANumberError, OutOfRangeError
        See `checked_cm`.

    Examples
    --------
    >>> Measurement(5.1, 3.5, 1.4, 0.2).petal_width
    0.2
    """

    sepal_length: float
    sepal_width: float
    petal_length: float
    petal_width: float

    def __post_init__(self) -> None:
        for feature in FEATURES:
            object.__setattr__(self, feature, checked_cm(feature, getattr(self, feature)))

    @classmethod
    def from_vector(cls, x: Sequence[float]) -> Self:
        """Create a measurement from four numbers in the order of `FEATURES`.

        Raises
        ------
        WrongLengthError
            If *x* does not have four numbers.

        Examples
        --------
        >>> Measurement.from_vector([5.1, 3.5, 1.4, 0.2])
        Measurement(sepal_length=5.1, sepal_width=3.5, petal_length=1.4, petal_width=0.2)
        """
        if len(x) != len(FEATURES):
            raise WrongLengthError(n=len(x))
        return cls(*x)

    def __iter__(self) -> Iterator[float]:
        return (getattr(self, name) for name in FEATURES)


TALK_SAMPLE, TALK_SPECIES = Measurement(5.1, 3.5, 1.4, 0.2), "setosa"
"""The flower that the talk predicts: row 0 of the data set, a setosa."""

TYPICAL_FLOWERS = {
    "setosa": Measurement(5.0, 3.4, 1.5, 0.2),
    "versicolor": Measurement(5.9, 2.8, 4.3, 1.3),
    "virginica": Measurement(6.5, 3.0, 5.6, 2.0),
}
"""The median flower of each species, to 0.1 cm: a model that misclassifies one of them is broken."""

LONGER_THAN = (
    ("sepal_length", "sepal_width"),
    ("sepal_length", "petal_length"),
    ("sepal_width", "petal_width"),
    ("petal_length", "petal_width"),
)
"""Pairs of features of which the first is longer in each of the 150 flowers."""

MAP_FEATURES = ("petal_length", "petal_width")
"""The two features that separate the species best: the axes of a plot until others are chosen."""

__all__ = [
    "DIGITS",
    "FEATURES",
    "LONGER_THAN",
    "MAP_FEATURES",
    "POSSIBLE_CM",
    "SPECIES",
    "STEP_CM",
    "TALK_SAMPLE",
    "TALK_SPECIES",
    "TYPICAL_FLOWERS",
    "Measurement",
    "checked_cm",
    "predicted_species",
]
