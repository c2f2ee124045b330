"""irisml.registry.folder: never half a version, no number lost, nothing altered unseen."""

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


def test_nothing_is_left_beside_the_versions(registry, version):
    """The temporary folder has become the version."""
    assert [path.name for path in (registry.folder / "versions").iterdir()] == ["0001"]
    assert list((registry.folder / "incoming").iterdir()) == []


def test_what_is_no_version_is_left_out(registry, version):
    """A file with a number for its name, and a folder that somebody called so."""
    (registry.folder / "versions/2024").write_text("")
    (registry.folder / "versions/12").mkdir()
    assert [one.number for one in registry.versions()] == [1]


@pytest.mark.parametrize("call", ["stat", "listdir"])
def test_versions_that_cannot_be_listed_now_are_no_empty_registry(registry, version, monkeypatch, call):
    """Path.is_dir() answers False to any error from Python 3.14 on, so the system is asked itself."""
    refuse_to(monkeypatch, call, PermissionError(13, "Permission denied"), "versions")
    with pytest.raises(RegistryUnusableError, match="Permission denied"):
        registry.versions()


@pytest.mark.parametrize("error", [OSError(112, "Host is down"), OSError(24, "Too many open files")])
@pytest.mark.parametrize("file", [MANIFEST, FOREST_FILE, ESTIMATOR_FILE])
def test_a_file_that_cannot_be_read_now_is_not_damage(registry, version, monkeypatch, error, file):
    """A moment later the same version is whole."""
    with monkeypatch.context() as moment:
        refuse_to(moment, "open", error, file)
        with pytest.raises(RegistryUnusableError, match=error.strerror):
            registry.get(1, verified=True).load_estimator()
    assert registry.get(1, verified=True).load_estimator()


def test_a_rename_that_the_disk_refuses_is_no_taken_number(registry, candidate, monkeypatch):
    """It is an error, not the next number; and nothing is left."""
    monkeypatch.setattr("irisml.registry.disk._RETRY_AFTER_S", ())
    refuse_to(monkeypatch, "rename", PermissionError(13, "Permission denied"), "incoming")
    with pytest.raises(RegistryUnusableError, match="Permission denied"):
        registry.register(candidate)
    assert list((registry.folder / "versions").iterdir()) == []
    assert list((registry.folder / "incoming").iterdir()) == []


def test_a_rename_is_tried_again_while_a_virus_scanner_holds_a_file(registry, candidate, monkeypatch):
    """Windows answers PermissionError as long as somebody has a file of the folder open."""
    rename, refusals = os.rename, [PermissionError(13, "in use")] * 2

    def refused_twice(*paths):
        if refusals:
            raise refusals.pop()
        rename(*paths)

    monkeypatch.setattr(os, "rename", refused_twice)
    monkeypatch.setattr("irisml.registry.disk._RETRY_AFTER_S", (0, 0))
    assert registry.register(candidate).number == 1
    assert refusals == []


def test_a_taken_number_is_left_alone(registry, candidate, monkeypatch):
    """Another process was quicker: its version stays, ours becomes the next one."""
    registry.register(candidate)
    before = (folder_of(registry) / MANIFEST).read_bytes()
    monkeypatch.setattr(FolderRegistry, "_next_number", lambda self: 1)  # as it was when we looked
    assert registry.register(candidate).number == 2
    assert (folder_of(registry) / MANIFEST).read_bytes() == before


def test_the_number_of_a_deleted_version_is_not_given_again(registry, candidate):
    """A release may still name it."""
    for _ in range(2):
        registry.register(candidate)
    for number in (1, 2):
        shutil.rmtree(folder_of(registry, number))
    assert registry.register(candidate).number == 3


@pytest.mark.parametrize("make", [Path.touch, Path.mkdir])
def test_what_stands_at_the_next_number_is_passed_over(registry, candidate, tmp_path, make):
    """A file or an empty folder that somebody made: neither is replaced, and nobody loops."""
    (registry.folder / "versions").mkdir(parents=True)
    make(registry.folder / "versions/0001")
    elsewhere = FolderRegistry(tmp_path / "elsewhere").register(candidate)
    assert registry.register(candidate).number == 2
    shutil.rmtree(folder_of(registry, 2))
    make(registry.folder / "versions/0003")
    assert registry.adopt(elsewhere, elsewhere.manifest.gate).number == 4


def test_a_folder_of_the_same_number_written_otherwise_is_no_version(registry, version):
    """0001 is version 1, and 1 is somebody's copy."""
    shutil.copytree(folder_of(registry), registry.folder / "versions/1")
    assert [one.number for one in registry.versions()] == [1]


def test_a_number_beyond_all_numbers_is_refused_before_anything_is_visible(registry, candidate):
    """A folder called 999999999 would make the next version one that nothing can read."""
    (registry.folder / "versions/999999999").mkdir(parents=True)
    with pytest.raises(RegistryUnusableError, match="largest number"):
        registry.register(candidate)


