"""Tests of a forest over arrays: equal to scikit-learn and to the plain forest, to the last bit."""

import numpy as np
import pytest

from irisml import Forest, TrainingConfig, train
from irisml.bulk.array_forest import MOST_CELLS, CellTable, TreeWalk, array_forest, n_cells
from irisml.domain.measurements import POSSIBLE_CM


@pytest.fixture(scope="module", params=["random_forest", "extra_trees", "decision_tree"])
def fitted(request, iris):
    run = train(iris, TrainingConfig(request.param, n_estimators=20))
    return run.estimator, Forest.from_estimator(run.estimator, [(4.3, 7.9), (2.0, 4.4), (1.0, 6.9), (0.1, 2.5)])


def flowers(forest):
    """Flowers of every kind: any length, a tenth of a centimetre, and on and next to each threshold."""
    chance = np.random.default_rng(0)
    spans = np.array(list(POSSIBLE_CM.values()))
    anywhere = chance.uniform(spans[:, 0], spans[:, 1], (2000, 4))
    on = np.tile(anywhere[0], (len(forest.thresholds), 1))
    on[:, :] = np.array(forest.thresholds)[:, None]
    as_float32 = on.astype(np.float32)
    beside = [np.nextafter(as_float32, np.float32(side)).astype(float) for side in (0, 100)]
    return np.concatenate([anywhere, np.round(anywhere, 1), on, np.nextafter(on, 0), np.nextafter(on, 100), *beside])


@pytest.mark.parametrize("way", [TreeWalk, CellTable])
def test_probabilities_equal_those_of_scikit_learn(fitted, way):
    """Also on and next to the thresholds, and in the order in which they are asked."""
    estimator, forest = fitted
    if way is CellTable and n_cells(forest) > MOST_CELLS:
        pytest.skip("this forest has more cells than a table keeps")
    X = flowers(forest)
    model = way(forest)
    expected = estimator.predict_proba(X)
    for _ in range(2):  # a cell is answered from the forest, and then from the table
        assert model.predict_proba(X).tobytes() == expected.tobytes()
    assert model.predict_proba(X[::-1]).tobytes() == expected[::-1].tobytes()
    assert [tuple(row) for row in model.predict_proba(X[:50]).tolist()] == forest.predict_proba_many(X[:50].tolist())


def test_more_rows_than_go_through_a_tree_at_once(fitted):
    """The parts are put together in order."""
    estimator, forest = fitted
    X = np.round(np.random.default_rng(1).uniform(0.5, 8, (70_000, 4)), 2)
    assert TreeWalk(forest).predict_proba(X).tobytes() == estimator.predict_proba(X).tobytes()


def test_no_row_gives_no_row(fitted):
    for way in (TreeWalk, array_forest):
        assert way(fitted[1]).predict_proba(np.empty((0, 4))).shape == (0, 3)


def test_the_table_is_taken_where_it_fits(iris):
    """100 trees of the default have some 600,000 cells; trees with random thresholds have too many."""
    small = Forest.from_estimator(train(iris, TrainingConfig()).estimator, [(0.1, 7.9)] * 4)
    large = Forest.from_estimator(train(iris, TrainingConfig("extra_trees")).estimator, [(0.1, 7.9)] * 4)
    assert isinstance(array_forest(small), CellTable)
    assert isinstance(array_forest(large), TreeWalk)
