"""Tests of the recorder."""

import threading
import time

import pytest

from irisml import predict
from irisml.domain.errors import RegistryUnusableError
from irisml.monitoring.event_files import EventReader, EventWriter
from irisml.monitoring.recorder import Recorder

FLOWER = (6.0, 2.7, 5.1, 1.6)


class Started(Recorder):
    """A recorder without its thread: a test writes the queue itself."""

    def __init__(self, writer, challenger=lambda: None, **options):
        super().__init__(writer, challenger, **options)
        self._thread = object()


@pytest.fixture
def champion(registry):
    return registry.get("champion")


def predictions(version, n):
    return [predict(version.load_forest(), FLOWER)] * n


def test_predictions_become_events(tmp_path, champion):
    recorder = Started(EventWriter(tmp_path))
    [prediction] = predictions(champion, 1)
    recorder.record([prediction], champion, "page", 0.002)
    recorder.write_queued()
    [event] = EventReader(tmp_path).read()
    assert (event.version, event.dataset, event.x) == (champion.number, 1, FLOWER)
    assert (event.species, event.door, event.ms) == (prediction.species, "page", 2.0)
    assert abs(event.time - time.time()) < 5


def test_what_finds_no_place_in_the_queue_is_dropped_and_counted(tmp_path, champion):
    recorder = Started(EventWriter(tmp_path), most_queued=5)
    recorder.record(predictions(champion, 3), champion, "file", 0.001)
    recorder.record(predictions(champion, 4), champion, "file", 0.001)
    recorder.write_queued()
    assert len(EventReader(tmp_path).read()) == 5
    recorded = recorder.recorded()
    assert recorded.n_dropped == 2
    assert sum(recorded.n_predictions.values()) == 7


def test_what_the_disk_refuses_is_dropped_counted_and_said(tmp_path, champion, caplog):
    (tmp_path / "events").write_text("a file where the folder should be")
    recorder = Started(EventWriter(tmp_path / "events"))
    for _ in range(3):
        recorder.record(predictions(champion, 2), champion, "api", 0.001)
        recorder.write_queued()
    recorded = recorder.recorded()
    assert recorded.n_dropped == 6
    assert "exists" in recorded.problem or "directory" in recorded.problem
    assert len([record for record in caplog.records if "dropped" in record.message]) == 1
    (tmp_path / "events").unlink()
    recorder.record(predictions(champion, 1), champion, "api", 0.001)
    recorder.write_queued()
    assert (recorder.recorded().n_dropped, recorder.recorded().problem) == (6, "")
    assert len(EventReader(tmp_path / "events").read()) == 1


def test_a_challenger_is_asked_the_same_and_the_champion_is_not_asked_twice(tmp_path, registry, champion):
    other = registry.get(1)
    recorder = Started(EventWriter(tmp_path), lambda: other)
    recorder.record(predictions(champion, 1), champion, "page", 0.001)
    recorder.record(predictions(other, 1), other, "page", 0.001)
    recorder.write_queued()
    by_champion, by_itself = EventReader(tmp_path).read()
    assert by_champion.shadow.version == 1
    assert by_champion.shadow.species == predict(other.load_forest(), FLOWER).species
    assert by_itself.shadow is None


def test_a_full_queue_is_said_once(tmp_path, champion, caplog):
    recorder = Started(EventWriter(tmp_path), most_queued=1)
    for _ in range(3):
        recorder.record(predictions(champion, 2), champion, "file", 0.001)
    assert recorder.recorded().problem == "they come faster than they can be written"
    assert len([record for record in caplog.records if "dropped" in record.message]) == 1


def test_the_queue_is_bounded_however_many_threads_record(tmp_path, champion):
    recorder, many = Started(EventWriter(tmp_path), most_queued=100), predictions(champion, 90)
    threads = [threading.Thread(target=recorder.record, args=(many, champion, "file", 0.001)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    recorder.write_queued()
    assert len(EventReader(tmp_path).read()) == 100
    assert recorder.recorded().n_dropped == 8 * 90 - 100


def test_a_challenger_that_cannot_be_read_costs_no_event(tmp_path, champion):
    class Unreadable:
        number = 9

        def load_forest(self):
            raise RegistryUnusableError(path="share", problem="Host is down")

    recorder = Started(EventWriter(tmp_path), Unreadable)
    recorder.record(predictions(champion, 2), champion, "api", 0.001)
    recorder.write_queued()
    assert [event.shadow for event in EventReader(tmp_path).read()] == [None, None]


def test_without_a_writer_predictions_are_counted_and_nothing_is_kept(tmp_path, champion):
    recorder = Recorder(None, lambda: None)
    recorder.start()
    recorder.record(predictions(champion, 2), champion, "page", 0.001)
    assert sum(recorder.recorded().n_predictions.values()) == 2
    assert recorder.recorded().n_dropped == 0


def test_a_recorder_that_was_not_started_keeps_nothing_in_memory(tmp_path, champion):
    recorder = Recorder(EventWriter(tmp_path), lambda: None)
    recorder.record(predictions(champion, 2), champion, "page", 0.001)
    recorder.start()
    recorder.stop()
    assert EventReader(tmp_path).read() == ()


def test_the_thread_writes_within_a_second_and_what_is_queued_at_the_end(tmp_path, champion):
    recorder = Recorder(EventWriter(tmp_path), lambda: None)
    recorder.start()
    recorder.record(predictions(champion, 1), champion, "page", 0.001)
    deadline = time.monotonic() + 3
    while not EventReader(tmp_path).read() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert len(EventReader(tmp_path).read()) == 1
    recorder.record(predictions(champion, 1), champion, "page", 0.001)
    recorder.stop()
    assert len(EventReader(tmp_path).read()) == 2


@pytest.mark.parametrize(("ms", "place"), [(0.05, 0), (0.1, 0), (0.3, 2), (60.0, 8)])
def test_latencies_are_counted_by_their_class(champion, ms, place):
    recorder = Recorder(None, lambda: None)
    recorder.record(predictions(champion, 2), champion, "api", 2 * ms / 1000)
    assert recorder.recorded().latency_counts[place] == 2
