"""irisml.registry.folder_log: no release hides another one, and a passing fault is not remembered."""

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
def test_a_release_that_cannot_be_read_hides_no_other_one(registry, damage, caplog):
    """1, 2, 3 were promoted: what release 2 said is known from release 3, and so is the way back."""
    for number in (1, 2, 3):
        registry.release("promote", number, follows=number - 1, by=ALICE, reason="")
    damage(release_file(registry, 2))
    log = FolderRegistry(registry.folder).releases()
    assert (log.champion, log.previous, log.last, log.unreadable) == (3, 2, 3, (2,))
    assert "release 2" in caplog.text
    assert FolderRegistry(registry.folder).release("promote", 4, follows=3, by=ALICE, reason="").number == 4


def test_behind_a_damaged_newest_release_another_one_can_be_made(registry):
    """Its content is lost, its number is not: the next one follows it."""
    for number in (1, 2):
        registry.release("promote", number, follows=number - 1, by=ALICE, reason="")
    release_file(registry, 2).write_text("{")
    again = FolderRegistry(registry.folder)
    assert (again.releases().champion, again.releases().last) == (1, 2)
    assert again.release("promote", 2, follows=2, by=ALICE, reason="").number == 3
    assert again.alias("champion") == 2


def test_an_older_irisml_writes_nothing_behind_a_newer_one(registry):
    """It cannot know what the newest release says."""
    registry.release("promote", 1, follows=0, by=ALICE, reason="")
    path = release_file(registry, 1)
    path.write_text(path.read_text().replace('"format": 1', '"format": 2'))
    with pytest.raises(NewerFormatError):
        FolderRegistry(registry.folder).release("promote", 2, follows=1, by=ALICE, reason="")


def test_a_file_at_the_next_release_is_told_and_passed_over(registry):
    """Somebody touched it: the release after it can be made."""
    registry.release("promote", 1, follows=0, by=ALICE, reason="")
    (registry.folder / "releases/000002").touch()
    with pytest.raises(ChampionMovedError):
        registry.release("promote", 2, follows=1, by=ALICE, reason="")
    assert registry.release("promote", 2, follows=2, by=ALICE, reason="").number == 3


def test_a_log_that_cannot_be_read_now_is_not_remembered_as_shorter(registry, monkeypatch):
    """One open fails: an error, and then the whole log."""
    for number in (1, 2):
        registry.release("promote", number, follows=number - 1, by=ALICE, reason="")
    fresh = FolderRegistry(registry.folder)
    with monkeypatch.context() as moment:
        refuse_to(moment, "open", OSError(112, "Host is down"), "000002")
        with pytest.raises(RegistryUnusableError, match="Host is down"):
            fresh.releases()
    assert fresh.alias("champion") == 2


def test_a_release_that_is_visible_is_told_although_its_flush_failed(registry, version, monkeypatch, caplog):
    """What the caller is told is what happened."""
    flush_folder = disk.flush_folder

    def fails(folder):
        if folder.name == "releases":
            raise OSError(5, "Input/output error")
        flush_folder(folder)

    monkeypatch.setattr(disk, "flush_folder", fails)
    assert registry.release("promote", 1, follows=0, by=ALICE, reason="").number == 1
    assert FolderRegistry(registry.folder).alias("champion") == 1
    assert "could not be flushed" in caplog.text


def test_a_file_at_the_next_release_is_passed_over_by_who_knew_the_log_before(registry):
    """Nothing is read anew without a reason; a lost number is one."""
    registry.release("promote", 1, follows=0, by=ALICE, reason="")
    assert registry.releases().last == 1
    (registry.folder / "releases/000002").touch()
    with pytest.raises(ChampionMovedError):
        registry.release("promote", 2, follows=1, by=ALICE, reason="")
    assert registry.release("promote", 2, follows=2, by=ALICE, reason="").number == 3


def test_a_record_that_is_restored_counts_again(registry):
    """A copy that is under way shows the folder before the file: that is not remembered."""
    for number in (1, 2):
        registry.release("promote", number, follows=number - 1, by=ALICE, reason="")
    content = release_file(registry, 2).read_bytes()
    release_file(registry, 2).unlink()
    reader = FolderRegistry(registry.folder)
    assert reader.alias("champion") == 1
    release_file(registry, 2).write_bytes(content)
    assert reader.alias("champion") == 2


def test_a_folder_that_was_exchanged_is_read_anew(registry, tmp_path):
    """Another copy with as many releases stands at its place."""
    other = FolderRegistry(tmp_path / "other")
    for champion, one in ((1, registry), (2, other)):
        one.release("promote", champion, follows=0, by=ALICE, reason="")
    assert registry.alias("champion") == 1
    registry.folder.rename(tmp_path / "aside")
    other.folder.rename(registry.folder)
    assert registry.alias("champion") == 2


def test_no_number_is_taken_in_front_of_a_record_that_exists(registry):
    """Release 2 was deleted after it was read elsewhere: 3 is there, so 2 is not free."""
    for number in (1, 2, 3):
        registry.release("promote", number, follows=number - 1, by=ALICE, reason="")
    late = FolderRegistry(registry.folder)
    late._log._known, late._log._newest = late._log._known.extended(registry.releases().releases[:1]), None
    late._log._newest = late._log._stamp(1)
    shutil.rmtree(release_file(registry, 2).parent)
    with pytest.raises(ChampionMovedError):
        late.release("promote", 1, follows=1, by=ALICE, reason="")
    assert not release_file(registry, 2).exists()


def test_what_an_older_irisml_left_is_no_news_once_there_were_releases(registry):
    """The folder of the log is away for a moment: the champion of irisml 0.1 must not come back."""
    (registry.folder / "aliases").mkdir(parents=True)
    (registry.folder / "aliases/champion").write_text("1")
    registry.release("promote", 2, follows=1, by=ALICE, reason="")
    assert registry.alias("champion") == 2
    (registry.folder / "releases").rename(registry.folder / "away")
    assert registry.releases().last == 0
    (registry.folder / "away").rename(registry.folder / "releases")
    assert registry.alias("champion") == 2


def test_readers_in_many_threads_see_one_log(registry):
    """Twice a second a thread looks, and pages ask meanwhile."""
    from concurrent.futures import ThreadPoolExecutor

    for number in range(1, 21):
        registry.release("promote", number, follows=number - 1, by=ALICE, reason="")
    reader = FolderRegistry(registry.folder)
    with ThreadPoolExecutor(8) as pool:
        logs = list(pool.map(lambda _: reader.releases(), range(50)))
    assert {log.champions for log in logs} == {tuple(range(1, 21))}
