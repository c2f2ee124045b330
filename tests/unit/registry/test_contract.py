"""Contract of every registry. To test another one, add it to `tests.unit.registry.kinds`."""

import msgspec
import pytest

from irisml import FolderRegistry
from irisml.domain.errors import ChampionMovedError, DatasetNotFoundError, VersionNotFoundError
from irisml.model.gate_report import GateReport
from irisml.registry.dataset_flowers import load_flowers
from irisml.registry.protocol import Registry
from tests.unit.registry.faults import ALICE


@pytest.fixture
def registry(kind, tmp_path) -> Registry:
    return kind.new(tmp_path / "registry")


def test_a_new_registry_is_empty(registry):
    assert registry.versions() == ()
    assert registry.releases().last == 0
    assert registry.alias("champion") is None


def test_versions_are_numbered_from_one(registry, candidate):
    """Oldest first."""
    assert [registry.register(candidate).number for _ in range(3)] == [1, 2, 3]
    assert [version.number for version in registry.versions()] == [1, 2, 3]


def test_a_version_holds_what_was_registered(registry, candidate, iris):
    """Configuration, data, evaluation, gate report, software, and both forms of the model."""
    version = registry.register(candidate)
    manifest = registry.get(1).manifest
    assert manifest.config == candidate.run.config
    assert (manifest.data_fingerprint, manifest.n_samples) == (iris.fingerprint, 150)
    assert manifest.created == candidate.run.started
    assert manifest.evaluation.confusion == candidate.evaluation.confusion
    assert manifest.gate == candidate.gate
    assert {"python", "irisml", "scikit-learn"} <= manifest.software.keys()
    assert version.load_forest().to_json() == candidate.forest.to_json()
    theirs = version.load_estimator().predict_proba(iris.X)
    assert theirs.tobytes() == candidate.run.estimator.predict_proba(iris.X).tobytes()


def test_a_version_of_another_registry_is_adopted_once(registry, candidate, tmp_path):
    """As the next number, with a new gate report; a forest that is already registered is not added."""
    elsewhere = FolderRegistry(tmp_path / "elsewhere")
    verdict = GateReport(7, ())
    adopted = registry.adopt(elsewhere.register(candidate), verdict)
    assert (adopted.number, adopted.manifest.gate) == (1, verdict)
    assert adopted.load_forest().to_json() == candidate.forest.to_json()
    assert registry.adopt(elsewhere.get(1), verdict).number == 1
    assert len(registry.versions()) == 1


def test_a_version_is_found_by_the_hash_of_its_forest(registry, candidate):
    """The newest of several; None for an unknown hash."""
    registry.register(candidate)
    sha256 = registry.register(candidate).forest_sha256
    assert registry.find(sha256).number == 2
    assert registry.find("0" * 64) is None


def test_a_version_is_found_by_number_text_and_alias(registry, candidate):
    """An integer from code, text from the command line or a URL."""
    for _ in range(2):
        registry.register(candidate)
    registry.release("promote", 2, follows=0, by=ALICE, reason="")
    assert [registry.get(wanted).number for wanted in (2, "2", "champion")] == [2, 2, 2]


def test_aliases_are_computed_from_the_releases(registry, candidate):
    """Promoted 1, then 2: previous is 1. Version 3 is newer than both and was never champion."""
    for _ in range(3):
        registry.register(candidate)
    registry.release("promote", 1, follows=0, by=ALICE, reason="")
    registry.release("promote", 2, follows=1, by=ALICE, reason="")
    assert [registry.alias(name) for name in ("champion", "previous", "challenger")] == [2, 1, 3]
    registry.release("promote", 3, follows=2, by=ALICE, reason="")
    assert [registry.alias(name) for name in ("champion", "previous", "challenger")] == [3, 2, None]


def test_a_release_records_who_when_why_and_what_it_replaced(registry):
    registry.release("promote", 1, follows=0, by=ALICE, reason="the first")
    told = registry.release("promote", 2, follows=1, by=ALICE, reason="better", forced=True)
    kept = registry.releases().releases[-1]
    assert kept == told
    assert (kept.number, kept.champion, kept.replaced, kept.forced) == (2, 2, 1, True)
    assert (kept.by, kept.reason) == (ALICE, "better")


@pytest.mark.parametrize("follows", [0, 2, 7])
def test_a_release_fails_if_the_champion_changed(registry, follows):
    """The caller expected another last release; the error names who made it, and nothing is written."""
    registry.release("promote", 1, follows=0, by=ALICE, reason="")
    with pytest.raises(ChampionMovedError, match=r"Meanwhile the command line \(alice\) made version 1 the champion"):
        registry.release("promote", 2, follows=follows, by=ALICE, reason="")
    assert registry.releases().last == 1


def test_a_second_registry_object_sees_each_release(registry, kind):
    """As another process does: its cache of the log is never stale."""
    other = kind.reopened(registry)
    for number in (1, 2, 3):
        registry.release("promote", number, follows=number - 1, by=ALICE, reason="")
        assert other.alias("champion") == number


@pytest.mark.parametrize("wanted", [1, "champion", "../../etc", ".", "history.jsonl", "9" * 5000, "٣"])
def test_an_unknown_version_is_not_found(registry, wanted):
    """A missing number, a missing alias, and path traversal."""
    with pytest.raises(VersionNotFoundError, match="There is no version"):
        registry.get(wanted)


def test_data_sets_are_numbered_from_two(registry, draft):
    """1 is the reference, which every registry has."""
    assert [dataset.number for dataset in registry.datasets()] == [1]
    assert [registry.add_dataset(draft).number for _ in range(2)] == [2, 3]
    assert [dataset.number for dataset in registry.datasets()] == [1, 2, 3]
    with pytest.raises(DatasetNotFoundError):
        registry.dataset(4)


def test_a_data_set_holds_what_was_added(registry, kind, draft):
    registry.add_dataset(draft)
    held = kind.reopened(registry).dataset(2)
    assert load_flowers(held).fingerprint == draft.dataset.fingerprint
    assert (held.record.number, held.record.parent, held.record.by) == (2, 1, draft.by)


def test_a_data_set_of_another_registry_is_adopted_once(registry, draft, tmp_path):
    elsewhere = FolderRegistry(tmp_path / "elsewhere")
    elsewhere.add_dataset(draft)
    assert [registry.adopt_dataset(elsewhere.dataset(2), 1) for _ in range(2)] == [2, 2]
    assert len(registry.datasets()) == 2


def test_a_study_is_kept(registry, kind, study):
    """Also that of the reference, which is not stored."""
    assert registry.study(1) is None
    registry.save_study(1, study)
    assert msgspec.json.encode(kind.reopened(registry).study(1)) == msgspec.json.encode(study)


def test_a_registry_can_be_written(registry):
    """Asked before a long training; nothing is added."""
    registry.check_writable()
    assert registry.versions() == ()
