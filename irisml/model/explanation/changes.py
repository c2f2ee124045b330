"""Counterfactuals: for each feature the smallest change that changes the predicted species."""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from irisml.domain.measurements import DIGITS, FEATURES, POSSIBLE_CM, STEP_CM, predicted_species
from irisml.model.forest import Forest

_FLOAT32 = struct.Struct("f")


@dataclass(frozen=True, slots=True)
class Change:
    """The smallest change of one feature that changes the predicted species; the other three are fixed.

    Parameters
    ----------
    feature : str
        One of `FEATURES`.
    value : float
        The new length in cm, a multiple of `STEP_CM`.
    by : float
        Difference from the flower's length, in cm; negative for shorter.
    species : str
        Predicted species after the change.
    """

    feature: str
    value: float
    by: float
    species: str


def changes(
    forest: Forest, x: Sequence[float], limits: Mapping[str, tuple[float, float]] = POSSIBLE_CM
) -> tuple[Change, ...]:
    """Return for each feature the nearest multiple of `STEP_CM` that changes the predicted species.

    Between two thresholds of a feature the prediction is constant, so one prediction past each
    threshold is enough: the result is exact.

    Parameters
    ----------
    forest : Forest
    x : sequence of float, length 4
        Lengths in cm in the order of `FEATURES`.
    limits : mapping of str to (float, float)
        Smallest and largest length to consider, in cm.

    Returns
    -------
    tuple of Change
        The smallest change first; a feature that cannot change the predicted species alone is left out.

    Examples
    --------
    >>> forest = Forest(
    ...     roots=(0,), feature=(2, -1, -1), index=(0, 0, 1), right=(2, 0, 0), thresholds=(2.45,),
    ...     leaves=((1.0, 0.0, 0.0), (0.0, 0.5, 0.5)), training_range=((4.3, 7.9),) * 4,
    ...     n_node_samples=(100, 25, 75))
    >>> changes(forest, [5.1, 3.5, 1.4, 0.2])
    (Change(feature='petal_length', value=2.5, by=1.1, species='versicolor'),)
    """
    found = []
    for feature in FEATURES:
        nearest = [
            change
            for upwards in (False, True)
            if (change := _first_change(forest, x, feature, limits[feature], upwards=upwards))
        ]
        if nearest:
            found.append(min(nearest, key=lambda change: abs(change.by)))
    return tuple(sorted(found, key=lambda change: abs(change.by)))


def _first_change(
    forest: Forest, x: Sequence[float], feature: str, limits: tuple[float, float], *, upwards: bool
) -> Change | None:
    column = FEATURES.index(feature)
    before = predicted_species(forest.predict_proba(x))
    asked = {forest.thresholds[index] for f, index in zip(forest.feature, forest.index, strict=True) if f == column}
    steps = {_behind(threshold, upwards=upwards) for threshold in asked}
    here, (low, high) = x[column] / STEP_CM, limits
    ahead = [step for step in steps if (step > here if upwards else step < here)]
    for step in sorted(ahead, reverse=not upwards):
        value = round(step * STEP_CM, DIGITS)
        if not low <= value <= high:
            return None
        species = predicted_species(forest.predict_proba([*x[:column], value, *x[column + 1 :]]))
        if species != before:
            return Change(feature, value, round(value - x[column], 10), species)
    return None


def _behind(threshold: float, *, upwards: bool) -> int:
    """Return the first multiple of `STEP_CM` past a threshold; the threshold itself belongs to the lower side."""
    step = int(threshold / STEP_CM) - 1
    while _as_float32(round(step * STEP_CM, DIGITS)) <= threshold:
        step += 1
    return step if upwards else step - 1


def _as_float32(value: float) -> float:
    return float(_FLOAT32.unpack(_FLOAT32.pack(value))[0])  # scikit-learn compares in float32
