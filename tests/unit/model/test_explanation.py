"""irisml.model.explanation: what it says adds up, and what it promises happens"""

import numpy as np
import pytest

from irisml import MODEL_TYPES, Forest, TrainingConfig, load_iris, train
from irisml.data.neighbours import loneliest_distance, nearest_flowers
from irisml.domain.errors import NoCountsError
from irisml.domain.measurements import FEATURES, SPECIES
from irisml.model.explanation import (
    Change,
    changes,
    contributions,
    node_means,
    tree_path,
    tree_votes,
)
from irisml.training.export import export_forest

LIMITS = {"sepal_length": (4.0, 8.0), "sepal_width": (2.0, 4.5), "petal_length": (1.0, 7.0), "petal_width": (0.1, 2.5)}


@pytest.fixture(scope="module", params=MODEL_TYPES)
def pair(request, iris):
    """A fitted estimator and its forest, one of each model type."""
    run = train(iris, TrainingConfig(request.param, n_estimators=30))
    return run.estimator, export_forest(run, iris)


@pytest.fixture(scope="module")
def flowers():
    """Sixty flowers on the sliders' steps."""
    rng = np.random.default_rng(5)
    low, high = np.array(list(LIMITS.values())).T
    return np.round(rng.uniform(low, high, (60, 4)), 1).tolist()


