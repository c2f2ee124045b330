"""Disagreements of two models: flowers that only one of them classifies correctly, for McNemar's test."""

from dataclasses import dataclass
from typing import Protocol

from irisml.domain.intervals import mcnemar_p


class Judged(Protocol):
    """What says of each reference flower whether it was classified correctly."""

    @property
    def flower_correct(self) -> tuple[bool, ...]:
        """Whether each flower was classified correctly in more than half of the repeats."""


@dataclass(frozen=True, slots=True)
class Disagreements:
    """Flowers that only one of two models classifies correctly, as rows of the reference.

    Parameters
    ----------
    won : tuple of int
        Right for the first model, wrong for the second.
    lost : tuple of int
        Wrong for the first model, right for the second.
    """

    won: tuple[int, ...]
    lost: tuple[int, ...]

    @property
    def p(self) -> float:
        """Exact p-value of McNemar's test, see `mcnemar_p`."""
        return mcnemar_p(len(self.won), len(self.lost))


def disagreements(ours: Judged, theirs: Judged) -> Disagreements:
    """Compare the out-of-fold predictions of two models flower by flower.

    Parameters
    ----------
    ours, theirs : Judged
        A `CrossValidation` or `FlowerCounts` on the same reference flowers.

    Raises
    ------
    ValueError
        If their numbers of flowers differ.
    """
    pairs = list(enumerate(zip(ours.flower_correct, theirs.flower_correct, strict=True)))
    won = tuple(row for row, (right, was_right) in pairs if right and not was_right)
    lost = tuple(row for row, (right, was_right) in pairs if was_right and not right)
    return Disagreements(won, lost)
