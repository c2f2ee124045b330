"""irisml.registry.folder: versions are complete, numbers are not lost, alterations are detected."""

import contextlib
import json
import multiprocessing
import os
import shutil
import time
from pathlib import Path

import pytest

from irisml import FolderRegistry, open_registry
from irisml.domain.errors import DamagedVersionError, NewerFormatError, RegistryUnusableError
from irisml.registry.version import ESTIMATOR_FILE, FOREST_FILE, MANIFEST
from tests.unit.registry.faults import ALICE, folder_of, refuse_to, release_file


@pytest.fixture
def registry(tmp_path):
    return FolderRegistry(tmp_path / "models")


@pytest.fixture
def version(registry, candidate):
    return registry.register(candidate)


def test_registering_leaves_no_temporary_folder(registry, version):
    """It is renamed to the version."""
    assert [path.name for path in (registry.folder / "versions").iterdir()] == ["0001"]
    assert list((registry.folder / "incoming").iterdir()) == []


def test_other_files_and_folders_are_not_listed_as_versions(registry, version):
    """A file named by a number, and an empty folder with a number of two digits."""
    (registry.folder / "versions/2024").write_text("")
    (registry.folder / "versions/12").mkdir()
    assert [one.number for one in registry.versions()] == [1]


@pytest.mark.parametrize("call", ["stat", "listdir"])
def test_an_unreadable_folder_is_an_error_and_not_an_empty_registry(registry, version, monkeypatch, call):
    """From Python 3.14 on Path.is_dir() returns False for any error, so os.stat is used."""
    refuse_to(monkeypatch, call, PermissionError(13, "Permission denied"), "versions")
    with pytest.raises(RegistryUnusableError, match="Permission denied"):
        registry.versions()


@pytest.mark.parametrize("error", [OSError(112, "Host is down"), OSError(24, "Too many open files")])
@pytest.mark.parametrize("file", [MANIFEST, FOREST_FILE, ESTIMATOR_FILE])
def test_a_transient_read_error_is_not_damage(registry, version, monkeypatch, error, file):
    """The same version can be read again afterwards."""
    with monkeypatch.context() as moment:
        refuse_to(moment, "open", error, file)
        with pytest.raises(RegistryUnusableError, match=error.strerror):
            registry.get(1, verified=True).load_estimator()
    assert registry.get(1, verified=True).load_estimator()


def test_a_refused_rename_is_an_error_and_not_a_taken_number(registry, candidate, monkeypatch):
    """No next number is tried, and no files are left."""
    monkeypatch.setattr("irisml.registry.disk._RETRY_AFTER_S", ())
    refuse_to(monkeypatch, "rename", PermissionError(13, "Permission denied"), "incoming")
    with pytest.raises(RegistryUnusableError, match="Permission denied"):
        registry.register(candidate)
    assert list((registry.folder / "versions").iterdir()) == []
    assert list((registry.folder / "incoming").iterdir()) == []


def test_a_rename_is_retried_while_a_virus_scanner_holds_a_file(registry, candidate, monkeypatch):
    """Windows raises PermissionError while a file of the folder is open."""
    rename, refusals = os.rename, [PermissionError(13, "in use")] * 2

    def refused_twice(*paths):
        if refusals:
            raise refusals.pop()
        rename(*paths)

    monkeypatch.setattr(os, "rename", refused_twice)
    monkeypatch.setattr("irisml.registry.disk._RETRY_AFTER_S", (0, 0))
    assert registry.register(candidate).number == 1
    assert refusals == []


def test_a_taken_number_is_not_overwritten(registry, candidate, monkeypatch):
    """Another process has registered first: ours becomes the next version."""
    registry.register(candidate)
    before = (folder_of(registry) / MANIFEST).read_bytes()
    monkeypatch.setattr(FolderRegistry, "_next_number", lambda self: 1)  # an outdated result
    assert registry.register(candidate).number == 2
    assert (folder_of(registry) / MANIFEST).read_bytes() == before


def test_the_number_of_a_deleted_version_is_not_reused(registry, candidate):
    """A release may still refer to it."""
    for _ in range(2):
        registry.register(candidate)
    for number in (1, 2):
        shutil.rmtree(folder_of(registry, number))
    assert registry.register(candidate).number == 3


