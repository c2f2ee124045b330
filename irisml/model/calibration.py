"""Whether a model may be believed: of ten flowers that it was 90 % sure of, nine should be right."""

from dataclasses import dataclass
from itertools import pairwise

from irisml.domain.intervals import wilson_interval
from irisml.model.scores import CrossValidation

EDGES = (0.0, 0.7, 0.9, 0.99, 1.0)
"""Bounds of the groups: most of the 150 flowers are easy, so the groups are narrow where the flowers are."""


@dataclass(frozen=True, slots=True)
class ConfidenceGroup:
    """Flowers of which the model was about equally sure.

    Parameters
    ----------
    low, high : float
        Probability of the species that it named, in [0, 1]; *high* belongs to the group, *low* does not.
    n : int
        Flowers in the group.
    n_correct : int
        Of these, called right.
    confidence : float
        Mean probability of the named species, in [0, 1].
    """

    low: float
    high: float
    n: int
    n_correct: int
    confidence: float

    @property
    def accuracy(self) -> float:
        """Share called right, in [0, 1]."""
        return self.n_correct / self.n

    @property
    def interval(self) -> tuple[float, float]:
        """95 % Wilson interval of `accuracy`."""
        return wilson_interval(self.n_correct, self.n)


def calibration(cv: CrossValidation) -> tuple[ConfidenceGroup, ...]:
    """Group the flowers by how sure models that had not seen them were.

    Each flower counts once, with its mean out-of-fold probabilities: those of all the models
    that had not seen it, together. A group without flowers is left out.

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
        # A mean over repeats may end a rounding error above 1.
        inside = [(p, right) for p, right in sure if low < min(p, 1.0) <= high]
        if inside:
            confidence = sum(p for p, _ in inside) / len(inside)
            groups.append(ConfidenceGroup(low, high, len(inside), sum(right for _, right in inside), confidence))
    return tuple(groups)
