"""irisml.registry.folder: never half a version, no number lost, nothing altered unseen."""

import json
import multiprocessing
import os
import shutil
import time
from pathlib import Path

import pytest

from irisml import FolderRegistry, open_registry
from irisml.errors import DamagedVersionError, RegistryUnusableError
from irisml.registry.version import ESTIMATOR_FILE, FOREST_FILE, MANIFEST


@pytest.fixture
def registry(tmp_path):
    return FolderRegistry(tmp_path / "models")


@pytest.fixture
def version(registry, candidate):
    return registry.register(candidate)


def folder_of(registry, number=1):
    return registry.folder / "versions" / f"{number:04}"


def test_nothing_is_left_beside_the_versions(registry, version):
    """The temporary folder has become the version."""
    assert sorted(path.name for path in (registry.folder / "versions").iterdir()) == ["0001", "last"]


def test_a_failed_registration_leaves_nothing(registry, candidate, monkeypatch):
    """The disk is full while the manifest is written."""

    def full(path, content):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("irisml.registry.version_files.write_flushed", full)
    with pytest.raises(RegistryUnusableError, match="No space left"):
        registry.register(candidate)
    assert list((registry.folder / "versions").iterdir()) == []


def test_what_is_no_version_is_left_out(registry, version):
    """A file with a number for its name, and a folder that somebody called so."""
    (registry.folder / "versions/2024").write_text("")
    (registry.folder / "versions/12").mkdir()
    assert [one.number for one in registry.versions()] == [1]


def test_versions_that_nobody_may_list_are_one_sentence(registry, version, monkeypatch):
    """The alias is readable, the folder of the versions is not."""

    def locked(self):
        raise PermissionError(13, "Permission denied", str(self))

    registry.set_alias("champion", 1)
    monkeypatch.setattr(Path, "is_dir", locked)
    for look in (lambda: registry.get("champion"), registry.versions):
        with pytest.raises(RegistryUnusableError, match="Permission denied"):
            look()


def test_a_rename_that_the_disk_refuses_is_no_taken_number(registry, candidate, monkeypatch):
    """It is an error at once, not the next number; and nothing is left."""
    rename, refusals = Path.rename, [OSError(13, "Permission denied")]

    def refused_once(self, target):
        if refusals:
            raise refusals.pop()
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refused_once)
    with pytest.raises(RegistryUnusableError, match="Permission denied"):
        registry.register(candidate)
    assert list((registry.folder / "versions").iterdir()) == []


def test_a_taken_number_is_left_alone(registry, candidate, monkeypatch):
    """Another process was quicker: its version stays, ours becomes the next one."""
    registry.register(candidate)
    before = (folder_of(registry) / MANIFEST).read_bytes()
    monkeypatch.setattr(FolderRegistry, "_numbers", lambda self: [])  # as it was when we looked
    assert registry.register(candidate).number == 2
    assert (folder_of(registry) / MANIFEST).read_bytes() == before


def test_the_number_of_a_deleted_version_is_not_given_again(registry, candidate):
    """The error about a damaged version advises to delete it; the alias may still name it."""
    for _ in range(2):
        registry.register(candidate)
    for number in (1, 2):
        shutil.rmtree(folder_of(registry, number))
    assert registry.register(candidate).number == 3


def test_a_registry_that_cannot_be_used_is_one_sentence(tmp_path, candidate):
    """It is a file, or an alias is a folder: what, and where to look."""
    (tmp_path / "file").write_text("")
    broken = FolderRegistry(tmp_path / "file")
    for use in (
        lambda: broken.alias("champion"),
        lambda: broken.register(candidate),
        lambda: broken.set_alias("champion", 1),
    ):
        with pytest.raises(RegistryUnusableError, match="cannot be used: "):
            use()
    (tmp_path / "models/aliases/champion").mkdir(parents=True)
    with pytest.raises(RegistryUnusableError, match="Is a directory"):
        FolderRegistry(tmp_path / "models").alias("champion")


def _register_many(folder, candidate, n, start):
    start.wait()
    registry = FolderRegistry(folder)
    for _ in range(n):
        registry.register(candidate)