@pytest.mark.parametrize("make", [Path.touch, Path.mkdir])
def test_a_file_or_folder_at_the_next_number_is_skipped(registry, candidate, tmp_path, make):
    """It is not replaced, and there is no endless loop."""
    (registry.folder / "versions").mkdir(parents=True)
    make(registry.folder / "versions/0001")
    elsewhere = FolderRegistry(tmp_path / "elsewhere").register(candidate)
    assert registry.register(candidate).number == 2
    shutil.rmtree(folder_of(registry, 2))
    make(registry.folder / "versions/0003")
    assert registry.adopt(elsewhere, elsewhere.manifest.gate).number == 4


def test_a_folder_without_leading_zeros_is_not_a_version(registry, version):
    """0001 is version 1; 1 is a copy."""
    shutil.copytree(folder_of(registry), registry.folder / "versions/1")
    assert [one.number for one in registry.versions()] == [1]


def test_no_version_is_registered_beyond_the_largest_number(registry, candidate):
    """After a folder 999999999 the next number could not be read."""
    (registry.folder / "versions/999999999").mkdir(parents=True)
    with pytest.raises(RegistryUnusableError, match="largest number"):
        registry.register(candidate)


def test_an_implausible_last_number_of_irisml_0_1_is_ignored(registry, candidate):
    """It stored the last number in a file."""
    (registry.folder / "versions").mkdir(parents=True)
    (registry.folder / "versions/last").write_text("999999999")
    assert registry.register(candidate).number == 1
    (registry.folder / "versions/last").write_text("6")
    assert registry.register(candidate).number == 7


def test_a_registered_version_is_returned_although_its_mark_failed(registry, candidate, monkeypatch, caplog):
    """The disk is full after the rename, but the version exists."""
    refuse_to(monkeypatch, "open", OSError(28, "No space left on device"), "numbers")
    assert registry.register(candidate).number == 1
    assert "was not marked as given: [Errno 28]" in caplog.text


def test_an_unusable_registry_is_one_sentence_for_each_operation(tmp_path, candidate):
    """IRISML_REGISTRY points to a file."""
    (tmp_path / "file").write_text("")
    broken = FolderRegistry(tmp_path / "file")
    for use in (
        lambda: broken.alias("champion"),
        lambda: broken.register(candidate),
        lambda: broken.release("promote", 1, follows=0, by=ALICE, reason=""),
        broken.check_writable,
    ):
        with pytest.raises(RegistryUnusableError, match=r"file.* cannot be used: "):
            use()


def test_a_full_disk_is_reported_with_the_path_of_the_registry(registry, version, monkeypatch):
    """Not with the name of a temporary folder."""
    full = OSError(28, "No space left on device", str(registry.folder / "incoming/3f2a"))
    refuse_to(monkeypatch, "mkdir", full, "incoming/")
    with pytest.raises(RegistryUnusableError, match=r"models cannot be used: No space left on device"):
        registry.check_writable()


def _register_many(folder, candidate, n, start):
    start.wait()
    registry = FolderRegistry(folder)
    for _ in range(n):
        registry.register(candidate)


@pytest.mark.slow
def test_four_processes_register_without_lost_or_duplicate_numbers(registry, candidate):
    """Six versions each, while leftovers are swept: exactly 1 to 24, and all are complete."""
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
    assert all(version.manifest.version == version.number and version.load_forest() for version in versions)
    assert list((registry.folder / "incoming").iterdir()) == []


@pytest.mark.parametrize("place", ["incoming/{}", "versions/.incoming-{}", "aliases/.incoming-{}"])
def test_leftovers_of_a_killed_writer_are_swept_after_an_hour(registry, candidate, place):
    """Files and folders, of this and the previous irisml. A younger one may still be in use."""
    old, young, file = (registry.folder / place.format(name) for name in ("old", "young", "file"))
    for path in (old, young):
        path.mkdir(parents=True)
        (path / FOREST_FILE).write_text("{")
    file.write_text("3")
    hour_ago = time.time() - 3601
    for path in (old, file):
        os.utime(path, (hour_ago, hour_ago))
    assert registry.register(candidate).number == 1
    assert (old.exists(), file.exists(), young.exists()) == (False, False, True)


@pytest.mark.parametrize("name", [FOREST_FILE, ESTIMATOR_FILE])
def test_an_altered_file_is_never_used(registry, version, name):
    """One additional byte makes the version damaged."""
    with (folder_of(registry) / name).open("ab") as file:
        file.write(b" ")
    fresh = registry.get(1)
    with pytest.raises(DamagedVersionError, match=f"Version 1 is damaged .{name} was altered"):
        _ = fresh.load_forest() if name == FOREST_FILE else fresh.load_estimator()


