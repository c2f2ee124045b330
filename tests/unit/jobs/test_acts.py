"""Tests of irisml.jobs.acts: what must catch each act, and that the champion stays."""

import pytest

from irisml import fixed_split, train_version
from irisml.domain.errors import UnknownActError
from irisml.jobs.acts import ACTS, perform
from irisml.registry.actor import Actor
from irisml.registry.dataset_flowers import load_flowers

BY = Actor("presenter")


@pytest.mark.parametrize(
    ("act", "rule"),
    [("swapped_labels", "labels"), ("inches", "units"), ("ten_flowers", "class_balance"), ("leaked_test", "leak")],
)
def test_wrong_data_is_caught_before_a_fit_and_nothing_is_added(registry, act, rule):
    told = perform(registry, act, force=False, by=BY)
    assert (told.caught, told.dataset) == ("data checks", None)
    assert rule in {check.rule for check in told.checks if check.refuses}
    assert len(registry.datasets()) == 1


def test_flowers_in_inches_are_left_out_where_they_are_judged_even_by_force(registry, iris):
    """They have other values, but are the same flowers."""
    told = perform(registry, "inches", force=True, by=BY)
    dataset = load_flowers(registry.dataset(told.dataset))
    split = fixed_split(dataset, iris)
    assert set(dataset.reference_rows[split.train].tolist()).isdisjoint(split.test.tolist())


def test_an_act_that_is_forced_again_uses_the_same_data_set(registry):
    assert {perform(registry, "ten_flowers", force=True, by=BY).dataset for _ in range(2)} == {2}


def test_the_leak_says_what_the_accuracy_would_have_claimed(registry):
    told = perform(registry, "leaked_test", force=False, by=BY)
    assert (told.values["claimed"], told.values["n_correct"], told.values["n"]) == (30, 29, 30)


@pytest.mark.parametrize("act", ["tampered_file", "pickle_bomb"])
def test_an_altered_file_is_caught_by_its_hash_and_the_served_version_is_untouched(registry, act):
    before = registry.get("champion").forest_sha256
    told = perform(registry, act, force=False, by=BY)
    assert told.caught == "hash"
    again = registry.get("champion", verified=True)
    assert again.forest_sha256 == before
    again.load_estimator()


def test_a_pickle_that_is_opened_would_be_noticed(registry, monkeypatch):
    """The act can fail: without the check of the hash, the bomb runs."""
    from irisml.registry.version import ModelVersion

    monkeypatch.setattr(ModelVersion, "checked_file", lambda version, name: version.read_file(name))
    assert perform(registry, "pickle_bomb", force=False, by=BY).caught == ""


def test_swapped_labels_by_force_are_caught_by_the_gate(registry):
    told = perform(registry, "swapped_labels", force=True, by=BY)
    result = train_version(registry, told.config, dataset=told.dataset)
    refused = {check.rule for check in registry.get(result.version).manifest.gate.refusals}
    assert {"sound_data", "accuracy_floor", "recall_floor"} <= refused
    assert registry.alias("champion") == 2


def test_a_tree_of_one_leaf_is_caught_by_the_gate(registry):
    told = perform(registry, "one_leaf", force=False, by=BY)
    result = train_version(registry, told.config, dataset=told.dataset)
    version = registry.get(result.version)
    assert version.load_forest().feature == (-1,)
    assert {"accuracy_floor", "no_better_yardstick"} <= {check.rule for check in version.manifest.gate.refusals}
    assert registry.alias("champion") == 2


def test_the_control_is_caught_by_nothing(registry):
    told = perform(registry, "as_it_is", force=False, by=BY)
    assert (told.caught, told.dataset, told.config) == ("", 1, None)


def test_every_act_names_a_practice_and_a_file_that_exists(registry):
    from pathlib import Path

    for name, act in ACTS.items():
        assert perform(registry, name, force=False, by=BY).act == name
        assert (Path(__file__).parents[3] / act.file).is_file()


def test_an_unknown_act_is_refused(registry):
    with pytest.raises(UnknownActError, match="Known: as_it_is"):
        perform(registry, "magic", force=False, by=BY)