@pytest.mark.slow
def test_four_processes_lose_and_double_no_number(registry, candidate):
    """Six versions each, at once, sweeping what others left: exactly 1 to 24, and every one of them whole."""
    hour_ago = time.time() - 3601
    for k in range(20):
        left = registry.folder / f"versions/.incoming-{k}"
        left.mkdir(parents=True)
        os.utime(left, (hour_ago, hour_ago))
    context = multiprocessing.get_context("spawn")
    start = context.Barrier(4)
    writers = [context.Process(target=_register_many, args=(registry.folder, candidate, 6, start)) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0] * 4
    versions = registry.versions()
    assert [version.number for version in versions] == list(range(1, 25))
    assert all(version.manifest.version == version.number and version.forest for version in versions)


def test_what_a_killed_writer_left_is_swept_after_an_hour(registry, candidate):
    """An hour later it is gone; what is younger may still be at work."""
    versions = registry.folder / "versions"
    old, young = versions / ".incoming-old", versions / ".incoming-young"
    for path in (old, young):
        path.mkdir(parents=True)
        (path / FOREST_FILE).write_text("{")
    hour_ago = time.time() - 3601
    os.utime(old, (hour_ago, hour_ago))
    assert registry.register(candidate).number == 1
    assert (old.exists(), young.exists()) == (False, True)


@pytest.mark.parametrize("name", [FOREST_FILE, ESTIMATOR_FILE])
def test_an_altered_file_is_never_used(registry, version, name):
    """One byte more, and the version is damaged."""
    with (folder_of(registry) / name).open("ab") as file:
        file.write(b" ")
    fresh = registry.get(1)
    with pytest.raises(DamagedVersionError, match=f"Version 1 is damaged .{name} was altered"):
        _ = fresh.forest if name == FOREST_FILE else fresh.load_estimator()


def test_a_missing_file_is_told(registry, version):
    """By its name."""
    (folder_of(registry) / FOREST_FILE).unlink()
    with pytest.raises(DamagedVersionError, match=r"forest\.json is missing"):
        _ = registry.get(1).forest


def rewrite(registry, change):
    """Alter the manifest, as a person with an editor would."""
    path = folder_of(registry) / MANIFEST
    manifest = json.loads(path.read_bytes())
    change(manifest)
    path.write_text(json.dumps(manifest))


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda m: m.update(format=2), "manifest format 2, this irisml reads 1"),
        (lambda m: m.update(version=5), "version.json says version 5"),
        (lambda m: m.update(mood="good"), "unknown field `mood`"),
        (lambda m: m.pop("evaluation"), "missing required field `evaluation`"),
        (lambda m: m["config"].update(n_estimators=0), "n_estimators is 0"),
        (lambda m: m["evaluation"]["y_pred"].pop(), "same flowers"),
        (lambda m: m["evaluation"]["y_pred"].__setitem__(0, 77), "a flower of no species"),
        (lambda m: m["evaluation"]["cross_validation"].update(n_repeats=0), "no repeat"),
        (lambda m: m["evaluation"]["cross_validation"]["flower_n_correct"].__setitem__(0, 9), "more often than"),
        (lambda m: m["evaluation"]["cross_validation"]["split_n_correct"].__setitem__(0, 99), "more right answers"),
        (lambda m: m["files"].pop(FOREST_FILE), "no hash of forest.json"),
        (lambda m: m["gate"]["checks"][0].update(reason="{nobody}"), "lacks the value"),
    ],
)
def test_a_manifest_that_makes_no_sense_is_damage(registry, version, change, problem):
    """What is wrong is told; the version is left out of the list, and the others are not."""
    rewrite(registry, change)
    with pytest.raises(DamagedVersionError) as caught:
        registry.get(1)
    assert problem in str(caught.value)


def test_a_damaged_version_is_left_out_with_a_warning(registry, version, candidate, caplog):
    """The list goes on without it, and its number is not given again."""
    registry.register(candidate)
    (folder_of(registry, 2) / MANIFEST).write_text("{")
    assert [version.number for version in registry.versions()] == [1]
    assert "Version 2 is damaged" in caplog.text
    assert registry.register(candidate).number == 3


