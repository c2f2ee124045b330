"""Tests of the data sets of a registry: numbered, immutable, checked against their hash."""

import json
import shutil
import threading

import pytest
from msgspec import structs

from irisml import FolderRegistry, TrainingConfig
from irisml.domain.errors import (
    DamagedDatasetError,
    DatasetNotFoundError,
    NewerFormatError,
    RegistryUnusableError,
)
from irisml.domain.findings import Finding
from irisml.registry import disk
from irisml.registry.dataset_flowers import load_flowers
from irisml.registry.dataset_version import DatasetDraft
from tests.unit.registry.conftest import ALICE


@pytest.fixture
def registry(tmp_path) -> FolderRegistry:
    return FolderRegistry(tmp_path / "models")


def test_number_1_is_the_reference_in_every_registry(registry, iris):
    only, *others = registry.datasets()
    assert (only.number, only.record.fingerprint, others) == (1, iris.fingerprint, [])
    assert load_flowers(only).reference_rows.tolist() == list(range(150))
    assert not registry.folder.exists()


def test_a_data_set_is_read_as_it_was_added(registry, draft):
    added = registry.add_dataset(draft)
    found = registry.dataset(2)
    assert (added.number, found.record.source, found.record.parent, found.record.by) == (2, "a walk", 1, ALICE)
    assert found.record.class_counts == (30, 50, 50)
    flowers = load_flowers(found)
    assert flowers.fingerprint == draft.dataset.fingerprint == found.record.fingerprint
    assert flowers.reference_rows.tolist() == list(range(20, 150))


def test_a_forced_data_set_says_so_with_its_reason(registry, iris):
    refused = (Finding("labels", False, "Wrong.", {}),)
    added = registry.add_dataset(DatasetDraft(iris, 1, ALICE, refused, "on stage"))
    assert (added.record.forced, added.record.reason, added.record.checks) == (True, "on stage", refused)


