"""irisml.service.serving: the model in memory while the registry changes, fails or is missing."""

import os
import shutil
import threading

import pytest

from irisml import FolderRegistry, TrainingConfig, train_version
from irisml.domain.errors import RegistryUnusableError, VersionNotFoundError
from irisml.registry.version import FOREST_FILE
from irisml.releases.champion import promote
from irisml.service.serving import LOOK_EVERY_S, ServingModel


class Clock:
    """A clock that a test advances."""

    now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def serving(registry, clock) -> ServingModel:
    """Version 2, in memory."""
    serving = ServingModel(registry, clock)
    assert serving.current().number == 2
    return serving


def put_away(registry):
    """Move the folder of the registry away, like a lost mount; return a function that restores it."""
    aside = registry.folder.with_name("aside")
    registry.folder.rename(aside)

    def back():
        shutil.rmtree(registry.folder, ignore_errors=True)
        aside.rename(registry.folder)

    return back


def break_opening(monkeypatch, part):
    """Make opening paths with *part* fail, as on a share that is unavailable for a moment."""
    real = os.open

    def away(path, *args, **kwargs):
        if part in str(path):
            raise OSError(112, "Host is down", str(path))
        return real(path, *args, **kwargs)

    monkeypatch.setattr(os, "open", away)


def test_a_promotion_by_another_process_is_seen_at_the_next_look(serving, registry, clock):
    """Looks are half a second apart."""
    promote(registry, 1)
    clock.now += LOOK_EVERY_S
    assert serving.current().number == 2
    clock.now += 0.01
    assert serving.current().number == 1


def test_the_model_stays_in_memory_if_the_registry_is_empty(serving, registry, clock, caplog):
    """A lost mount looks like an empty folder. One warning is logged; later releases are followed again."""
    back = put_away(registry)
    registry.folder.mkdir()
    for _ in range(10):
        clock.now += 1
        assert serving.current().number == 2
    assert "the registry is empty" in serving.notice.template
    assert sum("the registry is empty" in record.getMessage() for record in caplog.records) == 1
    back()
    promote(registry, 1)
    clock.now += 1
    assert (serving.current().number, serving.notice) == (1, None)


def test_the_model_stays_in_memory_if_the_registry_is_missing(serving, registry, clock):
    back = put_away(registry)
    clock.now += 1
    assert serving.current().number == 2
    assert serving.notice is not None
    back()
    clock.now += 1
    assert serving.current().number == 2
    assert serving.notice is None


def test_the_model_stays_in_memory_if_the_registry_cannot_be_read(serving, registry, clock, monkeypatch, caplog):
    """One warning, however often it is looked at."""
    real = os.stat

    def away(path, *args, **kwargs):
        if "releases" in str(path):
            raise OSError(112, "Host is down")
        return real(path, *args, **kwargs)

    with monkeypatch.context() as moment:
        moment.setattr(os, "stat", away)
        for _ in range(5):
            clock.now += 1
            assert serving.current().number == 2
    assert caplog.text.count("Host is down") == 1
    assert serving.notice.template.startswith("Version {version} keeps serving")
    clock.now += 1
    assert serving.current().number == 2
    assert serving.notice is None


@pytest.mark.parametrize("file", ["0001/version.json", "0001/forest.json"])
def test_an_unreadable_new_champion_is_retried_at_the_next_look(serving, registry, clock, monkeypatch, file):
    """The model in memory stays, and no older one serves."""
    promote(registry, 1)
    with monkeypatch.context() as moment:
        break_opening(moment, file)
        clock.now += 1
        assert serving.current().number == 2
    clock.now += 1
    assert (serving.current().number, serving.notice) == (1, None)


def test_no_other_version_serves_after_a_transient_error_at_the_start(registry, monkeypatch):
    """An error first, as no model is in memory; then version 2."""
    serving = ServingModel(registry)
    with monkeypatch.context() as moment:
        break_opening(moment, "0002/version.json")
        with pytest.raises(RegistryUnusableError, match="Host is down"):
            serving.current()
    assert serving.current().number == 2


def test_a_damaged_champion_serves_again_once_it_is_restored(registry, clock, caplog):
    """Version 1 serves meanwhile, with a notice for the presenter. The damage is logged once."""
    path = registry.folder / "versions/0002" / FOREST_FILE
    whole = path.read_bytes()
    path.write_bytes(b"{}")
    serving = ServingModel(registry, clock)
    for _ in range(5):
        clock.now += 1
        assert serving.current().number == 1
    assert serving.notice.values == {"version": 1, "champion": 2}
    assert caplog.text.count("Version 2 is damaged") == 1
    path.write_bytes(whole)
    clock.now += 1
    assert (serving.current().number, serving.notice) == (2, None)


