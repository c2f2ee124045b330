"""irisml.jobs.pipeline"""

import re

import pytest

from irisml import TrainingConfig, train_version
from irisml.domain.errors import ForestMismatchError, RegistryUnusableError
from irisml.registry.actor import Actor
from irisml.releases.champion import promote
from irisml.releases.gate import gate
from irisml.training.evaluation import n_fits
from irisml.training.export import export_forest
from irisml.training.progress import Progress


def test_a_first_good_model_becomes_champion(empty_registry):
    """What is told is what was kept."""
    result = train_version(empty_registry, TrainingConfig(n_estimators=5))
    version = empty_registry.get("champion")
    assert (result.version, result.promoted) == (1, True)
    assert (result.n_correct, result.n_test) == (version.evaluation.n_correct, 30)
    assert result.interval == version.evaluation.interval
    assert result.reasons[-1] == "There is no champion to compare with."
    assert empty_registry.alias("challenger") is None


def test_a_stump_is_kept_as_challenger_and_the_champion_stays(registry):
    """One cut tells two species apart at most: the gate says why not, and version 2 goes on serving."""
    result = train_version(registry, TrainingConfig("decision_tree", max_depth=1))
    assert (result.version, result.promoted) == (3, False)
    assert any(re.match(r"Cross-validated accuracy is only 0\.\d+; at least 0\.9", text) for text in result.reasons)
    assert (registry.alias("champion"), registry.alias("challenger")) == (2, 3)


def test_a_challenger_is_compared_with_the_champion(registry):
    """And the manifest says with which one."""
    result = train_version(registry, TrainingConfig(n_estimators=5, random_state=2))
    assert registry.get(result.version).manifest.gate.champion == 2


@pytest.mark.parametrize("file", ["version.json", "forest.json"])
def test_a_challenger_is_compared_with_what_serves_where_the_champion_is_damaged(registry, file):
    """Version 2 is damaged, so the hall sees version 1; a new model is the way out, and must not be worse than that."""
    (registry.folder / "versions/0002" / file).write_text("{}")
    result = train_version(registry, TrainingConfig(n_estimators=5))
    assert registry.get(result.version).manifest.gate.champion == 1
    assert result.promoted


def test_the_very_same_trees_are_told(registry):
    """Version 1 has this configuration already: nothing changes for any flower."""
    assert train_version(registry, TrainingConfig(n_estimators=5)).same_trees_as == 1
    assert train_version(registry, TrainingConfig(n_estimators=5, random_state=2)).same_trees_as is None


def test_a_version_whose_release_fails_is_told_to_exist(registry, monkeypatch):
    """The disk is full after the registration: it is kept, it is no champion, and the result says both."""

    def full(self, *_, **__):
        raise RegistryUnusableError(path="models", problem="No space left on device")

    monkeypatch.setattr(type(registry), "release", full)
    result = train_version(registry, TrainingConfig(n_estimators=5, random_state=2))
    assert (result.version, result.passed, result.promoted, result.outcome) == (3, True, False, "not_released")
    assert "No space left on device" in result.problem
    assert (registry.alias("champion"), registry.alias("challenger")) == (2, 3)


def test_who_promotes_while_the_gate_compares_is_not_replaced(registry, monkeypatch):
    """The release that counts is the newest one before the gate looked at the champion."""

    def compares(trial):
        promote(registry, 1, "meanwhile")
        return gate(trial)

    monkeypatch.setattr("irisml.jobs.pipeline.gate", compares)
    result = train_version(registry, TrainingConfig(n_estimators=5, random_state=2))
    assert result.outcome == "champion_moved"
    assert registry.alias("champion") == 1


def test_an_old_version_that_cannot_be_read_costs_no_training(registry, monkeypatch):
    """Whether it has the same trees is only a remark."""

    def away(self, sha256):
        raise RegistryUnusableError(path="versions/0001", problem="Permission denied")

    monkeypatch.setattr(type(registry), "find", away)
    assert train_version(registry, TrainingConfig(n_estimators=5, random_state=2)).promoted


def test_a_champion_that_cannot_be_read_now_fails_the_training(registry, monkeypatch):
    """It must be compared with what serves, not with nobody: nothing is registered."""
    monkeypatch.setattr(
        type(registry), "releases", lambda self: (_ for _ in ()).throw(RegistryUnusableError(path="x", problem="away"))
    )
    with pytest.raises(RegistryUnusableError):
        train_version(registry, TrainingConfig(n_estimators=5))
    monkeypatch.undo()
    assert len(registry.versions()) == 2


def test_who_trained_is_kept_with_the_release(registry):
    """The presenter on the page, or the user of a command line."""
    train_version(registry, TrainingConfig(n_estimators=5, random_state=2), by=Actor("presenter"))
    assert registry.releases().releases[-1].by == Actor("presenter")


def test_a_champion_that_was_never_compared_is_not_replaced(registry, monkeypatch):
    """While version 3 is judged against 2, somebody promotes 1: 3 passed the gate, and waits as challenger."""
    register = type(registry).register

    def slowly(self, candidate):
        promote(self, 1, "meanwhile")
        return register(self, candidate)

    monkeypatch.setattr(type(registry), "register", slowly)
    result = train_version(registry, TrainingConfig(n_estimators=5, random_state=2))
    assert (result.passed, result.promoted, result.outcome) == (True, False, "champion_moved")
    assert (registry.alias("champion"), registry.alias("challenger")) == (1, 3)


def test_progress_begins_at_nothing_and_ends_with_all(empty_registry):
    """Every fit is told, and then that it is saved."""
    seen: list[Progress] = []
    train_version(empty_registry, TrainingConfig("decision_tree"), seen.append)
    assert (seen[0], seen[1], seen[-1].step) == (Progress("fit", 0, n_fits()), Progress("fit", 1, n_fits()), "save")
    assert [p.done for p in seen] == sorted(p.done for p in seen)


def test_trees_that_answer_otherwise_are_not_saved(run, iris):
    """One more flower in one leaf, and the proof on all 150 flowers fails."""

    class Altered:
        tree_ = run.estimator.estimators_[0].tree_
        predict_proba = run.estimator.predict_proba

    altered = type(run)(run.config, run.split, run.data_fingerprint, Altered(), run.started, run.duration_s)
    with pytest.raises(ForestMismatchError, match=r"differ from scikit-learn's on \d+ of 150 flowers"):
        export_forest(altered, iris)
