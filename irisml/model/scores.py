"""Evaluation results as plain data: stored in a version, readable without scikit-learn."""

from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

import msgspec

from irisml.domain.intervals import wilson_interval
from irisml.domain.measurements import SPECIES
from irisml.model.flower_counts import majority

N_SPECIES = len(SPECIES)
Probabilities = tuple[float, float, float]


def confusion_matrix(y_true: Sequence[int], y_pred: Sequence[int]) -> tuple[tuple[int, int, int], ...]:
    """Count flowers: row = true species, column = predicted species, as indices into `SPECIES`.

    Examples
    --------
    >>> confusion_matrix([0, 1, 1, 2], [0, 1, 2, 2])
    ((1, 0, 0), (0, 1, 1), (0, 0, 1))
    """
    pairs = list(zip(y_true, y_pred, strict=True))
    return tuple((pairs.count((true, 0)), pairs.count((true, 1)), pairs.count((true, 2))) for true in range(3))


class SpeciesScore(NamedTuple):
    """Scores of one species, each in [0, 1]; 0 where undefined.

    Parameters
    ----------
    precision : float
        Fraction of the flowers predicted as this species that are of this species.
    recall : float
        Fraction of the flowers of this species that are predicted as this species.
    f1 : float
        Harmonic mean of precision and recall.
    support : int
        Number of test flowers of this species.
    """

    precision: float
    recall: float
    f1: float
    support: int


class Miss(NamedTuple):
    """A misclassified test flower: row of the data set, species as indices into `SPECIES`."""

    row: int
    y_true: int
    y_pred: int


class CrossValidation(msgspec.Struct, frozen=True, forbid_unknown_fields=True, dict=True, eq=False, kw_only=True):
    """Repeated stratified cross-validation: each flower is predicted by models that were not trained on it.

    Parameters
    ----------
    n_repeats : int
        Number of times that all flowers were split into folds.
    split_n_correct : tuple of int, length n_repeats * n_folds
        Correct predictions in the test fold of each split.
    split_n_test : tuple of int, length n_repeats * n_folds
        Flowers in that fold.
    y_true : tuple of int, length n_samples
        True species of each flower, as an index into `SPECIES`.
    flower_n_correct : tuple of int, length n_samples
        Number of repeats in which each flower was classified correctly, in [0, n_repeats].
    probabilities : tuple of (float, float, float), length n_samples
        Mean out-of-fold probabilities of each flower, in the order of `SPECIES`.

    Examples
    --------
    Two flowers, two repeats; the second flower was classified correctly once:

    >>> cv = CrossValidation(
    ...     n_repeats=2, split_n_correct=(2, 1), split_n_test=(2, 2), y_true=(0, 1),
    ...     flower_n_correct=(2, 1), probabilities=((1.0, 0.0, 0.0), (0.4, 0.6, 0.0)))
    >>> cv.accuracy, cv.flower_correct, cv.n_perfect_splits
    (0.75, (True, False), 1)
    """

    n_repeats: int
    split_n_correct: tuple[int, ...]
    split_n_test: tuple[int, ...]
    y_true: tuple[int, ...]
    flower_n_correct: tuple[int, ...]
    probabilities: tuple[Probabilities, ...]

    def __post_init__(self) -> None:
        if not len(self.y_true) == len(self.flower_n_correct) == len(self.probabilities):
            raise ValueError("y_true, flower_n_correct and probabilities differ in length")
        if self.n_repeats < 1 or not self.y_true or not set(self.y_true) <= set(range(N_SPECIES)):
            raise ValueError("the cross-validation has no repeat, no flower or an unknown species")
        if not all(0 <= n <= self.n_repeats for n in self.flower_n_correct):
            raise ValueError("flower_n_correct has a value outside [0, n_repeats]")
        splits = zip(self.split_n_correct, self.split_n_test, strict=True)
        if not all(0 <= k <= n for k, n in splits):
            raise ValueError("split_n_correct has a value outside [0, split_n_test]")
        if sum(self.split_n_correct) != sum(self.flower_n_correct):
            raise ValueError("split_n_correct and flower_n_correct have different sums")

    @property
    def n_samples(self) -> int:
        """Number of flowers."""
        return len(self.y_true)

    @property
    def accuracy(self) -> float:
        """Fraction of correct predictions over all repeats, in [0, 1]."""
        return sum(self.flower_n_correct) / (self.n_repeats * self.n_samples)

    @property
    def interval(self) -> tuple[float, float]:
        """95 % Wilson interval of `accuracy`; repeats add no flowers, so n is the number of flowers."""
        return wilson_interval(self.accuracy * self.n_samples, self.n_samples)

    @cached_property
    def flower_correct(self) -> tuple[bool, ...]:
        """Whether each flower was classified correctly in more than half of the repeats."""
        return majority(self.flower_n_correct, self.n_repeats)

    @property
    def n_correct(self) -> int:
        """Number of flowers classified correctly in more than half of the repeats."""
        return sum(self.flower_correct)

    @cached_property
    def recalls(self) -> Probabilities:
        """Recall of each species over all repeats; 0 for a species without flowers."""

        def recall(species: int) -> float:
            counts = [n for n, y in zip(self.flower_n_correct, self.y_true, strict=True) if y == species]
            return sum(counts) / (self.n_repeats * len(counts)) if counts else 0.0

        return recall(0), recall(1), recall(2)

    @property
    def split_accuracies(self) -> list[float]:
        """Accuracy of each split, in [0, 1]."""
        return [k / n for k, n in zip(self.split_n_correct, self.split_n_test, strict=True)]

    @property
    def n_splits(self) -> int:
        """Number of splits into training and test flowers."""
        return len(self.split_n_correct)

    @property
    def n_perfect_splits(self) -> int:
        """Number of splits with an accuracy of 1.00 on their test flowers."""
        return sum(k == n for k, n in zip(self.split_n_correct, self.split_n_test, strict=True))