def test_data_sets_added_at_the_same_time_get_different_numbers(registry, draft):
    numbers = []
    threads = [threading.Thread(target=lambda: numbers.append(registry.add_dataset(draft).number)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(numbers) == [2, 3, 4, 5, 6, 7]
    assert {load_flowers(one).n_samples for one in registry.datasets()[1:]} == {130}


@pytest.mark.parametrize("number", [0, 2, 7])
def test_an_absent_data_set_is_not_found(registry, number):
    with pytest.raises(DatasetNotFoundError, match=f"There is no data set {number}"):
        registry.dataset(number)


def test_altered_flowers_are_damage(registry, draft):
    found = registry.add_dataset(draft)
    file = registry.folder / "datasets/0002/flowers.csv"
    file.write_text(file.read_text().replace("6.4", "6.5", 1))
    with pytest.raises(DamagedDatasetError, match=r"flowers\.csv was altered"):
        load_flowers(found)


def test_missing_flowers_are_damage_and_unreadable_ones_are_not(registry, draft, monkeypatch):
    found = registry.add_dataset(draft)

    def fail(path, largest=0):
        raise PermissionError(13, "Permission denied", str(path))

    with monkeypatch.context() as patch:
        patch.setattr(disk, "read_file", fail)
        with pytest.raises(RegistryUnusableError, match="Permission denied"):
            load_flowers(found)
    (registry.folder / "datasets/0002/flowers.csv").unlink()
    with pytest.raises(DamagedDatasetError, match=r"flowers\.csv is missing"):
        load_flowers(found)


@pytest.mark.parametrize(
    ("alter", "problem"),
    [
        (lambda r: r.update(number=3), "dataset.json has the number 3"),
        (lambda r: r.update(parent=2), "data set 2 has the parent 2"),
        (lambda r: r.update(n_samples=131), "do not sum to n_samples"),
        (lambda r: r.update(mood="good"), "unknown field `mood`"),
    ],
)
def test_an_invalid_record_is_damage_and_is_left_out_of_the_list(registry, draft, alter, problem, caplog):
    registry.add_dataset(draft)
    file = registry.folder / "datasets/0002/dataset.json"
    record = json.loads(file.read_text())
    alter(record)
    file.write_text(json.dumps(record))
    with pytest.raises(DamagedDatasetError, match=problem):
        registry.dataset(2)
    assert [one.number for one in registry.datasets()] == [1]
    assert problem in caplog.text


def test_a_newer_format_is_not_damage(registry, draft):
    registry.add_dataset(draft)
    file = registry.folder / "datasets/0002/dataset.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"format": 2, "mood": "good"}))
    with pytest.raises(NewerFormatError):
        registry.dataset(2)


def test_with_a_key_an_unsigned_data_set_is_refused(registry, draft, monkeypatch):
    registry.add_dataset(draft)
    monkeypatch.setenv("IRISML_SIGNING_KEY", "a secret of the team")
    with pytest.raises(DamagedDatasetError, match="it is not signed"):
        registry.dataset(2)
    assert registry.add_dataset(draft).number == 3
    assert registry.dataset(3).number == 3


def test_no_write_that_fails_leaves_a_data_set(registry, draft, monkeypatch):
    """Fail at the k-th write, for every k."""
    written = disk.write_flushed
    for k in range(10):
        n = 0

        def fail_at_k(path, content, mode=0o644, k=k):
            nonlocal n
            n += 1
            if n == k + 1:
                raise OSError(28, "No space left on device", str(path))
            written(path, content, mode)

        with monkeypatch.context() as patch:
            patch.setattr(disk, "write_flushed", fail_at_k)
            patch.setattr("irisml.registry.signing.write_flushed", fail_at_k)
            try:
                added = registry.add_dataset(draft)
            except RegistryUnusableError:
                assert [one.number for one in registry.datasets()] == [1]
                assert list((registry.folder / "incoming").iterdir()) == []
            else:
                assert (added.number, k) == (2, 3)  # the identity, the flowers and the record were written before
                return
    pytest.fail("every write failed")


def test_a_data_set_of_another_registry_is_copied_once(registry, draft, tmp_path):
    elsewhere = FolderRegistry(tmp_path / "elsewhere")
    theirs = elsewhere.add_dataset(draft)
    registry.add_dataset(DatasetDraft(draft.dataset.take(range(100)), 1, ALICE, ()))
    numbers = []
    threads = [threading.Thread(target=lambda: numbers.append(registry.adopt_dataset(theirs, 1))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert numbers == [3, 3, 3, 3]
    assert load_flowers(registry.dataset(3)).fingerprint == draft.dataset.fingerprint
    assert registry.dataset(3).record.parent == 1


def test_the_number_of_a_deleted_data_set_is_not_used_again(registry, draft):
    """A version may name it."""
    for _ in range(2):
        registry.add_dataset(draft)
    shutil.rmtree(registry.folder / "datasets/0003")
    assert registry.add_dataset(draft).number == 4


def test_the_first_study_of_a_data_set_stays(registry, study):
    assert registry.study(1) is None
    registry.save_study(1, study)
    registry.save_study(1, structs.replace(study, config=TrainingConfig("extra_trees")))
    assert registry.study(1).config.model_type == "decision_tree"


def test_a_damaged_study_is_none_and_can_be_made_again(registry, study, caplog):
    registry.save_study(1, study)
    (registry.folder / "studies/0001/study.json").write_text("{}")
    assert registry.study(1) is None
    assert "cannot be used" in caplog.text
    registry.save_study(1, study)
    assert registry.study(1).fingerprint == study.fingerprint


def test_a_study_of_other_flowers_is_not_that_of_a_data_set(registry, draft, study):
    registry.add_dataset(draft)
    registry.save_study(1, study)
    shutil.copytree(registry.folder / "studies/0001", registry.folder / "studies/0002")
    assert registry.study(2) is None
