"""What a data set can teach: the model without each feature, and a learning curve."""

import numpy as np
from numpy.typing import NDArray

from irisml.data.datasets import Dataset
from irisml.domain.measurements import FEATURES
from irisml.model.config import TrainingConfig
from irisml.model.flower_counts import CurvePoint, DataStudy, WithoutFeature
from irisml.training.fitting import unfitted_estimator
from irisml.training.progress import OnProgress, Progress, ignore_progress
from irisml.training.splits import N_FOLDS, Splits

_FIRST_SIZE = 10
STUDY_CONFIG = TrainingConfig(n_estimators=25)
"""A quarter of the default trees: the 45 fits are part of the first training on a data set."""


def curve_sizes(n_train: int) -> tuple[int, ...]:
    """Return the numbers of rows of a learning curve: 10, then twice as many, and all.

    Examples
    --------
    >>> curve_sizes(120)
    (10, 20, 40, 80, 120)
    """
    sizes = []
    size = _FIRST_SIZE
    while size < n_train:
        sizes.append(size)
        size *= 2
    return (*sizes, n_train)


def n_study_fits(dataset: Dataset, reference: Dataset) -> int:
    """Return the number of fits of `study_data`."""
    return N_FOLDS * (len(FEATURES) + len(curve_sizes(_n_train(dataset, reference))))


def study_data(
    dataset: Dataset,
    reference: Dataset,
    config: TrainingConfig = STUDY_CONFIG,
    on_progress: OnProgress = ignore_progress,
) -> DataStudy:
    """Measure what the model reaches without each feature, and with fewer rows.

    One repeat of five folds: every reference flower is judged once by a model that has not seen it. The rows of the
    learning curve are nested, and each species keeps its share.

    Parameters
    ----------
    dataset : Dataset
    reference : Dataset
        What is judged by, see `Splits`.
    config : TrainingConfig, optional
        `STUDY_CONFIG` if left out.
    on_progress : callable, optional
        Called after each fit with step "study".

    Examples
    --------
    >>> from irisml import load_iris
    >>> iris = load_iris()
    >>> study = study_data(iris, iris, TrainingConfig("decision_tree"))
    >>> [point.n_train for point in study.curve], len(study.without)
    ([10, 20, 40, 80, 120], 4)
    """
    splits = list(Splits(dataset, reference).folds(random_state=0))
    everything = list(range(len(FEATURES)))
    n_done, of = 0, n_study_fits(dataset, reference)

    def judged(columns: list[int], n_train: int | None = None) -> tuple[int, ...]:
        nonlocal n_done
        right = np.zeros(reference.n_samples, dtype=np.int64)
        for split in splits:
            rows = split.train if n_train is None else _first_rows(dataset.y, split.train, n_train)
            estimator = unfitted_estimator(config).fit(dataset.X[rows][:, columns], dataset.y[rows])
            right[split.test] = estimator.predict(reference.X[split.test][:, columns]) == reference.y[split.test]
            n_done += 1
            on_progress(Progress("study", n_done, of))
        return tuple(right.tolist())

    without = tuple(
        WithoutFeature(feature=feature, n_repeats=1, flower_n_correct=judged([i for i in everything if i != column]))
        for column, feature in enumerate(FEATURES)
    )
    curve = tuple(
        CurvePoint(n_train=size, n_repeats=1, flower_n_correct=judged(everything, size))
        for size in curve_sizes(_n_train(dataset, reference))
    )
    return DataStudy(
        fingerprint=dataset.fingerprint,
        reference_fingerprint=reference.fingerprint,
        config=config,
        without=without,
        curve=curve,
    )


def _n_train(dataset: Dataset, reference: Dataset) -> int:
    return min(len(split.train) for split in Splits(dataset, reference).folds(random_state=0))


def _first_rows(y: NDArray[np.int64], rows: NDArray[np.int64], n: int) -> NDArray[np.int64]:
    """Return *n* of the rows, in a fixed random order in which every beginning has all species in proportion."""
    shuffled = np.random.default_rng(0).permutation(rows)
    of_species = [shuffled[y[shuffled] == k] for k in np.unique(y[shuffled])]
    # The i-th of m flowers of a species comes at the place (i + 1/2) / m.
    place = np.concatenate([(np.arange(len(own)) + 0.5) / len(own) for own in of_species])
    return np.sort(np.concatenate(of_species)[place.argsort(kind="stable")][:n])
