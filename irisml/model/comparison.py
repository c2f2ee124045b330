"""Disagreements of two models: flowers that only one of them classifies correctly, for McNemar's test."""

from dataclasses import dataclass

from irisml.model.scores import CrossValidation


@dataclass(frozen=True, slots=True)
class Disagreements:
    """Flowers that only one of two models classifies correctly, as rows of the data set.

    Parameters
    ----------
    won : tuple of int
        Right for the first model, wrong for the second.
    lost : tuple of int
        Wrong for the first model, right for the second.
    """

    won: tuple[int, ...]
    lost: tuple[int, ...]


def disagreements(ours: CrossValidation, theirs: CrossValidation) -> Disagreements:
    """Compare the out-of-fold predictions of two models flower by flower.

    Parameters
    ----------
    ours, theirs : CrossValidation
        Of the same data set.

    Raises
    ------
    ValueError
        If their numbers of flowers differ.
    """
    pairs = list(enumerate(zip(ours.flower_correct, theirs.flower_correct, strict=True)))
    won = tuple(row for row, (right, was_right) in pairs if right and not was_right)
    lost = tuple(row for row, (right, was_right) in pairs if was_right and not right)
    return Disagreements(won, lost)
