"""Simple models on the same folds: what a forest must beat to earn its place."""

from collections.abc import Callable

import numpy as np

from irisml.data.datasets import Dataset
from irisml.model.estimators import Estimator
from irisml.model.flower_counts import YARDSTICKS, Yardstick
from irisml.training.evaluation import N_REPEATS
from irisml.training.splits import Splits


def most_frequent_species() -> Estimator:
    """Always the species with the most training flowers."""
    from sklearn.dummy import DummyClassifier

    return DummyClassifier(strategy="most_frequent")


def one_question() -> Estimator:
    """A tree with a single split: it can name two species."""
    from sklearn.tree import DecisionTreeClassifier

    return DecisionTreeClassifier(max_depth=1, random_state=0)


def two_questions() -> Estimator:
    """A tree with two splits: what one would draw by hand."""
    from sklearn.tree import DecisionTreeClassifier

    return DecisionTreeClassifier(max_leaf_nodes=3, random_state=0)


def linear_discriminant() -> Estimator:
    """Fisher's linear discriminant of 1936, in its form for three species."""
    from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

    return LinearDiscriminantAnalysis()


_MAKERS: tuple[Callable[[], Estimator], ...] = (
    most_frequent_species,
    one_question,
    two_questions,
    linear_discriminant,
)
"""In the order of `YARDSTICKS`. Logistic regression is left out: 13 s for these folds."""


def measure_yardsticks(
    dataset: Dataset, reference: Dataset | None = None, n_repeats: int = N_REPEATS
) -> tuple[Yardstick, ...]:
    """Cross-validate every simple model on the folds of `cross_validate`.

    Parameters
    ----------
    dataset, reference, n_repeats
        As for `cross_validate`.

    Examples
    --------
    >>> from irisml import load_iris
    >>> [(found.name, found.n_correct) for found in measure_yardsticks(load_iris(), n_repeats=1)][-1]
    ('linear discriminant', 147)
    """
    reference = dataset if reference is None else reference
    n_correct = np.zeros((len(_MAKERS), reference.n_samples), dtype=np.int64)
    splits = Splits(dataset, reference)
    for split in (split for repeat in range(n_repeats) for split in splits.folds(random_state=repeat)):
        X, y = dataset.X[split.train], dataset.y[split.train]
        # A discriminant needs two species, and more flowers than species; a fold of a small data set may hold fewer.
        n_species = len(np.unique(y))
        makers = _MAKERS if 1 < n_species < len(y) else (most_frequent_species,) * len(_MAKERS)
        for place, make in enumerate(makers):
            y_pred = make().fit(X, y).predict(reference.X[split.test])
            n_correct[place, split.test] += y_pred == reference.y[split.test]
    return tuple(
        Yardstick(name=name, n_repeats=n_repeats, flower_n_correct=tuple(counts))
        for name, counts in zip(YARDSTICKS, n_correct.tolist(), strict=True)
    )
