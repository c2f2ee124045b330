"""Which flowers two models judge differently: the only ones that tell which is better."""

from dataclasses import dataclass

from irisml.model.scores import CrossValidation


@dataclass(frozen=True, slots=True)
class Disagreements:
    """Flowers that only one of two models gets right, by row of the data set.

    Parameters
    ----------
    won : tuple of int
        Right for the first model, wrong for the second.
    lost : tuple of int
        The other way round.
    """

    won: tuple[int, ...]
    lost: tuple[int, ...]


def disagreements(ours: CrossValidation, theirs: CrossValidation) -> Disagreements:
    """Compare two models flower by flower, each judged out of fold.

    Parameters
    ----------
    ours, theirs : CrossValidation
        Of the same data set.

    Raises
    ------
    ValueError
        If they judged different numbers of flowers.
    """
    pairs = list(enumerate(zip(ours.flower_correct, theirs.flower_correct, strict=True)))
    won = tuple(row for row, (right, was_right) in pairs if right and not was_right)
    lost = tuple(row for row, (right, was_right) in pairs if was_right and not right)
    return Disagreements(won, lost)