def test_a_missing_file_is_named_in_the_error(registry, version):
    (folder_of(registry) / FOREST_FILE).unlink()
    with pytest.raises(DamagedVersionError, match=r"forest\.json is missing"):
        _ = registry.get(1).load_forest()


def rewrite(registry, change):
    """Edit the manifest without updating its signature."""
    path = folder_of(registry) / MANIFEST
    manifest = json.loads(path.read_bytes())
    change(manifest)
    path.write_text(json.dumps(manifest))


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda m: m.update(format=0), "manifest format 0, this irisml reads 1 to 3"),
        (lambda m: m.update(version=5), "version.json has version 5"),
        (lambda m: m.update(mood="good"), "unknown field `mood`"),
        (lambda m: m.pop("evaluation"), "missing required field `evaluation`"),
        (lambda m: m["files"].update({"../../releases/evil": "0"}), "is not the name of a file"),
        (lambda m: m["evaluation"]["y_pred"].pop(), "test_rows, y_true and y_pred differ in length"),
        (lambda m: m["evaluation"]["y_pred"].__setitem__(0, 77), "an unknown species"),
        (lambda m: m["evaluation"]["cross_validation"].update(n_repeats=0), "no repeat"),
        (lambda m: m["evaluation"]["cross_validation"]["flower_n_correct"].__setitem__(0, 9), "outside [0, n_repeats]"),
        (
            lambda m: m["evaluation"]["cross_validation"]["split_n_correct"].__setitem__(0, 99),
            "outside [0, split_n_test]",
        ),
        (lambda m: m["files"].pop(FOREST_FILE), "no hash of forest.json"),
        (lambda m: m["gate"]["checks"][0].update(reason="{nobody}"), "lacks the value"),
        (lambda m: m["gate"]["checks"][0].update(reason="{accuracy.x}"), "not a plain name"),
        (lambda m: m["gate"]["checks"][0].update(reason="{accuracy:>300000000}"), "not a plain name"),
        (lambda m: m["gate"]["checks"][0].update(reason="{accuracy"), "expected '}'"),
    ],
)
def test_an_invalid_manifest_is_damage(registry, version, change, problem):
    """The problem is named; the version is not listed, and the message does not suggest to delete it."""
    rewrite(registry, change)
    with pytest.raises(DamagedVersionError) as caught:
        registry.get(1)
    assert problem in str(caught.value)
    assert "elete" not in str(caught.value)
    assert registry.versions() == ()


def test_a_version_of_a_newer_irisml_is_not_damaged(registry, version, caplog):
    """Another server may read it. It is not listed."""
    rewrite(registry, lambda m: m.update(format=4, mood="good"))
    with pytest.raises(NewerFormatError, match=r"version\.json was written by a newer irisml \(format 4; .* up to 3"):
        registry.get(1)
    assert registry.versions() == ()
    assert "damaged" not in caplog.text


@pytest.mark.parametrize(
    "config", [{"n_estimators": 501}, {"max_depth": 31}, {"min_samples_leaf": 0}, {"model_type": "perceptron"}]
)
def test_a_version_trained_with_other_bounds_can_still_be_read(registry, version, config):
    """After a bound was tightened or a model type removed it still predicts."""
    rewrite(registry, lambda m: m["config"].update(config))
    assert registry.get(1, verified=True).number == 1


def test_a_named_pipe_or_huge_file_is_damage_and_does_not_block(registry, candidate):
    """Reading a pipe would block for ever, a file of 1 GB would fill the memory."""
    for _ in range(2):
        registry.register(candidate)
    (folder_of(registry, 1) / MANIFEST).unlink()
    os.mkfifo(folder_of(registry, 1) / MANIFEST)
    with (folder_of(registry, 2) / MANIFEST).open("wb") as file:
        file.truncate(1024**3)
    for number, problem in ((1, "not a regular file"), (2, "has 1073741824 bytes")):
        with pytest.raises(DamagedVersionError, match=problem):
            registry.get(number)


def test_a_damaged_version_is_not_listed_and_logged(registry, version, candidate, caplog):
    """Its number is not reused."""
    registry.register(candidate)
    (folder_of(registry, 2) / MANIFEST).write_text("{")
    assert [version.number for version in registry.versions()] == [1]
    assert "Version 2 is damaged" in caplog.text
    assert registry.register(candidate).number == 3


