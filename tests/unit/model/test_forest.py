"""irisml.model.forest: bit-identical to scikit-learn, and validated strictly."""

import json
import struct

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from irisml import MODEL_TYPES, Forest, TrainingConfig, train
from irisml.domain.measurements import POSSIBLE_CM

CONFIGS = [
    *(TrainingConfig(model_type) for model_type in MODEL_TYPES),
    TrainingConfig(n_estimators=30, min_samples_leaf=5),
    TrainingConfig(n_estimators=30, max_depth=3, random_state=7),
    TrainingConfig("extra_trees", 30, max_depth=2),
    TrainingConfig("decision_tree", max_depth=1),
]
RANGE = [(4.3, 7.9), (2.0, 4.4), (1.0, 6.9), (0.1, 2.5)]


@pytest.fixture(scope="module", params=CONFIGS, ids=lambda config: f"{config.model_type}-{config.max_depth}")
def pair(request, iris):
    """A fitted estimator and its forest."""
    estimator = train(iris, request.param).estimator
    return estimator, Forest.from_estimator(estimator, RANGE)


def bits(rows) -> bytes:
    return b"".join(struct.pack("<3d", *row) for row in rows)


def tricky_rows(thresholds, n):
    """Return slider steps, thresholds, and their neighbours in float32 and float64, where rounding could matter."""
    rng = np.random.default_rng(1)
    t = rng.choice(np.array(thresholds), (n, 4))
    single = t.astype("f4")
    kinds = [
        np.round(rng.uniform(0, 8, (n, 4)), 1),
        rng.uniform(0, 8, (n, 4)),
        t,
        np.nextafter(single, np.float32(9)),
        np.nextafter(single, np.float32(-9)),
        np.nextafter(t, 9),
        np.nextafter(t, -9),
    ]
    return np.choose(rng.integers(len(kinds), size=(n, 4)), kinds)


def test_probabilities_are_bit_identical_to_scikit_learn(pair):
    """3000 rows: random, and on and beside thresholds."""
    estimator, forest = pair
    rows = tricky_rows(forest.thresholds, 3000)
    assert bits(forest.predict_proba_many(rows.tolist())) == bits(estimator.predict_proba(rows))


def test_predicting_one_row_equals_predicting_many(pair):
    _, forest = pair
    rows = tricky_rows(forest.thresholds, 50).tolist()
    assert [forest.predict_proba(row) for row in rows] == forest.predict_proba_many(rows)


@settings(max_examples=60)
@given(x=st.tuples(*(st.floats(*bounds, width=64) for bounds in POSSIBLE_CM.values())))
def test_any_valid_flower_is_bit_identical_to_scikit_learn(pair, x):
    estimator, forest = pair
    assert bits([forest.predict_proba(x)]) == bits(estimator.predict_proba([x]))


def test_votes_equal_the_predictions_of_the_single_trees(iris):
    estimator = train(iris, TrainingConfig(n_estimators=20, min_samples_leaf=8)).estimator
    forest = Forest.from_estimator(estimator, RANGE)
    for x in iris.X[45:110:7].tolist():
        answers = [int(tree.predict(np.array([x], dtype="f4"))[0]) for tree in estimator.estimators_]
        assert forest.votes(forest.apply(x)) == tuple(answers.count(k) for k in range(3))


def test_a_forest_round_trips_through_json(pair):
    _, forest = pair
    again = Forest.from_json(forest.to_json())
    assert again.to_json() == forest.to_json()
    rows = tricky_rows(forest.thresholds, 100).tolist()
    assert again.predict_proba_many(rows) == forest.predict_proba_many(rows)


STUMP = {
    "format": 2,
    "roots": [0],
    "feature": [2, -1, -1],
    "index": [0, 0, 1],
    "right": [2, 0, 0],
    "thresholds": [2.45],
    "leaves": [[1.0, 0.0, 0.0], [0.0, 0.5, 0.5]],
    "training_range": RANGE,
    "n_node_samples": [8, 4, 4],
}