class Evaluation(msgspec.Struct, frozen=True, forbid_unknown_fields=True, dict=True, eq=False, kw_only=True):
    """Evaluation of one trained model.

    Parameters
    ----------
    test_rows : tuple of int, length n_test
        Held-out rows of the reference.
    y_true, y_pred : tuple of int, length n_test
        True and predicted species of those rows, as indices into `SPECIES`.
    importances : tuple of float, length 4
        Mean decrease in impurity of each feature, in [0, 1]; they sum to 1.
    cross_validation : CrossValidation
        Of models with the same configuration, on all flowers.
    """

    test_rows: tuple[int, ...]
    y_true: tuple[int, ...]
    y_pred: tuple[int, ...]
    importances: tuple[float, float, float, float]
    cross_validation: CrossValidation

    def __post_init__(self) -> None:
        if not len(self.test_rows) == len(self.y_true) == len(self.y_pred):
            raise ValueError("test_rows, y_true and y_pred differ in length")
        if not self.test_rows or not {*self.y_true, *self.y_pred} <= set(range(N_SPECIES)):
            raise ValueError("the evaluation has no flower or an unknown species")

    @property
    def n_test(self) -> int:
        """Number of test flowers."""
        return len(self.test_rows)

    @property
    def n_correct(self) -> int:
        """Number of test flowers classified correctly."""
        return self.n_test - len(self.misses)

    @property
    def accuracy(self) -> float:
        """Fraction of test flowers classified correctly, in [0, 1]."""
        return self.n_correct / self.n_test

    @property
    def interval(self) -> tuple[float, float]:
        """95 % Wilson interval of `accuracy`."""
        return wilson_interval(self.n_correct, self.n_test)

    @cached_property
    def confusion(self) -> tuple[tuple[int, int, int], ...]:
        """Confusion matrix of the test flowers: row = true species, column = predicted species."""
        return confusion_matrix(self.y_true, self.y_pred)

    @cached_property
    def misses(self) -> tuple[Miss, ...]:
        """Misclassified test flowers, by row."""
        rows = zip(self.test_rows, self.y_true, self.y_pred, strict=True)
        return tuple(Miss(row, true, pred) for row, true, pred in rows if true != pred)

    def rows_of(self, y_true: int, y_pred: int) -> tuple[int, ...]:
        """Return the rows of the test flowers in one cell of the confusion matrix."""
        rows = zip(self.test_rows, self.y_true, self.y_pred, strict=True)
        return tuple(row for row, true, pred in rows if (true, pred) == (y_true, y_pred))

    @cached_property
    def species_scores(self) -> tuple[SpeciesScore, ...]:
        """Precision, recall and F1 on the test flowers, in the order of `SPECIES`."""
        scores = []
        for k in range(N_SPECIES):
            hits = self.confusion[k][k]
            support, called = sum(self.confusion[k]), sum(row[k] for row in self.confusion)
            f1 = 2 * hits / (support + called) if support + called else 0.0
            scores.append(
                SpeciesScore(hits / called if called else 0.0, hits / support if support else 0.0, f1, support)
            )
        return tuple(scores)
