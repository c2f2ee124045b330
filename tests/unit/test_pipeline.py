"""irisml.pipeline"""

import re

import pytest

from irisml import TrainingConfig, train_version
from irisml.errors import ForestMismatchError
from irisml.evaluation import n_fits
from irisml.pipeline import export_forest
from irisml.progress import Progress
from irisml.releases import promote


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


def test_a_damaged_champion_is_nobody_to_compare_with(registry):
    """A new model is the way out of the damage, so it must not fail on it."""
    (registry.folder / "versions/0002/version.json").write_text("{")
    result = train_version(registry, TrainingConfig(n_estimators=5))
    assert registry.get(result.version).manifest.gate.champion is None


def test_a_champion_whose_trees_are_damaged_is_nobody_either(registry):
    """It serves no one, so there is nothing that the challenger could be worse than."""
    (registry.folder / "versions/0002/forest.json").write_text("{}")
    result = train_version(registry, TrainingConfig(n_estimators=5))
    assert registry.get(result.version).manifest.gate.champion is None
    assert result.promoted


def test_a_champion_that_was_never_compared_is_not_replaced(registry, monkeypatch):
    """While version 3 is judged against 2, somebody promotes 1: 3 passed the gate, and waits as challenger."""
    register = type(registry).register

    def slowly(self, candidate):
        promote(self, 1, "meanwhile")
        return register(self, candidate)

    monkeypatch.setattr(type(registry), "register", slowly)
    result = train_version(registry, TrainingConfig(n_estimators=5, random_state=2))
    assert (result.passed, result.promoted) == (True, False)
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