def test_a_forest_that_fits_its_hash_but_is_none_is_damage(registry, version):
    """Somebody who alters the file and the manifest alike is stopped by the forest's own checks."""
    from hashlib import sha256

    content = b'{"roots": []}'
    (folder_of(registry) / FOREST_FILE).write_bytes(content)
    rewrite(registry, lambda m: m["files"].update({FOREST_FILE: sha256(content).hexdigest()}))
    with pytest.raises(DamagedVersionError, match=r"forest\.json: Object missing required field"):
        _ = registry.get(1).forest


def test_an_estimator_that_fits_its_hash_but_does_not_load_is_damage(registry, version):
    """What pickle thinks of it is told."""
    from hashlib import sha256

    content = b"no pickle"
    (folder_of(registry) / ESTIMATOR_FILE).write_bytes(content)
    rewrite(registry, lambda m: m["files"].update({ESTIMATOR_FILE: sha256(content).hexdigest()}))
    with pytest.raises(DamagedVersionError, match=r"model\.joblib does not load"):
        registry.get(1).load_estimator()


def test_an_alias_that_is_no_number_is_as_good_as_none(registry, version, caplog):
    """A broken disk, or somebody's editor."""
    registry.set_alias("champion", 1)
    (registry.folder / "aliases/champion").write_text("one")
    assert registry.alias("champion") is None
    assert "is not a number" in caplog.text


def test_half_a_line_of_history_is_left_out(registry, version, caplog):
    """Its writer was killed."""
    (registry.folder / "aliases").mkdir()
    (registry.folder / "aliases/history.jsonl").write_text('{"time": "2026-')
    assert registry.history() == ()
    assert "its writer was interrupted" in caplog.text


class TestSigned:
    """With IRISML_SIGNING_KEY set, only versions signed with that key are opened."""

    @pytest.fixture(autouse=True)
    def key(self, monkeypatch):
        monkeypatch.setenv("IRISML_SIGNING_KEY", "correct horse")

    def test_a_signed_version_opens(self, registry, version):
        """With the same key."""
        assert registry.get(1).number == 1

    def test_an_altered_manifest_is_refused(self, registry, version):
        """Even if it makes sense."""
        rewrite(registry, lambda m: m.update(build="mine"))
        with pytest.raises(DamagedVersionError, match="the signature does not fit"):
            registry.get(1)

    def test_another_key_opens_nothing(self, registry, version, monkeypatch):
        """A version of another team is none of ours."""
        monkeypatch.setenv("IRISML_SIGNING_KEY", "battery staple")
        with pytest.raises(DamagedVersionError, match="the signature does not fit"):
            registry.get(1)

    def test_an_unsigned_version_is_refused(self, registry, candidate, monkeypatch):
        """Made before there was a key."""
        monkeypatch.delenv("IRISML_SIGNING_KEY")
        registry.register(candidate)
        monkeypatch.setenv("IRISML_SIGNING_KEY", "correct horse")
        with pytest.raises(DamagedVersionError, match="it is not signed"):
            registry.get(1)


def test_without_a_key_a_signed_version_opens_too(registry, candidate, monkeypatch):
    """Signing is the reader's demand."""
    monkeypatch.setenv("IRISML_SIGNING_KEY", "correct horse")
    registry.register(candidate)
    monkeypatch.delenv("IRISML_SIGNING_KEY")
    assert registry.get(1).number == 1


def test_the_environment_names_the_registry(monkeypatch, tmp_path):
    """Else it is models, in the working directory."""
    monkeypatch.setenv("IRISML_REGISTRY", str(tmp_path))
    assert repr(open_registry()) == f"FolderRegistry({str(tmp_path)!r})"
    monkeypatch.delenv("IRISML_REGISTRY")
    assert repr(open_registry()) == "FolderRegistry('models')"
    assert repr(open_registry("elsewhere")) == "FolderRegistry('elsewhere')"
