"""irisml.training.fitting"""

from datetime import UTC

import numpy as np
import pytest
from sklearn.neighbors import KNeighborsClassifier

from irisml import Dataset, TrainingConfig, train
from irisml.model.estimators import MODEL_TYPES
from irisml.training.fitting import ESTIMATORS, unfitted_estimator


@pytest.mark.parametrize("model_type", MODEL_TYPES)
def test_the_same_configuration_gives_the_same_probabilities(iris, model_type):
    """Trained twice, to the last bit."""
    first, second = (train(iris, TrainingConfig(model_type, 5)).estimator for _ in range(2))
    assert first.predict_proba(iris.X).tobytes() == second.predict_proba(iris.X).tobytes()


def test_another_seed_gives_another_forest(iris):
    """Or the seed would be for show."""
    first, second = (train(iris, TrainingConfig(n_estimators=5, random_state=seed)).estimator for seed in (1, 2))
    assert first.predict_proba(iris.X).tobytes() != second.predict_proba(iris.X).tobytes()


def test_test_rows_stay_unseen(iris, monkeypatch):
    """On shuffled labels a memorizer that has seen no test row can only guess: about 1 in 3."""
    monkeypatch.setitem(MODEL_TYPES, "memorizer", "KNeighborsClassifier")
    monkeypatch.setitem(ESTIMATORS, "memorizer", lambda *_: KNeighborsClassifier(n_neighbors=1))
    labels = np.random.default_rng(0).permutation(iris.y)
    shuffled = Dataset(iris.X, labels, "shuffled labels")
    run = train(shuffled, TrainingConfig("memorizer"))
    unseen = run.split.test
    assert (run.estimator.predict(iris.X[unseen]) == labels[unseen]).mean() < 0.6


def test_a_run_tells_how_it_came_about(iris, run):
    """Fingerprint of the data, start in UTC, and a duration."""
    assert run.data_fingerprint == iris.fingerprint
    assert run.started.tzinfo is UTC
    assert run.duration_s > 0


def test_the_class_of_each_model_type_is_that_of_its_estimator():
    """The names are in a module that imports no scikit-learn, the functions in one that does."""
    made = {name: type(unfitted_estimator(TrainingConfig(name))).__name__ for name in ESTIMATORS}
    assert made == MODEL_TYPES
