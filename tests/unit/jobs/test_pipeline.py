"""Tests of irisml.jobs.pipeline."""

import re
from dataclasses import replace

import pytest

from irisml import TrainingConfig, train_version
from irisml.domain.errors import ForestMismatchError, RegistryUnusableError
from irisml.registry.actor import Actor
from irisml.releases.champion import promote
from irisml.releases.gate import gate
from irisml.training.export import export_forest
from irisml.training.progress import Progress


def test_a_first_version_that_passes_the_gate_becomes_champion(empty_registry):
    """The result equals what the registry has."""
    result = train_version(empty_registry, TrainingConfig(n_estimators=5))
    version = empty_registry.get("champion")
    assert (result.version, result.promoted) == (1, True)
    assert (result.n_correct, result.n_test) == (version.evaluation.n_correct, 30)
    assert result.interval == version.evaluation.interval
    assert result.reasons[-1] == "There is no champion to compare with."
    assert empty_registry.alias("challenger") is None


def test_a_refused_version_becomes_challenger_and_the_champion_stays(registry):
    """A tree of depth 1 can separate two species at most."""
    result = train_version(registry, TrainingConfig("decision_tree", max_depth=1))
    assert (result.version, result.promoted) == (3, False)
    assert any(re.match(r"Cross-validated accuracy is only 0\.\d+; at least 0\.9", text) for text in result.reasons)
    assert (registry.alias("champion"), registry.alias("challenger")) == (2, 3)


def test_a_challenger_is_compared_with_the_champion(registry):
    """The gate report names it."""
    result = train_version(registry, TrainingConfig(n_estimators=5, random_state=2))
    assert registry.get(result.version).manifest.gate.champion == 2


@pytest.mark.parametrize("file", ["version.json", "forest.json"])
def test_with_a_damaged_champion_the_challenger_is_compared_with_the_serving_version(registry, file):
    """Version 2 is damaged, so version 1 serves: a new model must not be worse than that."""
    (registry.folder / "versions/0002" / file).write_text("{}")
    result = train_version(registry, TrainingConfig(n_estimators=5))
    assert registry.get(result.version).manifest.gate.champion == 1
    assert result.promoted


def test_a_version_with_an_identical_forest_is_reported(registry):
    """Version 1 has this configuration already."""
    assert train_version(registry, TrainingConfig(n_estimators=5)).same_trees_as == 1
    assert train_version(registry, TrainingConfig(n_estimators=5, random_state=2)).same_trees_as is None


def test_a_failed_release_is_reported_with_the_registered_version(registry, monkeypatch):
    """The disk is full after the registration: the version is kept, but is not champion."""

    def full(self, *_, **__):
        raise RegistryUnusableError(path="models", problem="No space left on device")

    monkeypatch.setattr(type(registry), "release", full)
    result = train_version(registry, TrainingConfig(n_estimators=5, random_state=2))
    assert (result.version, result.passed, result.promoted, result.outcome) == (3, True, False, "not_released")
    assert "No space left on device" in result.problem
    assert (registry.alias("champion"), registry.alias("challenger")) == (2, 3)


def test_a_promotion_during_the_gate_is_not_overwritten(registry, monkeypatch):
    """The expected release is the newest one before the gate read the champion."""

    def compares(trial):
        promote(registry, 1, "meanwhile")
        return gate(trial)

    monkeypatch.setattr("irisml.jobs.pipeline.gate", compares)
    result = train_version(registry, TrainingConfig(n_estimators=5, random_state=2))
    assert result.outcome == "champion_moved"
    assert registry.alias("champion") == 1


def test_an_unreadable_old_version_does_not_fail_the_training(registry, monkeypatch):
    """It is only needed to report an identical forest."""

    def away(self, sha256):
        raise RegistryUnusableError(path="versions/0001", problem="Permission denied")

    monkeypatch.setattr(type(registry), "find", away)
    assert train_version(registry, TrainingConfig(n_estimators=5, random_state=2)).promoted


def test_an_unreadable_champion_fails_the_training(registry, monkeypatch):
    """It must be compared with the champion; nothing is registered."""
    monkeypatch.setattr(
        type(registry), "releases", lambda self: (_ for _ in ()).throw(RegistryUnusableError(path="x", problem="away"))
    )
    with pytest.raises(RegistryUnusableError):
        train_version(registry, TrainingConfig(n_estimators=5))
    monkeypatch.undo()
    assert len(registry.versions()) == 2


def test_the_release_records_who_trained(registry):
    train_version(registry, TrainingConfig(n_estimators=5, random_state=2), by=Actor("presenter"))
    assert registry.releases().releases[-1].by == Actor("presenter")


def test_a_champion_promoted_during_training_is_not_replaced(registry, monkeypatch):
    """Version 3 was compared with 2, then 1 was promoted: 3 passed the gate, but stays challenger."""
    register = type(registry).register

    def slowly(self, candidate):
        promote(self, 1, "meanwhile")
        return register(self, candidate)

    monkeypatch.setattr(type(registry), "register", slowly)
    result = train_version(registry, TrainingConfig(n_estimators=5, random_state=2))
    assert (result.passed, result.promoted, result.outcome) == (True, False, "champion_moved")
    assert (registry.alias("champion"), registry.alias("challenger")) == (1, 3)


def test_progress_counts_every_fit_and_ends_with_save(empty_registry):
    """The first training on a data set also measures what it can teach; the second does not."""
    for steps, of in ((["fit", "cross-validate", "study", "save"], 51 + 45), (["fit", "cross-validate", "save"], 51)):
        seen: list[Progress] = []
        train_version(empty_registry, TrainingConfig("decision_tree"), seen.append)
        assert list(dict.fromkeys(p.step for p in seen)) == steps
        assert [p.done for p in seen if p.step != "save"] == list(range(of + 1))
        assert ({p.of for p in seen}, seen[-1].done) == ({of}, of)


def test_a_forest_that_differs_from_scikit_learn_is_not_exported(run, iris):

    class Altered:
        tree_ = run.estimator.estimators_[0].tree_
        predict_proba = run.estimator.predict_proba

    altered = replace(run, estimator=Altered())
    with pytest.raises(ForestMismatchError, match=r"predict differently from scikit-learn on \d+ of 150 flowers"):
        export_forest(altered, iris)