def test_an_invalid_forest_with_a_valid_hash_is_damage(registry, version):
    """If file and manifest are altered alike, the validation of the forest detects it."""
    from hashlib import sha256

    content = b'{"roots": []}'
    (folder_of(registry) / FOREST_FILE).write_bytes(content)
    rewrite(registry, lambda m: m["files"].update({FOREST_FILE: sha256(content).hexdigest()}))
    with pytest.raises(DamagedVersionError, match=r"forest\.json: Object missing required field"):
        _ = registry.get(1).load_forest()


def test_an_estimator_with_a_valid_hash_that_does_not_load_is_damage(registry, version):
    from hashlib import sha256

    content = b"no pickle"
    (folder_of(registry) / ESTIMATOR_FILE).write_bytes(content)
    rewrite(registry, lambda m: m["files"].update({ESTIMATOR_FILE: sha256(content).hexdigest()}))
    with pytest.raises(DamagedVersionError, match=r"model\.joblib does not load"):
        registry.get(1).load_estimator()


class TestSigned:
    """With IRISML_SIGNING_KEY set, only versions signed with that key are read."""

    @pytest.fixture(autouse=True)
    def key(self, monkeypatch):
        monkeypatch.setenv("IRISML_SIGNING_KEY", "correct horse")

    def test_a_version_signed_with_the_same_key_is_read(self, registry, version):
        assert registry.get(1).number == 1

    def test_a_valid_but_altered_manifest_is_refused(self, registry, version):
        rewrite(registry, lambda m: m.update(build="mine"))
        with pytest.raises(DamagedVersionError, match="the signature does not match"):
            registry.get(1)

    def test_a_version_signed_with_another_key_is_refused(self, registry, version, monkeypatch):
        monkeypatch.setenv("IRISML_SIGNING_KEY", "battery staple")
        with pytest.raises(DamagedVersionError, match="the signature does not match"):
            registry.get(1)

    def test_an_unsigned_version_is_refused(self, registry, candidate, monkeypatch):
        """It was registered before a key was set."""
        monkeypatch.delenv("IRISML_SIGNING_KEY")
        registry.register(candidate)
        monkeypatch.setenv("IRISML_SIGNING_KEY", "correct horse")
        with pytest.raises(DamagedVersionError, match="it is not signed"):
            registry.get(1)

    def test_a_signed_version_of_another_registry_is_refused(self, registry, version, candidate, tmp_path):
        """Slot and live share a key, but 0001 of one is not 0001 of the other."""
        other = FolderRegistry(tmp_path / "other")
        other.register(candidate)
        shutil.rmtree(folder_of(registry))
        shutil.copytree(folder_of(other), folder_of(registry))
        with pytest.raises(DamagedVersionError, match="it belongs to another registry"):
            registry.get(1)

    def test_a_lost_registry_id_is_not_replaced_by_a_new_one(self, registry, version, candidate):
        """With the id restored all versions can be read; with a new one they would belong to another registry."""
        registry.release("promote", 1, follows=0, by=ALICE, reason="")
        identity = registry.folder / "identity"
        identity.rename(registry.folder / "lost")
        for write in (
            lambda: registry.register(candidate),
            lambda: registry.release("promote", 1, follows=1, by=ALICE, reason=""),
        ):
            with pytest.raises(RegistryUnusableError, match="restore it from a copy"):
                write()
        (registry.folder / "lost").rename(identity)
        assert registry.get(1).number == 1

    @pytest.mark.parametrize("spoil", ["content", "signature", "foreign"])
    def test_a_forged_release_does_not_change_the_champion(self, registry, version, tmp_path, spoil):
        """Edited by hand, unsigned, or copied from another registry: the log lists it as unreadable."""
        registry.release("promote", 1, follows=0, by=ALICE, reason="")
        forged = release_file(registry, 2)
        if spoil == "foreign":
            other = FolderRegistry(tmp_path / "other")
            for number in (1, 2):
                other.release("promote", number, follows=number - 1, by=ALICE, reason="")
            shutil.copytree(release_file(other, 2).parent, forged.parent)
        else:
            registry.release("promote", 1, follows=1, by=ALICE, reason="again")
            if spoil == "content":
                forged.write_text(forged.read_text().replace('"champion": 1', '"champion": 2'))
            else:
                forged.with_suffix(".sig").unlink()
        log = FolderRegistry(registry.folder).releases()
        assert (log.champion, log.unreadable) == (1, (2,))


