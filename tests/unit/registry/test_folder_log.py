"""irisml.registry.folder_log: damaged releases hide no others, and transient errors are not cached."""

import shutil

import pytest

from irisml import FolderRegistry
from irisml.domain.errors import ChampionMovedError, NewerFormatError, RegistryUnusableError
from irisml.registry import disk
from tests.unit.registry.faults import ALICE, refuse_to, release_file


@pytest.fixture
def registry(tmp_path):
    return FolderRegistry(tmp_path / "models")


@pytest.fixture
def version(registry, candidate):
    return registry.register(candidate)


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_text("{"),
        lambda path: path.unlink(),
        lambda path: shutil.rmtree(path.parent),
        lambda path: path.write_text(path.read_text().replace('"number": 2', '"number": 7')),
        lambda path: path.write_text(path.read_text().replace('"format": 1', '"format": 2')),
    ],
)
def test_an_unreadable_release_does_not_hide_others(registry, damage, caplog):
    """Releases 1, 2 and 3: champion 2 is known from what release 3 replaced, so a roll back is possible."""
    for number in (1, 2, 3):
        registry.release("promote", number, follows=number - 1, by=ALICE, reason="")
    damage(release_file(registry, 2))
    log = FolderRegistry(registry.folder).releases()
    assert (log.champion, log.previous, log.last, log.unreadable) == (3, 2, 3, (2,))
    assert "release 2" in caplog.text
    assert FolderRegistry(registry.folder).release("promote", 4, follows=3, by=ALICE, reason="").number == 4


def test_a_release_can_follow_a_damaged_newest_one(registry):
    """Its content is lost, but its number counts."""
    for number in (1, 2):
        registry.release("promote", number, follows=number - 1, by=ALICE, reason="")
    release_file(registry, 2).write_text("{")
    again = FolderRegistry(registry.folder)
    assert (again.releases().champion, again.releases().last) == (1, 2)
    assert again.release("promote", 2, follows=2, by=ALICE, reason="").number == 3
    assert again.alias("champion") == 2


def test_no_release_is_written_after_one_of_a_newer_format(registry):
    """The content of the newest release is unknown."""
    registry.release("promote", 1, follows=0, by=ALICE, reason="")
    path = release_file(registry, 1)
    path.write_text(path.read_text().replace('"format": 1', '"format": 2'))
    with pytest.raises(NewerFormatError):
        FolderRegistry(registry.folder).release("promote", 2, follows=1, by=ALICE, reason="")


def test_a_file_at_the_next_number_is_an_error_once_and_then_skipped(registry):
    registry.release("promote", 1, follows=0, by=ALICE, reason="")
    (registry.folder / "releases/000002").touch()
    with pytest.raises(ChampionMovedError):
        registry.release("promote", 2, follows=1, by=ALICE, reason="")
    assert registry.release("promote", 2, follows=2, by=ALICE, reason="").number == 3


def test_a_transient_read_error_is_not_cached_as_a_shorter_log(registry, monkeypatch):
    for number in (1, 2):
        registry.release("promote", number, follows=number - 1, by=ALICE, reason="")
    fresh = FolderRegistry(registry.folder)
    with monkeypatch.context() as moment:
        refuse_to(moment, "open", OSError(112, "Host is down"), "000002")
        with pytest.raises(RegistryUnusableError, match="Host is down"):
            fresh.releases()
    assert fresh.alias("champion") == 2


def test_a_release_that_is_visible_is_returned_although_its_flush_failed(registry, version, monkeypatch, caplog):
    """The caller's result matches the state on disk."""
    flush_folder = disk.flush_folder

    def fails(folder):
        if folder.name == "releases":
            raise OSError(5, "Input/output error")
        flush_folder(folder)

    monkeypatch.setattr(disk, "flush_folder", fails)
    assert registry.release("promote", 1, follows=0, by=ALICE, reason="").number == 1
    assert FolderRegistry(registry.folder).alias("champion") == 1
    assert "could not be flushed" in caplog.text


def test_a_file_at_the_next_number_is_skipped_with_a_cached_log_too(registry):
    """Losing the race for a number makes the log be read again."""
    registry.release("promote", 1, follows=0, by=ALICE, reason="")
    assert registry.releases().last == 1
    (registry.folder / "releases/000002").touch()
    with pytest.raises(ChampionMovedError):
        registry.release("promote", 2, follows=1, by=ALICE, reason="")
    assert registry.release("promote", 2, follows=2, by=ALICE, reason="").number == 3


def test_a_restored_release_counts_again(registry):
    """While a folder is copied it may exist before its file, so its absence is not cached."""
    for number in (1, 2):
        registry.release("promote", number, follows=number - 1, by=ALICE, reason="")
    content = release_file(registry, 2).read_bytes()
    release_file(registry, 2).unlink()
    reader = FolderRegistry(registry.folder)
    assert reader.alias("champion") == 1
    release_file(registry, 2).write_bytes(content)
    assert reader.alias("champion") == 2


def test_a_replaced_registry_folder_is_read_again(registry, tmp_path):
    """The other registry has as many releases."""
    other = FolderRegistry(tmp_path / "other")
    for champion, one in ((1, registry), (2, other)):
        one.release("promote", champion, follows=0, by=ALICE, reason="")
    assert registry.alias("champion") == 1
    registry.folder.rename(tmp_path / "aside")
    other.folder.rename(registry.folder)
    assert registry.alias("champion") == 2


def test_no_number_before_an_existing_release_is_taken(registry):
    """Release 2 was deleted after another process had read it; 3 exists, so 2 is not free."""
    for number in (1, 2, 3):
        registry.release("promote", number, follows=number - 1, by=ALICE, reason="")
    late = FolderRegistry(registry.folder)
    late._log._known, late._log._newest = late._log._known.extended(registry.releases().releases[:1]), None
    late._log._newest = late._log._stamp(1)
    shutil.rmtree(release_file(registry, 2).parent)
    with pytest.raises(ChampionMovedError):
        late.release("promote", 1, follows=1, by=ALICE, reason="")
    assert not release_file(registry, 2).exists()


def test_aliases_of_irisml_0_1_are_ignored_once_there_were_releases(registry):
    """The log folder is missing for a moment: the old champion must not return."""
    (registry.folder / "aliases").mkdir(parents=True)
    (registry.folder / "aliases/champion").write_text("1")
    registry.release("promote", 2, follows=1, by=ALICE, reason="")
    assert registry.alias("champion") == 2
    (registry.folder / "releases").rename(registry.folder / "away")
    assert registry.releases().last == 0
    (registry.folder / "away").rename(registry.folder / "releases")
    assert registry.alias("champion") == 2


def test_readers_in_many_threads_see_the_same_log(registry):
    """A thread looks twice a second while pages read the log."""
    from concurrent.futures import ThreadPoolExecutor

    for number in range(1, 21):
        registry.release("promote", number, follows=number - 1, by=ALICE, reason="")
    reader = FolderRegistry(registry.folder)
    with ThreadPoolExecutor(8) as pool:
        logs = list(pool.map(lambda _: reader.releases(), range(50)))
    assert {log.champions for log in logs} == {tuple(range(1, 21))}
