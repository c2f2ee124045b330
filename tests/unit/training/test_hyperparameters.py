"""No other hyperparameters are significantly better than the defaults; how accuracy falls as flowers change."""

import numpy as np
import pytest

from irisml import Dataset, TrainingConfig, cross_validate
from irisml.domain.intervals import mcnemar_p
from irisml.domain.measurements import FEATURES
from irisml.model.comparison import disagreements
from irisml.training.fitting import unfitted_estimator
from irisml.training.splits import Splits

GRID = (
    TrainingConfig(n_estimators=10),
    TrainingConfig(max_depth=3),
    TrainingConfig(min_samples_leaf=5),
    TrainingConfig("extra_trees"),
    TrainingConfig("decision_tree"),
)


@pytest.fixture(scope="module")
def default(iris):
    return cross_validate(iris, TrainingConfig(), n_repeats=1)


@pytest.mark.parametrize("config", GRID, ids=lambda config: " ".join(config.as_options()[:4]))
def test_no_configuration_of_the_grid_is_significantly_better_than_the_default(iris, default, config):
    """Exact McNemar test on the same folds; with five comparisons, a p of 0.01 is needed."""
    found = disagreements(cross_validate(iris, config, n_repeats=1), default)
    won, lost = len(found.won), len(found.lost)
    assert won <= lost or mcnemar_p(won, lost) > 0.05 / len(GRID)


def accuracy_on_longer_petals(iris, factor: float) -> float:
    """Train on the flowers of 1936, and judge flowers whose petals have grown by a factor."""
    X = iris.X.copy()
    for feature in ("petal_length", "petal_width"):
        X[:, FEATURES.index(feature)] *= factor
    grown = Dataset(X, iris.y, "grown")
    right = np.zeros(iris.n_samples, dtype=bool)
    for split in Splits(iris).folds(random_state=0):
        model = unfitted_estimator(TrainingConfig()).fit(iris.X[split.train], iris.y[split.train])
        right[split.test] = model.predict(grown.X[split.test]) == iris.y[split.test]
    return right.mean()


def test_a_stale_model_loses_a_fifth_of_its_flowers_when_petals_grow_by_a_third(iris):
    """A simulation: these 150 flowers never change. docs/ml-test-score.md has the figures."""
    fresh, grown, more = (accuracy_on_longer_petals(iris, factor) for factor in (1.0, 1.1, 1.33))
    assert fresh > 0.94
    assert fresh > grown > more
    assert more < 0.8
