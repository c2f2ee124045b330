"""Tests of the watch in memory, and of the challenger that the shadow asks."""

import time

import pytest

from irisml import TrainingConfig, predict, train_version
from irisml.monitoring.event_files import EventWriter, events_folder
from irisml.service.model_service import ModelService
from tests.unit.monitoring.halls import event, hall


@pytest.fixture
def service(registry) -> ModelService:
    return ModelService(str(registry.folder))


def write(service, n):
    events = [event(x, time=time.time()) for x in hall(n, 0)]
    EventWriter(events_folder(service.location)).write(events)


def test_without_a_thread_each_request_reads(service):
    assert service.watching.report().n == 0
    write(service, 3)
    assert service.watching.report().n == 3
    assert len(service.watching.events()) == 3


def test_with_a_thread_the_report_follows_within_three_seconds(service):
    service.watching.follow()
    assert service.watching.report().n == 0
    write(service, 3)
    deadline = time.monotonic() + 3
    while service.watching.report().n < 3 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert service.watching.report().n == 3


def test_it_is_compared_with_the_flowers_that_the_version_learned_from(service):
    write(service, 40)
    version = service.serving_version()
    n_learned = version.manifest.n_samples - version.evaluation.n_test
    assert {drift.n_learned for drift in service.watching.report().drifts} == {n_learned}


def test_a_challenger_is_kept_in_memory_until_it_serves(registry, service):
    assert service.serving.challenger() is None
    challenger = train_version(registry, TrainingConfig(n_estimators=2, max_depth=1)).version
    service.serving.look()
    assert service.serving.challenger().number == challenger
    service.promote(challenger, "a test", force=True)
    assert service.serving.challenger() is None


def test_settings_turn_the_events_off_and_say_how_long_they_are_kept(registry, service, monkeypatch):
    monkeypatch.setenv("IRISML_EVENTS", "0")
    off = ModelService(str(registry.folder))
    off.recorder.start()
    version = off.serving_version()
    off.recorder.record([predict(version.load_forest(), (6.0, 2.7, 5.1, 1.6))], version, "page", 0.001)
    off.recorder.stop()
    assert not events_folder(off.location).exists()
