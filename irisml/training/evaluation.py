"""Evaluate a trained model on the held-out flowers and by repeated cross-validation."""

import joblib
import numpy as np
from numpy.typing import NDArray

from irisml.data.datasets import Dataset
from irisml.domain.errors import DifferentDataError
from irisml.domain.measurements import SPECIES
from irisml.model.config import TrainingConfig
from irisml.model.scores import CrossValidation, Evaluation
from irisml.training.fitting import TrainingRun, unfitted_estimator
from irisml.training.progress import OnProgress, Progress, ignore_progress
from irisml.training.splits import N_FOLDS, Split, Splits

N_REPEATS = 10
"""10 times 5 folds: 50 models, each trained on 120 flowers and tested on the other 30."""


def n_fits(n_repeats: int = N_REPEATS) -> int:
    """Return the number of fits in a training: the model that is kept, and those of the cross-validation."""
    return 1 + n_repeats * N_FOLDS


def cross_validate(
    dataset: Dataset,
    config: TrainingConfig,
    n_repeats: int = N_REPEATS,
    on_progress: OnProgress = ignore_progress,
    *,
    reference: Dataset | None = None,
) -> CrossValidation:
    """Predict every reference flower out of fold, by repeated stratified cross-validation.

    The folds depend on the reference only, so two versions are compared on the same flowers and splits, whatever
    they learned from.

    Parameters
    ----------
    dataset : Dataset
        What the models learn from.
    config : TrainingConfig
        Of every model; the seed of the folds is the number of the repeat, not its random_state.
    n_repeats : int
        Number of times that the flowers are split into folds, at least 1.
    on_progress : callable, optional
        Called after each fit with step "cross-validate".
    reference : Dataset, optional
        What they are judged by; by default the data set itself. See `Splits`.

    Examples
    --------
    >>> from irisml import load_iris
    >>> cv = cross_validate(load_iris(), TrainingConfig("decision_tree"), n_repeats=2)
    >>> cv.n_splits, 0.9 < cv.accuracy < 1
    (10, True)
    """
    reference = dataset if reference is None else reference
    n_correct, n_test = [], []
    flower_n_correct = np.zeros(reference.n_samples, dtype=np.int64)
    probabilities = np.zeros((reference.n_samples, len(SPECIES)))
    splitter = Splits(dataset, reference)
    splits = [split for repeat in range(n_repeats) for split in splitter.folds(random_state=repeat)]
    # Sequential, unless the caller has set another backend of joblib.
    in_order = joblib.Parallel(return_as="generator")
    answers = in_order(joblib.delayed(_out_of_fold)(dataset, reference, split, config) for split in splits)
    for split, proba in zip(splits, answers, strict=True):
        correct = proba.argmax(axis=1) == reference.y[split.test]
        n_correct.append(int(correct.sum()))
        n_test.append(len(split.test))
        flower_n_correct[split.test] += correct
        probabilities[split.test] += proba / n_repeats
        on_progress(Progress("cross-validate", 1 + len(n_test), n_fits(n_repeats), n_correct[-1], n_test[-1]))
    return CrossValidation(
        n_repeats=n_repeats,
        split_n_correct=tuple(n_correct),
        split_n_test=tuple(n_test),
        y_true=tuple(reference.y.tolist()),
        flower_n_correct=tuple(flower_n_correct.tolist()),
        probabilities=tuple((p, q, r) for p, q, r in probabilities.tolist()),
    )


def _out_of_fold(dataset: Dataset, reference: Dataset, split: Split, config: TrainingConfig) -> NDArray[np.float64]:
    """Fit on the training rows of *split*, and return the probabilities of its test rows, one column per species."""
    with joblib.parallel_config("sequential"):  # the trees are added in their order, whatever computes the folds
        return _fitted_out_of_fold(dataset, reference, split, config)


def _fitted_out_of_fold(
    dataset: Dataset, reference: Dataset, split: Split, config: TrainingConfig
) -> NDArray[np.float64]:
    estimator = unfitted_estimator(config).fit(dataset.X[split.train], dataset.y[split.train])
    proba = np.zeros((len(split.test), len(SPECIES)))
    proba[:, estimator.classes_] = estimator.predict_proba(reference.X[split.test])
    return proba


def evaluate(
    run: TrainingRun,
    dataset: Dataset,
    n_repeats: int = N_REPEATS,
    on_progress: OnProgress = ignore_progress,
    *,
    reference: Dataset | None = None,
) -> Evaluation:
    """Score *run* on the test flowers of its split, and its configuration by cross-validation.

    Parameters
    ----------
    run : TrainingRun
    dataset : Dataset
        The data set that the run was trained on.
    n_repeats, on_progress, reference
        See `cross_validate`.

    Raises
    ------
    DifferentDataError
        If *dataset* or *reference* is not that of the run.

    Examples
    --------
    >>> from irisml import load_iris, train
    >>> iris = load_iris()
    >>> evaluation = evaluate(train(iris, TrainingConfig("decision_tree")), iris, n_repeats=1)
    >>> evaluation.n_test, sum(map(sum, evaluation.confusion))
    (30, 30)
    """
    reference = dataset if reference is None else reference
    for expected, given in ((run.data_fingerprint, dataset), (run.reference_fingerprint, reference)):
        if expected != given.fingerprint:
            raise DifferentDataError(expected=expected[:12], fingerprint=given.fingerprint[:12])
    unseen = run.split.test
    return Evaluation(
        test_rows=tuple(unseen.tolist()),
        y_true=tuple(reference.y[unseen].tolist()),
        y_pred=tuple(run.estimator.predict(reference.X[unseen]).tolist()),
        importances=tuple(run.estimator.feature_importances_.tolist()),
        cross_validation=cross_validate(dataset, run.config, n_repeats, on_progress, reference=reference),
    )