def test_without_a_key_a_signed_version_is_read(registry, candidate, monkeypatch):
    """Only a reader with a key requires signatures."""
    monkeypatch.setenv("IRISML_SIGNING_KEY", "correct horse")
    registry.register(candidate)
    monkeypatch.delenv("IRISML_SIGNING_KEY")
    assert registry.get(1).number == 1


def test_the_location_is_read_from_the_environment(monkeypatch, tmp_path):
    """The default is models, in the working directory."""
    monkeypatch.setenv("IRISML_REGISTRY", str(tmp_path))
    assert repr(open_registry()) == f"FolderRegistry({str(tmp_path)!r})"
    monkeypatch.delenv("IRISML_REGISTRY")
    assert repr(open_registry()) == "FolderRegistry('models')"
    assert repr(open_registry("elsewhere")) == "FolderRegistry('elsewhere')"


@pytest.mark.parametrize("make", ["folder", "socket"])
@pytest.mark.parametrize("file", [MANIFEST, FOREST_FILE])
def test_a_folder_or_socket_instead_of_a_file_is_damage(registry, version, make, file):
    """No file descriptor stays open."""
    import socket

    path = folder_of(registry) / file
    path.unlink()
    if make == "folder":
        path.mkdir()
    else:
        with socket.socket(socket.AF_UNIX) as one, contextlib.chdir(path.parent):
            one.bind(file)
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(10):
        with pytest.raises(DamagedVersionError):
            registry.get(1, verified=True)
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_an_old_version_is_not_swept(registry, candidate):
    """Leftovers beside the versions are recognised by the name that irisml 0.1 used."""
    registry.register(candidate)
    old = time.time() - 7200
    os.utime(folder_of(registry), (old, old))
    assert registry.register(candidate).number == 2
    assert registry.get(1, verified=True).number == 1


def test_a_clock_ahead_of_the_share_does_not_sweep_an_active_writer(registry, candidate, monkeypatch):
    """The clock of this machine is two hours ahead."""
    living = registry.folder / "incoming/living"
    living.mkdir(parents=True)
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + 7200)
    registry.register(candidate)
    assert living.exists()


def test_a_partial_write_is_continued(registry, candidate, monkeypatch):
    """os.write may write less than asked, for example on a nearly full disk."""
    write = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, content: write(descriptor, bytes(content[:100])))
    registry.register(candidate)
    assert registry.get(1, verified=True).load_estimator()


def test_everything_is_flushed_before_it_is_visible(registry, candidate, monkeypatch):
    """Each file and the folder before the rename, the parent folder after it."""
    calls, fsync, rename = [], os.fsync, os.rename

    def flushed(descriptor):
        calls.append(Path(f"/proc/self/fd/{descriptor}").readlink().name)
        fsync(descriptor)

    def renamed(source, target):
        calls.append(f"rename to {Path(target).name}")
        rename(source, target)

    monkeypatch.setattr(os, "fsync", flushed)
    monkeypatch.setattr(os, "rename", renamed)
    registry.register(candidate)
    before, after = calls[: calls.index("rename to 0001")], calls[calls.index("rename to 0001") + 1 :]
    assert {ESTIMATOR_FILE, FOREST_FILE, MANIFEST} <= set(before)
    assert before[-1] not in (ESTIMATOR_FILE, FOREST_FILE, MANIFEST)  # the folder itself
    assert after[0] == "versions"


def test_a_share_that_cannot_flush_folders_can_be_used(registry, candidate, monkeypatch):
    """SMB returns EINVAL."""
    fsync = os.fsync

    def refuses_folders(descriptor):
        if Path(f"/proc/self/fd/{descriptor}").is_dir():
            raise OSError(22, "Invalid argument")
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", refuses_folders)
    assert registry.register(candidate).number == 1


def test_a_rename_whose_response_was_lost_counts_as_done(registry, candidate, monkeypatch):
    """The share repeats the request; the second one finds nothing to rename."""
    rename = os.rename

    def repeated(source, target):
        rename(source, target)
        raise FileNotFoundError(2, "No such file or directory")

    monkeypatch.setattr(os, "rename", repeated)
    assert registry.register(candidate).number == 1
    assert registry.release("promote", 1, follows=0, by=ALICE, reason="").number == 1
    assert registry.releases().last == 1


def test_check_writable_also_tests_the_folder_of_the_versions(registry, version, monkeypatch):
    """Found before a training, not after it."""
    refuse_to(monkeypatch, "mkdir", PermissionError(13, "Permission denied"), "versions/")
    with pytest.raises(RegistryUnusableError, match="Permission denied"):
        registry.check_writable()