def test_an_absurd_mark_of_an_older_irisml_is_passed_over(registry, candidate):
    """It kept the last number in a file."""
    (registry.folder / "versions").mkdir(parents=True)
    (registry.folder / "versions/last").write_text("999999999")
    assert registry.register(candidate).number == 1
    (registry.folder / "versions/last").write_text("6")
    assert registry.register(candidate).number == 7


def test_a_version_that_is_visible_is_told_although_its_mark_failed(registry, candidate, monkeypatch, caplog):
    """The disk is full just after the rename: the version is there, so nobody is told that it is not."""
    refuse_to(monkeypatch, "open", OSError(28, "No space left on device"), "numbers")
    assert registry.register(candidate).number == 1
    assert "was not marked as given: [Errno 28]" in caplog.text


def test_a_registry_that_cannot_be_used_is_one_sentence(tmp_path, candidate):
    """It is a file: what, and where to look."""
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


def test_a_full_disk_is_told_with_the_folder_that_people_know(registry, version, monkeypatch):
    """Not with the temporary name that nobody gave."""
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
    assert all(version.manifest.version == version.number and version.load_forest() for version in versions)
    assert list((registry.folder / "incoming").iterdir()) == []


@pytest.mark.parametrize("place", ["incoming/{}", "versions/.incoming-{}", "aliases/.incoming-{}"])
def test_what_a_killed_writer_left_is_swept_after_an_hour(registry, candidate, place):
    """Files and folders, of this irisml and of the one before; what is younger may still be at work."""
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
    """One byte more, and the version is damaged."""
    with (folder_of(registry) / name).open("ab") as file:
        file.write(b" ")
    fresh = registry.get(1)
    with pytest.raises(DamagedVersionError, match=f"Version 1 is damaged .{name} was altered"):
        _ = fresh.load_forest() if name == FOREST_FILE else fresh.load_estimator()


def test_a_missing_file_is_told(registry, version):
    """By its name."""
    (folder_of(registry) / FOREST_FILE).unlink()
    with pytest.raises(DamagedVersionError, match=r"forest\.json is missing"):
        _ = registry.get(1).load_forest()


def rewrite(registry, change):
    """Alter the manifest, as a person with an editor would."""
    path = folder_of(registry) / MANIFEST
    manifest = json.loads(path.read_bytes())
    change(manifest)
    path.write_text(json.dumps(manifest))


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda m: m.update(format=0), "manifest format 0, this irisml reads 1 to 2"),
        (lambda m: m.update(version=5), "version.json says version 5"),
        (lambda m: m.update(mood="good"), "unknown field `mood`"),
        (lambda m: m.pop("evaluation"), "missing required field `evaluation`"),
        (lambda m: m["files"].update({"../../releases/evil": "0"}), "is not the name of a file"),
        (lambda m: m["evaluation"]["y_pred"].pop(), "same flowers"),
        (lambda m: m["evaluation"]["y_pred"].__setitem__(0, 77), "a flower of no species"),
        (lambda m: m["evaluation"]["cross_validation"].update(n_repeats=0), "no repeat"),
        (lambda m: m["evaluation"]["cross_validation"]["flower_n_correct"].__setitem__(0, 9), "more often than"),
        (lambda m: m["evaluation"]["cross_validation"]["split_n_correct"].__setitem__(0, 99), "more right answers"),
        (lambda m: m["files"].pop(FOREST_FILE), "no hash of forest.json"),
        (lambda m: m["gate"]["checks"][0].update(reason="{nobody}"), "lacks the value"),
        (lambda m: m["gate"]["checks"][0].update(reason="{accuracy.x}"), "not a plain name"),
        (lambda m: m["gate"]["checks"][0].update(reason="{accuracy:>300000000}"), "not a plain name"),
        (lambda m: m["gate"]["checks"][0].update(reason="{accuracy"), "expected '}'"),
    ],
)
def test_a_manifest_that_makes_no_sense_is_damage(registry, version, change, problem):
    """What is wrong is told; the version is left out of the list, and nobody advises to delete it."""
    rewrite(registry, change)
    with pytest.raises(DamagedVersionError) as caught:
        registry.get(1)
    assert problem in str(caught.value)
    assert "elete" not in str(caught.value)
    assert registry.versions() == ()


def test_a_version_of_a_newer_irisml_is_not_damaged(registry, version, caplog):
    """Another server may read it: it is left alone, and the others are listed."""
    rewrite(registry, lambda m: m.update(format=3, mood="good"))
    with pytest.raises(NewerFormatError, match=r"version\.json was written by a newer irisml \(format 3; .* up to 2"):
        registry.get(1)
    assert registry.versions() == ()
    assert "damaged" not in caplog.text


@pytest.mark.parametrize(
    "config", [{"n_estimators": 501}, {"max_depth": 31}, {"min_samples_leaf": 0}, {"model_type": "perceptron"}]
)
def test_a_version_trained_with_other_bounds_can_still_be_read(registry, version, config):
    """A bound that was tightened, a model type that was removed: it predicts as before."""
    rewrite(registry, lambda m: m["config"].update(config))
    assert registry.get(1, verified=True).number == 1


