"""irisml.registry.legacy: a registry of irisml 0.1 can be read, and is migrated by the first release."""

import json
import shutil
from pathlib import Path

import pytest

from irisml import FolderRegistry
from irisml.registry import folder_log
from tests.unit.registry.faults import ALICE

DATA = Path(__file__).parents[2] / "data"


def line(version, replaced, action="promote", reason="why"):
    """Return a line of the history in the format of irisml 0.1."""
    change = {"time": "2026-11-24T19:05:00Z", "action": action, "version": version, "replaced": replaced}
    return json.dumps({**change, "reason": reason}, separators=(",", ":"))


@pytest.fixture
def older(tmp_path) -> Path:
    """A registry of irisml 0.1: version 1 of format 1, version 2 of format 2, no aliases yet."""
    for number in (1, 2):
        shutil.copytree(DATA / f"format-{number}", tmp_path / f"versions/{number:04}")
        manifest = tmp_path / f"versions/{number:04}/version.json"
        manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "version": number}))
    (tmp_path / "aliases").mkdir()
    return tmp_path


def write(older, champion=None, previous=None, history=()):
    for name, number in (("champion", champion), ("previous", previous)):
        if number is not None:
            (older / "aliases" / name).write_text(str(number))
    (older / "aliases/history.jsonl").write_text("".join(f"{text}\n" for text in history))


def moves(registry):
    return [(release.action, release.champion, release.replaced) for release in registry.releases().releases]


def test_an_older_registry_is_read_without_writing(older):
    """Champion, previous, and each history line with its reason."""
    write(older, 2, 1, [line(1, None, reason="the first"), line(2, 1)])
    before = sorted(older.rglob("*"))
    registry = FolderRegistry(older)
    assert (registry.alias("champion"), registry.alias("previous")) == (2, 1)
    assert [release.reason for release in registry.releases().releases] == ["the first", "why"]
    assert {release.by.kind for release in registry.releases().releases} == {"older irisml"}
    assert registry.get("champion", verified=True).number == 2
    assert sorted(older.rglob("*")) == before


def test_the_first_release_migrates_all_lines(older):
    """The old lines come first, the new release follows; the old files are not changed."""
    write(older, 2, 1, [line(1, None), line(2, 1)])
    history = (older / "aliases/history.jsonl").read_bytes()
    registry = FolderRegistry(older)
    assert registry.release("roll_back", 1, follows=2, by=ALICE, reason="worse").number == 3
    fresh = FolderRegistry(older)
    assert moves(fresh) == [("promote", 1, None), ("promote", 2, 1), ("roll_back", 1, 2)]
    assert fresh.alias("champion") == 1
    assert (older / "aliases/history.jsonl").read_bytes() == history


def test_two_processes_that_migrate_at_once_lose_nothing(older):
    """Both have read the old files; the log has the old lines once."""
    write(older, 2, 1, [line(1, None), line(2, 1)])
    one, two = FolderRegistry(older), FolderRegistry(older)
    log = two.releases()
    one.release("promote", 1, follows=2, by=ALICE, reason="")
    two._log._migrate(log.releases)  # the step at which the other process had finished
    assert len(FolderRegistry(older).releases().releases) == 3


@pytest.mark.parametrize(
    ("champion", "previous", "history", "champions"),
    [
        (2, 1, [line(1, None)], (1, 2)),  # killed between the alias and the history
        (2, 1, [], (1, 2)),  # the history was lost
        (1, None, [], (1,)),
        (2, 2, [line(1, None)], (1, 2)),  # killed between the two aliases
        (1, 2, [line(1, None), line(2, 1), line(1, 2, "rollback")], (1,)),
        (None, None, [], ()),
    ],
)
def test_the_aliases_take_precedence_over_the_history(older, champion, previous, history, champions):
    """The champion of the old files stays the champion."""
    write(older, champion, previous, history)
    registry = FolderRegistry(older)
    assert registry.releases().champions == champions
    if champions:
        registry.release("promote", champions[-1], follows=registry.releases().last, by=ALICE, reason="")
        assert FolderRegistry(older).releases().champions == champions


def test_an_incomplete_line_does_not_hide_the_next_one(older, caplog):
    """A writer was killed within a line; the next one appended to it."""
    write(older, 2, 1, [line(1, None), '{"time": "2026-' + line(2, 1, reason="must be kept")])
    assert [release.reason for release in FolderRegistry(older).releases().releases] == ["why", "must be kept"]
    assert "its writer was interrupted" in caplog.text


@pytest.mark.parametrize("content", ["one", "", "1" * 200])
def test_an_invalid_alias_is_ignored(older, content, caplog):
    write(older, 2, 1, [line(1, None)])
    (older / "aliases/champion").write_text(content)
    assert FolderRegistry(older).alias("champion") == 1
    assert "is left out" in caplog.text


def test_a_named_pipe_as_history_does_not_block(older):
    """Opening one waits for a writer."""
    import os

    write(older, 1)
    (older / "aliases/history.jsonl").unlink()
    os.mkfifo(older / "aliases/history.jsonl")
    assert FolderRegistry(older).alias("champion") == 1


def test_with_a_key_migrated_releases_are_signed_and_have_the_registry_id(older, monkeypatch):
    monkeypatch.setenv("IRISML_SIGNING_KEY", "correct horse")
    write(older, 2, 1, [line(1, None), line(2, 1)])
    FolderRegistry(older).release("promote", 1, follows=2, by=ALICE, reason="")
    fresh = FolderRegistry(older)
    assert fresh.releases().unreadable == ()
    assert len({release.registry for release in fresh.releases().releases}) == 1
    assert None not in {release.registry for release in fresh.releases().releases}


def test_a_long_history_is_parsed_once(older, monkeypatch):
    """A server looks twice a second; 20,000 lines took five seconds each time."""
    write(older, 2, 1, [line(1 + k % 2, 2 - k % 2) for k in range(2000)])
    registry, read = FolderRegistry(older), []
    real = folder_log.read_legacy_releases
    monkeypatch.setattr(folder_log, "read_legacy_releases", lambda folder: read.append(folder) or real(folder))
    for _ in range(5):
        assert registry.alias("champion") == 2
    assert len(read) == 1
    (older / "aliases/champion").write_text("1 ")
    assert registry.alias("champion") == 1