def test_an_unreadable_newest_release_is_reported(registry, clock):
    """It may have named another champion."""
    promote(registry, 1)
    (registry.folder / "releases/000003/release.json").write_text("{")
    serving = ServingModel(type(registry)(registry.folder), clock)
    assert serving.current().number == 2
    clock.now += 1
    serving.current()
    assert serving.notice.values == {"version": 2, "release": 3}


def test_without_a_version_nothing_serves(empty_registry):
    """No training starts automatically."""
    with pytest.raises(VersionNotFoundError):
        ServingModel(empty_registry).current()


def test_with_a_watching_thread_no_request_waits_for_the_disk(registry, monkeypatch):
    """The disk blocks: a request is served from memory."""
    serving = ServingModel(registry)
    serving.look()
    hangs, ends = threading.Event(), threading.Event()

    def never(*_):
        hangs.set()
        assert ends.wait(60)
        raise OSError(110, "timed out")

    monkeypatch.setattr("irisml.registry.disk.is_folder", never)
    serving.follow()
    assert hangs.wait(60)
    assert serving.current().number == 2
    ends.set()


def test_the_thread_follows_the_log(registry):
    """Without a request."""
    serving = ServingModel(registry)
    serving.follow()
    assert serving.current().number == 2
    promote(type(registry)(registry.folder), 1)
    arrived = threading.Event()
    for _ in range(600):
        if serving.current().number == 1:
            arrived.set()
            break
        arrived.wait(0.05)
    assert arrived.is_set()


def test_another_registry_at_the_same_path_is_not_followed(serving, registry, clock, candidate):
    """Its version 1 was never compared, so version 2 stays, with a notice."""
    registry.folder.rename(registry.folder.with_name("aside"))
    new = FolderRegistry(registry.folder)
    promote(new, new.register(candidate).number)
    for _ in range(3):
        clock.now += 1
        assert serving.current().number == 2
    assert serving.notice.kind == "registry_exchanged"
    assert serving.notice.registry_is_away


def test_the_model_stays_in_memory_if_the_releases_are_missing(serving, registry, clock):
    """The versions exist, the log does not: no other version serves."""
    promote(registry, 1)
    clock.now += 1
    assert serving.current().number == 1
    (registry.folder / "releases").rename(registry.folder / "away")
    clock.now += 1
    assert serving.current().number == 1
    assert serving.notice.kind == "registry_empty"


def test_the_notice_names_the_version_that_serves(registry, clock):
    """First 1 serves for the damaged 3, then the restored 2."""
    third = train_version(registry, TrainingConfig(n_estimators=5, random_state=2)).version
    for number in (third, 2):
        (registry.folder / f"versions/{number:04}" / FOREST_FILE).rename(registry.folder / f"{number}.json")
    serving = ServingModel(registry, clock)
    assert serving.current().number == 1
    clock.now += 1
    serving.current()
    since = serving.notice.since
    assert serving.notice.values == {"version": 1, "champion": third}
    (registry.folder / "2.json").rename(registry.folder / "versions/0002" / FOREST_FILE)
    clock.now += 1
    assert serving.current().number == 2
    assert (serving.notice.values, serving.notice.since) == ({"version": 2, "champion": third}, since)


def test_a_recurring_fault_is_logged_again(serving, registry, clock, caplog):
    for times in (1, 2):
        back = put_away(registry)
        clock.now += 1
        serving.current()
        back()
        clock.now += 1
        serving.current()
        assert caplog.text.count("the registry is empty") == times


def test_with_a_watching_thread_no_request_looks_for_a_missing_model(empty_registry, monkeypatch):
    """The thread has looked; each request gets its result."""
    serving = ServingModel(empty_registry)
    with pytest.raises(VersionNotFoundError):
        serving.current()
    monkeypatch.setattr(serving, "_look_for_ever", lambda: None)
    serving.follow()
    monkeypatch.setattr(serving, "look", lambda: pytest.fail("a request looked at the disk"))
    with pytest.raises(VersionNotFoundError):
        serving.current()


def test_the_thread_survives_an_unexpected_error(registry, monkeypatch):
    """It logs the error and looks again."""
    serving = ServingModel(registry)
    looks, enough = [], threading.Event()

    def broken():
        looks.append(1)
        if len(looks) > 1:
            enough.set()
        raise ZeroDivisionError

    monkeypatch.setattr(serving, "look", broken)
    monkeypatch.setattr("irisml.service.serving.LOOK_EVERY_S", 0.01)
    serving.follow()
    assert enough.wait(30)
