"""Tests of irisml.training.fitting."""

from datetime import UTC

import numpy as np
import pytest
from sklearn.neighbors import KNeighborsClassifier

from irisml import Dataset, TrainingConfig, train
from irisml.model.estimators import MODEL_TYPES
from irisml.training.fitting import ESTIMATORS, unfitted_estimator


@pytest.mark.parametrize("model_type", MODEL_TYPES)
def test_the_same_configuration_gives_the_same_probabilities(iris, model_type):
    """Bit for bit."""
    first, second = (train(iris, TrainingConfig(model_type, 5)).estimator for _ in range(2))
    assert first.predict_proba(iris.X).tobytes() == second.predict_proba(iris.X).tobytes()


def test_another_random_state_gives_another_forest(iris):
    first, second = (train(iris, TrainingConfig(n_estimators=5, random_state=seed)).estimator for seed in (1, 2))
    assert first.predict_proba(iris.X).tobytes() != second.predict_proba(iris.X).tobytes()


def test_test_rows_are_not_used_for_training(iris, monkeypatch):
    """With shuffled labels a 1-nearest-neighbour model can only guess unseen rows: about 1 in 3."""
    monkeypatch.setitem(MODEL_TYPES, "memorizer", "KNeighborsClassifier")
    monkeypatch.setitem(ESTIMATORS, "memorizer", lambda *_: KNeighborsClassifier(n_neighbors=1))
    labels = np.random.default_rng(0).permutation(iris.y)
    shuffled = Dataset(iris.X, labels, "shuffled labels")
    run = train(shuffled, TrainingConfig("memorizer"))
    unseen = run.split.test
    assert (run.estimator.predict(iris.X[unseen]) == labels[unseen]).mean() < 0.6


def test_a_run_records_fingerprint_start_and_duration(iris, run):
    assert run.data_fingerprint == iris.fingerprint
    assert run.started.tzinfo is UTC
    assert run.duration_s > 0


def test_the_class_of_each_model_type_is_that_of_its_estimator():
    """The names are in a module that imports no scikit-learn, the functions in one that does."""
    made = {name: type(unfitted_estimator(TrainingConfig(name))).__name__ for name in ESTIMATORS}
    assert made == MODEL_TYPES
