"""Tests of irisml.training.evaluation."""

import re

import joblib
import numpy as np
import pytest
from sklearn.metrics import confusion_matrix, precision_recall_fscore_support

from irisml import Dataset, TrainingConfig, cross_validate, evaluate
from irisml.domain.errors import DifferentDataError
from irisml.training.fitting import unfitted_estimator
from irisml.training.progress import Progress
from irisml.training.splits import Splits


def test_accuracy_equals_the_score_of_the_estimator(run, iris, evaluation):
    unseen = run.split.test
    assert evaluation.accuracy == run.estimator.score(iris.X[unseen], iris.y[unseen])


def test_confusion_matrix_and_scores_equal_those_of_scikit_learn(run, iris, evaluation):
    """Rows are actual, columns predicted; precision, recall, F1 and support of each species."""
    unseen = run.split.test
    y_true, y_pred = iris.y[unseen], run.estimator.predict(iris.X[unseen])
    assert np.array_equal(evaluation.confusion, confusion_matrix(y_true, y_pred))
    theirs = precision_recall_fscore_support(y_true, y_pred)
    assert np.allclose(np.array(evaluation.species_scores).T, theirs)


def test_importances_equal_those_of_the_estimator(run, evaluation):
    """In the order of the features."""
    assert list(evaluation.importances) == run.estimator.feature_importances_.tolist()


def test_other_data_are_refused(run, iris):
    """The model may have seen these rows, so the score would be too high."""
    other = Dataset(iris.X[::-1], iris.y[::-1], "reversed")
    with pytest.raises(DifferentDataError, match=re.escape(f"trained on data {iris.fingerprint[:12]}")):
        evaluate(run, other)


def test_every_flower_is_predicted_out_of_fold(iris):
    """The counts per flower and split equal those of a loop over the same folds."""
    config = TrainingConfig("decision_tree")
    cv = cross_validate(iris, config, n_repeats=2)
    by_flower, by_split = np.zeros(150, int), []
    for repeat in range(2):
        for fold in Splits(iris).folds(repeat):
            tree = unfitted_estimator(config).fit(iris.X[fold.train], iris.y[fold.train])
            right = tree.predict(iris.X[fold.test]) == iris.y[fold.test]
            by_flower[fold.test] += right
            by_split.append(int(right.sum()))
    assert cv.flower_n_correct == tuple(by_flower.tolist())
    assert cv.split_n_correct == tuple(by_split)


def test_out_of_fold_probabilities_are_means_over_the_repeats(iris):
    """Each flower's three probabilities sum to 1."""
    cv = cross_validate(iris, TrainingConfig("decision_tree"), n_repeats=3)
    assert np.allclose(np.sum(cv.probabilities, axis=1), 1)


def test_cross_validation_on_shuffled_labels_is_at_chance_level(iris):
    """About a third is correct, so nothing leaks between folds."""
    shuffled = Dataset(iris.X, np.random.default_rng(1).permutation(iris.y), "shuffled labels")
    assert cross_validate(shuffled, TrainingConfig("decision_tree"), n_repeats=2).accuracy < 0.5


def test_progress_counts_every_fit(iris):
    """One fit before, then two repeats of five folds: 2 to 11 of 11."""
    seen: list[Progress] = []
    cross_validate(iris, TrainingConfig("decision_tree"), n_repeats=2, on_progress=seen.append)
    assert [(p.step, p.done, p.of) for p in seen] == [("cross-validate", n, 11) for n in range(2, 12)]


def test_parallel_cross_validation_gives_the_same_result(iris):
    """Configured by joblib, as for a cluster: same counts and probabilities in the same order."""
    alone = cross_validate(iris, TrainingConfig("decision_tree"), n_repeats=2)
    with joblib.parallel_config("threading", n_jobs=3):
        together = cross_validate(iris, TrainingConfig("decision_tree"), n_repeats=2)
    assert together.split_n_correct == alone.split_n_correct
    assert together.probabilities == alone.probabilities