@pytest.fixture
def two_trees() -> Forest:
    """One tree asks for the petal's length, then its width; the other is never in doubt.

    8 flowers: 4 setosa, 3 versicolor, 1 virginica. Means: root (1/2, 3/8, 1/8), behind 2.45 cm (0, 3/4, 1/4).
    """
    return Forest(
        roots=(0, 5),
        feature=(2, -1, 3, -1, -1, -1),
        index=(0, 0, 1, 1, 2, 1),
        right=(2, 0, 2, 0, 0, 0),
        thresholds=(2.45, 1.75),
        leaves=((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
        training_range=((4.0, 8.0),) * 4,
        n_node_samples=(8, 4, 4, 3, 1, 8),
    )


def test_each_feature_is_credited_where_it_was_asked(two_trees):
    """Length moves (1/2, 3/8, 1/8) to (0, 3/4, 1/4), width that to (0, 0, 1); half of it, for two trees."""
    told = contributions(two_trees, [6.0, 3.0, 5.0, 2.0])
    assert told.baseline == (0.25, 0.6875, 0.0625)
    assert told.by_feature[:2] == ((0.0, 0.0, 0.0), (0.0, 0.0, 0.0))
    assert told.by_feature[2] == (-0.25, 0.1875, 0.0625)
    assert told.by_feature[3] == (0.0, -0.375, 0.375)
    assert told.probabilities == (0.0, 0.5, 0.5)


def test_baseline_and_contributions_sum_to_the_probabilities(pair, flowers):
    """For every species, on random flowers, for every model type."""
    _, forest = pair
    for x in flowers:
        told = contributions(forest, x)
        summed = [told.baseline[k] + sum(row[k] for row in told.by_feature) for k in range(3)]
        assert summed == pytest.approx(forest.predict_proba(x), abs=1e-12)


def test_the_probabilities_are_those_of_the_answer(pair, flowers):
    """To the last bit, so that both name the same species where two tie."""
    _, forest = pair
    assert all(contributions(forest, x).probabilities == forest.predict_proba(x) for x in flowers)


def test_the_means_at_the_nodes_are_those_of_scikit_learn(pair):
    """Node by node, tree by tree."""
    estimator, forest = pair
    members = getattr(estimator, "estimators_", [estimator])
    theirs = np.concatenate([member.tree_.value[:, 0] for member in members])
    assert np.array(node_means(forest)) == pytest.approx(theirs, abs=1e-12)


def test_trees_without_counts_say_so(two_trees):
    """Those of format 1."""
    fields = {name: getattr(two_trees, name) for name in two_trees.__struct_fields__}
    old = Forest(**{**fields, "format": 1, "n_node_samples": ()})
    with pytest.raises(NoCountsError, match="older irisml"):
        contributions(old, [6.0, 3.0, 5.0, 2.0])


def test_the_smallest_turn_is_one_step_behind_a_threshold(two_trees):
    """2.4 and 2.5 cm stand on the two sides of 2.45; no width turns the answer alone."""
    assert changes(two_trees, [6.0, 3.0, 4.0, 1.0], LIMITS) == (Change("petal_length", 2.4, -1.6, "setosa"),)
    assert changes(two_trees, [6.0, 3.0, 1.5, 1.0], LIMITS) == (Change("petal_length", 2.5, 1.0, "versicolor"),)


def test_a_turn_outside_the_limits_is_none(two_trees):
    """The petal may not be shorter than 3 cm."""
    x = [6.0, 3.0, 5.0, 1.0]
    assert [change.feature for change in changes(two_trees, x, LIMITS)] == ["petal_length"]
    assert changes(two_trees, x, {**LIMITS, "petal_length": (3.0, 7.0)}) == ()


def test_doing_what_is_said_turns_the_answer_and_a_step_less_does_not(pair, flowers):
    """On random flowers; and where nothing is said, no step of the slider turns it."""
    _, forest = pair

    def answer(x, feature, value):
        column = FEATURES.index(feature)
        shares = forest.predict_proba([*x[:column], value, *x[column + 1 :]])
        return SPECIES[shares.index(max(shares))]

    n_changes = 0
    for x in flowers:
        before = answer(x, "petal_width", x[3])
        said = {change.feature: change for change in changes(forest, x, LIMITS)}
        for column, feature in enumerate(FEATURES):
            low, high = LIMITS[feature]
            steps = [round(k / 10, 1) for k in range(round(10 * low), round(10 * high) + 1)]
            turning = [value for value in steps if answer(x, feature, value) != before]
            if feature not in said:
                assert turning == []
                continue
            n_changes += 1
            change = said[feature]
            assert answer(x, feature, change.value) == change.species != before
            assert change.by == pytest.approx(change.value - x[column])
            assert abs(change.by) == pytest.approx(min(abs(value - x[column]) for value in turning))
    assert n_changes > 60


def test_a_tree_tells_its_questions_from_the_root(two_trees):
    """Longer than 2.45 cm, and at most 1.75 cm wide: a versicolor."""
    path = tree_path(two_trees, 0, [6.0, 3.0, 5.0, 1.0])
    assert [(q.feature, q.threshold, q.value, q.yes) for q in path.questions] == [
        ("petal_length", 2.45, 5.0, False),
        ("petal_width", 1.75, 1.0, True),
    ]
    assert (path.distribution, path.species) == ((0.0, 1.0, 0.0), "versicolor")


def test_every_tree_of_a_real_forest_votes_for_the_end_of_its_path(pair, flowers):
    """Path and vote are two ways to the same leaf."""
    _, forest = pair
    for x in flowers[:5]:
        paths = [tree_path(forest, tree, x).species for tree in range(len(forest.roots))]
        assert paths == tree_votes(forest, x)


def test_the_nearest_flowers_come_nearest_first():
    """The talk's flower is row 0 itself; row 17 differs by 1 mm in one length."""
    first, second, *_ = nearest_flowers(load_iris(), [5.1, 3.5, 1.4, 0.2])
    assert (first.row, first.distance, first.species) == (0, 0.0, "setosa")
    assert (second.row, round(second.distance, 6)) == (17, 0.1)


def test_the_loneliest_flower_has_a_distance(iris):
    """Row 131 or whichever: no other flower is farther from its nearest neighbour."""
    alone = max(nearest_flowers(iris, iris.X[row].tolist(), n=2)[1].distance for row in range(150))
    assert loneliest_distance(iris) == pytest.approx(alone)


def test_a_tree_that_asks_nothing_has_a_path():
    """A leaf of all flowers: extra_trees with large leaves has such trees, and passes the gate with them."""
    forest = Forest(
        roots=(0,),
        feature=(-1,),
        index=(0,),
        right=(0,),
        thresholds=(),
        leaves=((0.2, 0.5, 0.3),),
        training_range=((4.3, 7.9),) * 4,
        n_node_samples=(120,),
    )
    path = tree_path(forest, 0, [5.1, 3.5, 1.4, 0.2])
    assert (path.questions, path.species) == ((), "versicolor")


def test_every_tree_of_what_the_form_offers_has_a_path(iris):
    """Extra trees with leaves of 20 flowers: 22 to 48 % of them ask nothing."""
    run = train(iris, TrainingConfig("extra_trees", min_samples_leaf=20, random_state=3))
    forest = Forest.from_estimator(run.estimator, [(0.1, 8)] * 4)
    lengths = [len(tree_path(forest, tree, [5.9, 2.8, 4.8, 1.6]).questions) for tree in range(len(forest.roots))]
    assert min(lengths) == 0
    assert max(lengths) > 0
