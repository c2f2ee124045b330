"""irisml.model.explanation: contributions add up, and proposed changes take effect."""

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
    """One tree splits on petal length, then on petal width; the other is a single leaf.

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


def test_contributions_are_credited_to_the_split_feature(two_trees):
    """Length moves (1/2, 3/8, 1/8) to (0, 3/4, 1/4), width that to (0, 0, 1); halved, for two trees."""
    told = contributions(two_trees, [6.0, 3.0, 5.0, 2.0])
    assert told.baseline == (0.25, 0.6875, 0.0625)
    assert told.by_feature[:2] == ((0.0, 0.0, 0.0), (0.0, 0.0, 0.0))
    assert told.by_feature[2] == (-0.25, 0.1875, 0.0625)
    assert told.by_feature[3] == (0.0, -0.375, 0.375)
    assert told.probabilities == (0.0, 0.5, 0.5)


def test_baseline_and_contributions_sum_to_the_probabilities(pair, flowers):
    """For every species and model type, on random flowers."""
    _, forest = pair
    for x in flowers:
        told = contributions(forest, x)
        summed = [told.baseline[k] + sum(row[k] for row in told.by_feature) for k in range(3)]
        assert summed == pytest.approx(forest.predict_proba(x), abs=1e-12)


def test_probabilities_equal_those_of_the_prediction_bit_for_bit(pair, flowers):
    """So that both have the same species in a tie."""
    _, forest = pair
    assert all(contributions(forest, x).probabilities == forest.predict_proba(x) for x in flowers)


def test_node_means_equal_those_of_scikit_learn(pair):
    estimator, forest = pair
    members = getattr(estimator, "estimators_", [estimator])
    theirs = np.concatenate([member.tree_.value[:, 0] for member in members])
    assert np.array(node_means(forest)) == pytest.approx(theirs, abs=1e-12)


def test_contributions_are_unavailable_without_node_counts(two_trees):
    """Format 1 has none."""
    fields = {name: getattr(two_trees, name) for name in two_trees.__struct_fields__}
    old = Forest(**{**fields, "format": 1, "n_node_samples": ()})
    with pytest.raises(NoCountsError, match="older irisml"):
        contributions(old, [6.0, 3.0, 5.0, 2.0])


def test_the_smallest_change_is_one_step_beyond_a_threshold(two_trees):
    """2.4 and 2.5 cm are on both sides of 2.45; no width changes the species alone."""
    assert changes(two_trees, [6.0, 3.0, 4.0, 1.0], LIMITS) == (Change("petal_length", 2.4, -1.6, "setosa"),)
    assert changes(two_trees, [6.0, 3.0, 1.5, 1.0], LIMITS) == (Change("petal_length", 2.5, 1.0, "versicolor"),)


def test_a_change_outside_the_limits_is_not_proposed(two_trees):
    """The limit of petal length is 3 cm."""
    x = [6.0, 3.0, 5.0, 1.0]
    assert [change.feature for change in changes(two_trees, x, LIMITS)] == ["petal_length"]
    assert changes(two_trees, x, {**LIMITS, "petal_length": (3.0, 7.0)}) == ()


def test_a_proposed_change_is_the_smallest_that_changes_the_species(pair, flowers):
    """On random flowers. Where none is proposed, no slider step changes the species."""
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


def test_a_tree_path_lists_its_questions_from_the_root(two_trees):
    """Longer than 2.45 cm, and at most 1.75 cm wide: versicolor."""
    path = tree_path(two_trees, 0, [6.0, 3.0, 5.0, 1.0])
    assert [(q.feature, q.threshold, q.value, q.yes) for q in path.questions] == [
        ("petal_length", 2.45, 5.0, False),
        ("petal_width", 1.75, 1.0, True),
    ]
    assert (path.distribution, path.species) == ((0.0, 1.0, 0.0), "versicolor")


def test_the_vote_of_a_tree_is_the_species_of_its_path(pair, flowers):
    _, forest = pair
    for x in flowers[:5]:
        paths = [tree_path(forest, tree, x).species for tree in range(len(forest.roots))]
        assert paths == tree_votes(forest, x)


def test_the_nearest_flowers_come_nearest_first():
    """The flower of the talk is row 0; row 17 differs by 1 mm in one length."""
    first, second, *_ = nearest_flowers(load_iris(), [5.1, 3.5, 1.4, 0.2])
    assert (first.row, first.distance, first.species) == (0, 0.0, "setosa")
    assert (second.row, round(second.distance, 6)) == (17, 0.1)


def test_loneliest_distance_is_the_largest_nearest_neighbour_distance(iris):
    alone = max(nearest_flowers(iris, iris.X[row].tolist(), n=2)[1].distance for row in range(150))
    assert loneliest_distance(iris) == pytest.approx(alone)


def test_a_tree_of_one_leaf_has_an_empty_path():
    """extra_trees with large leaves has such trees, and passes the gate."""
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


def test_every_tree_of_a_large_leaf_configuration_has_a_path(iris):
    """Extra trees with leaves of 20 flowers: 22 to 48% of them are one leaf."""
    run = train(iris, TrainingConfig("extra_trees", min_samples_leaf=20, random_state=3))
    forest = Forest.from_estimator(run.estimator, [(0.1, 8)] * 4)
    lengths = [len(tree_path(forest, tree, [5.9, 2.8, 4.8, 1.6]).questions) for tree in range(len(forest.roots))]
    assert min(lengths) == 0
    assert max(lengths) > 0
