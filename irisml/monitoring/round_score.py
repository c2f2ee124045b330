"""The hall against the model: both on the same flowers, with an interval that knows that answers are not independent.

Imports numpy.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from irisml.domain.intervals import wilson_interval
from irisml.domain.measurements import SPECIES

Answer = tuple[int, int, int]
"""Phone, flower, and species as an index into `SPECIES`."""
Verdict = Literal["model", "hall", "none", "too few"]
FEWEST_PHONES, FEWEST_FLOWERS = 5, 5
"""Below either, nothing is claimed."""
_RESAMPLES = 2000
_MOST_STEPS = 12


@dataclass(frozen=True, slots=True)
class Score:
    """Right answers with their 95 % interval.

    Parameters
    ----------
    n_correct, n : int
        *n* is at least 1.
    interval : tuple of (float, float)
        In [0, 1].
    """

    n_correct: int
    n: int
    interval: tuple[float, float]

    @property
    def accuracy(self) -> float:
        """Share of right answers, in [0, 1]."""
        return self.n_correct / self.n


@dataclass(frozen=True, slots=True)
class SplitFlower:
    """The flower that split the hall: answers for each species, in the order of `SPECIES`."""

    flower: int
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class RoundResult:
    """Result of a round.

    Parameters
    ----------
    n_phones, n_flowers : int
        That have at least one answer.
    hall, model : Score
        Of the hall, *n* is answers; of the model, the flowers that were answered.
    verdict : str
        Who was right more often: "model", "hall", "none" if no difference can be claimed, or "too few".
    split : SplitFlower or None
        None if no flower has three answers that differ.
    narrowing : tuple of (int, float, float)
        Number of answers, and the interval of the hall after them.
    """

    n_phones: int
    n_flowers: int
    hall: Score
    model: Score
    verdict: Verdict
    split: SplitFlower | None
    narrowing: tuple[tuple[int, float, float], ...]


def round_result(answers: Sequence[Answer], truth: Sequence[int], predicted: Sequence[int]) -> RoundResult | None:
    """Compare the hall with the model.

    Parameters
    ----------
    answers : sequence of Answer
        In order of arrival.
    truth, predicted : sequence of int
        For each flower, its species and the model's prediction, as indices into `SPECIES`.

    Returns
    -------
    RoundResult or None
        None without answers.

    Examples
    --------
    >>> answers = [(phone, flower, 0) for phone in range(6) for flower in range(6)]
    >>> result = round_result(answers, truth=[0, 0, 0, 0, 0, 1], predicted=[0] * 5 + [1])
    >>> result.hall.n_correct, result.hall.n, result.model.n_correct, result.verdict
    (30, 36, 6, 'none')
    """
    if not answers:
        return None
    flowers = sorted({flower for _, flower, _ in answers})
    n_phones = len({phone for phone, _, _ in answers})
    n_right = sum(truth[flower] == choice for _, flower, choice in answers)
    n_model = sum(truth[flower] == predicted[flower] for flower in flowers)
    hall, difference = resampled(answers, truth, predicted)
    verdict: Verdict = "none"
    if n_phones < FEWEST_PHONES or len(flowers) < FEWEST_FLOWERS:
        verdict = "too few"
    elif difference[0] > 0:
        verdict = "hall"
    elif difference[1] < 0:
        verdict = "model"
    return RoundResult(
        n_phones,
        len(flowers),
        Score(n_right, len(answers), hall),
        Score(n_model, len(flowers), wilson_interval(n_model, len(flowers))),
        verdict,
        split_flower(answers),
        narrowing(answers, truth, predicted),
    )


def resampled(
    answers: Sequence[Answer], truth: Sequence[int], predicted: Sequence[int]
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the 95 % intervals of the hall's accuracy, and of its difference to the model's on the same answers.

    Answers of one phone are alike, and so are answers to one flower. So phones and flowers are both drawn with
    replacement, and an answer counts as often as its phone was drawn times its flower: the pigeonhole bootstrap. If all
    answers are right, or none, every draw gives the same: then Wilson's interval for as many answers as there are
    phones or flowers, whichever are fewer.

    References
    ----------
    A. B. Owen (2007), The pigeonhole bootstrap, Annals of Applied Statistics 1, 386-411.
    """
    phones = {phone: i for i, phone in enumerate(dict.fromkeys(phone for phone, _, _ in answers))}
    flowers = {flower: j for j, flower in enumerate(sorted({flower for _, flower, _ in answers}))}
    given = np.zeros((len(phones), len(flowers)))
    right = np.zeros_like(given)
    for phone, flower, choice in answers:
        given[phones[phone], flowers[flower]] += 1
        right[phones[phone], flowers[flower]] += truth[flower] == choice
    of_model = np.array([float(truth[flower] == predicted[flower]) for flower in flowers])

    rng = np.random.default_rng(len(answers))
    of_phones = rng.multinomial(len(phones), np.full(len(phones), 1 / len(phones)), _RESAMPLES)
    of_flowers = rng.multinomial(len(flowers), np.full(len(flowers), 1 / len(flowers)), _RESAMPLES)
    n_given: NDArray[np.float64] = (of_phones @ given) * of_flowers
    totals = n_given.sum(axis=1)
    drawn = totals > 0
    hall = ((of_phones @ right) * of_flowers).sum(axis=1)[drawn] / totals[drawn]
    model = (n_given @ of_model)[drawn] / totals[drawn]
    interval = _percentiles(hall)
    n_right = right.sum()
    if n_right in (0, len(answers)):
        fewer = min(len(phones), len(flowers))
        interval = wilson_interval(fewer * n_right / len(answers), fewer)
    return interval, _percentiles(hall - model)


def split_flower(answers: Sequence[Answer]) -> SplitFlower | None:
    """Return the flower whose most frequent answer has the smallest share, among those with three answers or more."""
    counts: dict[int, Counter[int]] = {}
    for _, flower, choice in answers:
        counts.setdefault(flower, Counter())[choice] += 1
    divided = [flower for flower, of in counts.items() if of.total() >= len(SPECIES) and len(of) > 1]
    if not divided:
        return None
    chosen = min(
        divided,
        key=lambda flower: (max(counts[flower].values()) / counts[flower].total(), -counts[flower].total(), flower),
    )
    return SplitFlower(chosen, tuple(counts[chosen][k] for k in range(len(SPECIES))))


def narrowing(
    answers: Sequence[Answer], truth: Sequence[int], predicted: Sequence[int]
) -> tuple[tuple[int, float, float], ...]:
    """Return the interval of the hall after some of the answers, up to all of them."""
    steps = sorted({round(len(answers) * (i + 1) / _MOST_STEPS) for i in range(_MOST_STEPS)} - {0})
    return tuple((n, *resampled(answers[:n], truth, predicted)[0]) for n in steps)


def _percentiles(values: NDArray[np.float64]) -> tuple[float, float]:
    low, high = np.percentile(values, [2.5, 97.5])
    return float(low), float(high)