def read(**changed) -> Forest:
    return Forest.from_json(json.dumps({**STUMP, **changed}).encode())


def test_a_value_equal_to_the_threshold_goes_left():
    forest = read(thresholds=[2.5])
    assert forest.predict_proba([5, 3, 2.5, 1]) == (1.0, 0.0, 0.0)
    assert forest.predict_proba([5, 3, 2.6, 1]) == (0.0, 0.5, 0.5)


def test_a_measurement_is_rounded_to_float32_first():
    """2.45 becomes 2.4500000477, which is above the threshold 2.45, as in scikit-learn."""
    assert read().predict_proba([5, 3, 2.45, 1]) == (0.0, 0.5, 0.5)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"format": 3}, r"forest format 3, this irisml reads \(1, 2\)"),
        ({"n_node_samples": [9, 4, 4]}, "node 0: n_node_samples is not the sum of its children"),
        ({"n_node_samples": [4, 4]}, "n_node_samples has the wrong length or a value below 1"),
        ({"n_node_samples": []}, "n_node_samples has the wrong length or a value below 1"),
        ({"n_node_samples": [4, 4, 0]}, "n_node_samples has the wrong length or a value below 1"),
        ({"roots": []}, "it has no tree"),
        ({"roots": [3]}, "a root index is out of range"),
        ({"right": [2, 0]}, "differ in length"),
        ({"right": [0, 0, 0]}, "node 0: child offset or table index out of range"),
        ({"right": [1, 0, 0]}, "node 0: child offset or table index out of range"),
        ({"right": [3, 0, 0]}, "node 0: child offset or table index out of range"),
        ({"right": [-2, 0, 0]}, "node 0: child offset or table index out of range"),
        ({"feature": [4, -1, -1]}, "node 0: child offset or table index out of range"),
        ({"feature": [-2, -1, -1]}, "node 0: child offset or table index out of range"),
        ({"index": [0, 0, 2]}, "node 2: child offset or table index out of range"),
        ({"index": [1, 0, 1]}, "node 0: child offset or table index out of range"),
        ({"leaves": [[1.0, 0.0, 0.0], [0.0, 0.5, 0.6]]}, "has a negative value or does not sum to 1"),
        ({"leaves": [[1.0, 0.0, 0.0], [-0.5, 0.5, 1.0]]}, "has a negative value or does not sum to 1"),
        ({"training_range": RANGE[:3]}, "training range for 3 features"),
        ({"thresholds": ["2.45"]}, "Expected `float`, got `str`"),
        ({"code": "import os"}, "unknown field `code`"),
    ],
)
def test_an_invalid_forest_is_refused(changed, message):
    """Before it is used: an invalid index could cause an endless loop or a read past the end."""
    with pytest.raises(msgspec.ValidationError, match=message):
        read(**changed)


def test_a_truncated_file_is_refused(forest):
    with pytest.raises(msgspec.DecodeError):
        Forest.from_json(forest.to_json()[:-20])


@pytest.mark.parametrize("threshold", [1e13, 1e308, -5000.0])
def test_a_threshold_outside_possible_lengths_is_refused(threshold):
    """The search for changes walks to each threshold in steps of a millimetre."""
    with pytest.raises(ValueError, match="a threshold is out of range"):
        read(thresholds=(threshold,))


def test_the_first_trees_of_a_forest_predict_like_a_forest_of_them(forest):
    """All of them are the forest itself; fewer than one are refused."""
    x = [5.9, 2.8, 4.8, 1.6]
    alone = [forest.first(n).predict_proba(x) for n in (1, 2)]
    leaves = [forest.leaves[forest.index[forest.path(tree, x)[-1]]] for tree in (0, 1)]
    assert alone[0] == leaves[0]
    assert alone[1] == pytest.approx([(a + b) / 2 for a, b in zip(*leaves, strict=True)])
    assert forest.first(len(forest.roots)) is forest
    for n in (0, -1):
        with pytest.raises(ValueError, match="no forest"):
            forest.first(n)
