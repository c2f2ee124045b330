"""What every registry must do. A new one adds a line to `registry_kinds` and gets all of this."""

from datetime import UTC, datetime

import pytest

from irisml import FolderRegistry
from irisml.errors import VersionNotFoundError
from irisml.promotion import GateReport
from irisml.registry.protocol import AliasChange, Registry

registry_kinds = {"folder": FolderRegistry}


@pytest.fixture(params=registry_kinds)
def registry(request, tmp_path) -> Registry:
    return registry_kinds[request.param](tmp_path / "registry")


def test_a_new_registry_is_empty(registry):
    """And reading it makes nothing."""
    assert registry.versions() == ()
    assert registry.history() == ()
    assert registry.alias("champion") is None


def test_versions_are_numbered_from_one(registry, candidate):
    """Oldest first."""
    assert [registry.register(candidate).number for _ in range(3)] == [1, 2, 3]
    assert [version.number for version in registry.versions()] == [1, 2, 3]


def test_a_version_keeps_what_was_registered(registry, candidate, iris):
    """Configuration, data, evaluation, verdict, software, and both forms of the model."""
    version = registry.register(candidate)
    manifest = registry.get(1).manifest
    assert manifest.config == candidate.run.config
    assert (manifest.data_fingerprint, manifest.n_samples) == (iris.fingerprint, 150)
    assert manifest.created == candidate.run.started
    assert manifest.evaluation.confusion == candidate.evaluation.confusion
    assert manifest.gate == candidate.gate
    assert {"python", "irisml", "scikit-learn"} <= manifest.software.keys()
    assert version.forest.to_json() == candidate.forest.to_json()
    theirs = version.load_estimator().predict_proba(iris.X)
    assert theirs.tobytes() == candidate.run.estimator.predict_proba(iris.X).tobytes()


def test_a_version_of_another_registry_is_kept_once(registry, candidate, tmp_path):
    """As the next number, with the verdict of this place; the same trees are not kept twice."""
    elsewhere = FolderRegistry(tmp_path / "elsewhere")
    verdict = GateReport(7, ())
    adopted = registry.adopt(elsewhere.register(candidate), verdict)
    assert (adopted.number, adopted.manifest.gate) == (1, verdict)
    assert adopted.forest.to_json() == candidate.forest.to_json()
    assert registry.adopt(elsewhere.get(1), verdict).number == 1
    assert len(registry.versions()) == 1


def test_a_version_is_found_by_its_trees(registry, candidate):
    """The newest of those that have them; none for other trees."""
    registry.register(candidate)
    sha256 = registry.register(candidate).forest_sha256
    assert registry.find(sha256).number == 2
    assert registry.find("0" * 64) is None


def test_a_version_is_found_by_number_text_and_alias(registry, candidate):
    """As the command line, the page and the code ask."""
    for _ in range(2):
        registry.register(candidate)
    registry.set_alias("champion", 2)
    assert [registry.get(wanted).number for wanted in (2, "2", "champion")] == [2, 2, 2]


def test_an_alias_moves_and_goes(registry, candidate):
    """None takes it away."""
    for _ in range(2):
        registry.register(candidate)
    registry.set_alias("champion", 1)
    registry.set_alias("champion", 2)
    assert registry.alias("champion") == 2
    registry.set_alias("champion", None)
    assert registry.alias("champion") is None


@pytest.mark.parametrize("wanted", [1, "champion", "../../etc", ".", "history.jsonl", "9" * 5000, "٣"])
def test_what_is_not_there_is_not_found(registry, wanted):
    """A number, an alias, and somebody's attempt."""
    with pytest.raises(VersionNotFoundError, match="There is no version"):
        registry.get(wanted)


def test_the_history_is_kept_in_order(registry):
    """Each with its time and reason."""
    changes = tuple(
        AliasChange(datetime(2026, 11, day, tzinfo=UTC), action, version, replaced, "why")
        for day, action, version, replaced in ((1, "promote", 1, None), (2, "promote", 2, 1), (3, "rollback", 1, 2))
    )
    for change in changes:
        registry.record(change)
    assert registry.history() == changes