def test_a_pipe_or_a_huge_file_is_damage_and_holds_nobody_up(registry, candidate):
    """A named pipe at the manifest would wait for ever, a file of 1 GB would fill the memory."""
    for _ in range(2):
        registry.register(candidate)
    (folder_of(registry, 1) / MANIFEST).unlink()
    os.mkfifo(folder_of(registry, 1) / MANIFEST)
    with (folder_of(registry, 2) / MANIFEST).open("wb") as file:
        file.truncate(1024**3)
    for number, problem in ((1, "not a regular file"), (2, "has 1073741824 bytes")):
        with pytest.raises(DamagedVersionError, match=problem):
            registry.get(number)


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
        _ = registry.get(1).load_forest()


def test_an_estimator_that_fits_its_hash_but_does_not_load_is_damage(registry, version):
    """What pickle thinks of it is told."""
    from hashlib import sha256

    content = b"no pickle"
    (folder_of(registry) / ESTIMATOR_FILE).write_bytes(content)
    rewrite(registry, lambda m: m["files"].update({ESTIMATOR_FILE: sha256(content).hexdigest()}))
    with pytest.raises(DamagedVersionError, match=r"model\.joblib does not load"):
        registry.get(1).load_estimator()


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

    def test_a_signed_version_of_another_registry_is_refused(self, registry, version, candidate, tmp_path):
        """Slot and live share a key: the 0001 of one is not the 0001 of the other."""
        other = FolderRegistry(tmp_path / "other")
        other.register(candidate)
        shutil.rmtree(folder_of(registry))
        shutil.copytree(folder_of(other), folder_of(registry))
        with pytest.raises(DamagedVersionError, match="it belongs to another registry"):
            registry.get(1)

    def test_a_lost_id_is_not_replaced_by_a_new_one(self, registry, version, candidate):
        """Restored from a copy, all can be read again; a new id would make it another registry for good."""
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
    def test_a_forged_release_moves_nothing(self, registry, version, tmp_path, spoil):
        """By hand, without a signature, or copied from another registry: the champion stays, and the log says so."""
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


@pytest.mark.parametrize("make", ["folder", "socket"])
@pytest.mark.parametrize("file", [MANIFEST, FOREST_FILE])
def test_a_folder_or_a_socket_in_the_place_of_a_file_is_damage(registry, version, make, file):
    """And no descriptor stays open."""
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


def test_a_version_is_not_swept_however_old_it_is(registry, candidate):
    """What is swept beside the versions has the name that irisml 0.1 gave it."""
    registry.register(candidate)
    old = time.time() - 7200
    os.utime(folder_of(registry), (old, old))
    assert registry.register(candidate).number == 2
    assert registry.get(1, verified=True).number == 1


def test_a_clock_that_differs_from_the_shares_sweeps_no_living_writer(registry, candidate, monkeypatch):
    """This machine believes that it is two hours later."""
    living = registry.folder / "incoming/living"
    living.mkdir(parents=True)
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + 7200)
    registry.register(candidate)
    assert living.exists()


def test_a_disk_that_takes_a_part_of_a_write_gets_the_rest(registry, candidate, monkeypatch):
    """A nearly full one says so by the count only."""
    write = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, content: write(descriptor, bytes(content[:100])))
    registry.register(candidate)
    assert registry.get(1, verified=True).load_estimator()


def test_everything_is_flushed_before_it_is_visible(registry, candidate, monkeypatch):
    """Each file, and the folder that is renamed; and afterwards the folder in which it appears."""
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


def test_a_share_that_cannot_flush_a_folder_is_used_all_the_same(registry, candidate, monkeypatch):
    """SMB answers EINVAL."""
    fsync = os.fsync

    def refuses_folders(descriptor):
        if Path(f"/proc/self/fd/{descriptor}").is_dir():
            raise OSError(22, "Invalid argument")
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", refuses_folders)
    assert registry.register(candidate).number == 1


def test_a_rename_whose_answer_was_lost_is_not_told_as_failed(registry, candidate, monkeypatch):
    """A share repeats the request, and the second one finds nothing to rename: it was done."""
    rename = os.rename

    def repeated(source, target):
        rename(source, target)
        raise FileNotFoundError(2, "No such file or directory")

    monkeypatch.setattr(os, "rename", repeated)
    assert registry.register(candidate).number == 1
    assert registry.release("promote", 1, follows=0, by=ALICE, reason="").number == 1
    assert registry.releases().last == 1


def test_a_place_that_cannot_be_written_is_found_before_a_training(registry, version, monkeypatch):
    """Not only where things are prepared, but also where they will appear."""
    refuse_to(monkeypatch, "mkdir", PermissionError(13, "Permission denied"), "versions/")
    with pytest.raises(RegistryUnusableError, match="Permission denied"):
        registry.check_writable()
