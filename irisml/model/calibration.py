"""Calibration of a model: of ten flowers predicted with a probability of 90 %, nine should be right."""

from dataclasses import dataclass
from itertools import pairwise

from irisml.domain.intervals import wilson_interval
from irisml.model.scores import CrossValidation

EDGES = (0.0, 0.7, 0.9, 0.99, 1.0)
"""Bounds of the groups; narrow near 1, because most of the 150 flowers have a high probability."""


@dataclass(frozen=True, slots=True)
class ConfidenceGroup:
    """Flowers with a similar probability of the predicted species.

    Parameters
    ----------
    low, high : float
        Bounds of the probability of the predicted species, in [0, 1]; *high* is included, *low* is not.
    n : int
        Flowers in the group.
    n_correct : int
        Flowers classified correctly.
    confidence : float
        Mean probability of the predicted species, in [0, 1].
    """

    low: float
    high: float
    n: int
    n_correct: int
    confidence: float

    @property
    def accuracy(self) -> float:
        """Fraction classified correctly, in [0, 1]."""
        return self.n_correct / self.n

    @property
    def interval(self) -> tuple[float, float]:
        """95 % Wilson interval of `accuracy`."""
        return wilson_interval(self.n_correct, self.n)


def calibration(cv: CrossValidation) -> tuple[ConfidenceGroup, ...]:
    """Group the flowers by the out-of-fold probability of their predicted species.

    Each flower counts once, with its mean out-of-fold probabilities over all repeats. A group
    without flowers is left out.

    Examples
    --------
    >>> cv = CrossValidation(
    ...     n_repeats=1, split_n_correct=(1,), split_n_test=(2,), y_true=(0, 1), flower_n_correct=(1, 0),
    ...     probabilities=((1.0, 0.0, 0.0), (0.8, 0.2, 0.0)))
    >>> [(group.confidence, group.n_correct, group.n) for group in calibration(cv)]
    [(0.8, 0, 1), (1.0, 1, 1)]
    """
    sure = [
        (max(shares), shares.index(max(shares)) == y) for shares, y in zip(cv.probabilities, cv.y_true, strict=True)
    ]
    groups = []
    for low, high in pairwise(EDGES):
        # A mean over repeats may exceed 1 by a rounding error.
        inside = [(p, right) for p, right in sure if low < min(p, 1.0) <= high]
        if inside:
            confidence = sum(p for p, _ in inside) / len(inside)
            groups.append(ConfidenceGroup(low, high, len(inside), sum(right for _, right in inside), confidence))
    return tuple(groups)
