"""How often a model classified each reference flower correctly, out of fold: what a simple model keeps of itself."""

from collections.abc import Sequence
from functools import cached_property

import msgspec

from irisml.domain.i18n import sentence
from irisml.domain.intervals import wilson_interval
from irisml.model.config import TrainingConfig


class FlowerCounts(msgspec.Struct, frozen=True, forbid_unknown_fields=True, dict=True, eq=False, kw_only=True):
    """Correct out-of-fold predictions of each reference flower.

    Parameters
    ----------
    n_repeats : int
        Number of times that all flowers were split into folds, at least 1.
    flower_n_correct : tuple of int, length n_samples
        Number of repeats in which each flower was classified correctly, in [0, n_repeats].

    Raises
    ------
    ValueError
        If there is no flower, or a count is out of its range.

    Examples
    --------
    >>> FlowerCounts(n_repeats=2, flower_n_correct=(2, 2, 1)).n_correct
    2
    """

    n_repeats: int
    flower_n_correct: tuple[int, ...]

    def __post_init__(self) -> None:
        if self.n_repeats < 1 or not self.flower_n_correct:
            raise ValueError("there is no repeat or no flower")
        if not all(0 <= n <= self.n_repeats for n in self.flower_n_correct):
            raise ValueError("flower_n_correct has a value outside [0, n_repeats]")

    @property
    def n_samples(self) -> int:
        """Number of flowers."""
        return len(self.flower_n_correct)

    @cached_property
    def flower_correct(self) -> tuple[bool, ...]:
        """Whether each flower was classified correctly in more than half of the repeats."""
        return majority(self.flower_n_correct, self.n_repeats)

    @property
    def n_correct(self) -> int:
        """Number of flowers classified correctly in more than half of the repeats."""
        return sum(self.flower_correct)

    @property
    def accuracy(self) -> float:
        """Fraction of correct predictions over all repeats, in [0, 1]."""
        return sum(self.flower_n_correct) / (self.n_repeats * self.n_samples)

    @property
    def interval(self) -> tuple[float, float]:
        """95 % Wilson interval of `n_correct` of `n_samples`."""
        return wilson_interval(self.n_correct, self.n_samples)


def majority(flower_n_correct: Sequence[int], n_repeats: int) -> tuple[bool, ...]:
    """Return whether each flower was classified correctly in more than half of the repeats."""
    return tuple(2 * n > n_repeats for n in flower_n_correct)


class Yardstick(FlowerCounts, frozen=True, forbid_unknown_fields=True, dict=True, eq=False, kw_only=True):
    """What a simple model reaches on the same folds and flowers.

    Parameters
    ----------
    name : str
        A key of `YARDSTICKS`.
    """

    name: str


YARDSTICKS = {
    "most frequent species": sentence("The most frequent species"),
    "one question": sentence("One question"),
    "two questions": sentence("A tree of two questions"),
    "linear discriminant": sentence("Linear discriminant (Fisher 1936)"),
}
"""What each simple model is, by its name; the simplest first."""


class WithoutFeature(FlowerCounts, frozen=True, forbid_unknown_fields=True, dict=True, eq=False, kw_only=True):
    """What the model reaches without one feature.

    Parameters
    ----------
    feature : str
        One of `FEATURES`.
    """

    feature: str


class CurvePoint(FlowerCounts, frozen=True, forbid_unknown_fields=True, dict=True, eq=False, kw_only=True):
    """Point of the learning curve.

    Parameters
    ----------
    n_train : int
        Rows that each model learned from, at most; rounded down to whole rows of a fold.
    """

    n_train: int


class DataStudy(msgspec.Struct, frozen=True, forbid_unknown_fields=True, eq=False, kw_only=True):
    """What a data set can teach: computed once for a data set, because it needs dozens of fits.

    Parameters
    ----------
    format : int
        Number of this format.
    fingerprint, reference_fingerprint : str
        `Dataset.fingerprint` of the data set and of the reference.
    config : TrainingConfig
        Of every model.
    without : tuple of WithoutFeature, length 4
        In the order of `FEATURES`.
    curve : tuple of CurvePoint
        Learning curve, the fewest rows first; the last point has learned from all rows.
    """

    format: int = 1
    fingerprint: str
    reference_fingerprint: str
    config: TrainingConfig
    without: tuple[WithoutFeature, ...]
    curve: tuple[CurvePoint, ...]

    def __post_init__(self) -> None:
        if not self.curve:
            raise ValueError("the learning curve has no point")
