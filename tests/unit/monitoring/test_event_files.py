"""Tests of the files of events."""

import os
import threading

import msgspec
import pytest

from irisml.domain.errors import EventsUnusableError
from irisml.monitoring.event_files import FILE_HOURS, EventReader, EventWriter, events_folder
from tests.unit.monitoring.halls import event

KEPT = {"time", "version", "dataset", "x", "species", "probability", "outside", "door", "ms", "shadow"}


def files(folder):
    return sorted(folder.rglob("*.jsonl"))


def test_what_was_written_is_read_in_the_order_of_time(tmp_path):
    one, other = EventWriter(tmp_path), EventWriter(tmp_path)
    one.write([event(time=3.0), event(time=1.0)])
    other.write([event(time=2.0)])
    assert [read.time for read in EventReader(tmp_path).read()] == [1.0, 2.0, 3.0]


def test_an_event_has_nothing_but_what_is_documented(tmp_path):
    EventWriter(tmp_path).write([event()])
    [line] = files(tmp_path)[0].read_bytes().splitlines()
    assert set(msgspec.json.decode(line)) | {"shadow"} == KEPT


def test_no_two_writers_share_a_file(tmp_path):
    writers = [EventWriter(tmp_path) for _ in range(8)]
    threads = [threading.Thread(target=lambda w=w: [w.write([event()] * 3) for _ in range(20)]) for w in writers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({file.parent for file in files(tmp_path)}) == len(writers)
    reader = EventReader(tmp_path)
    assert (len(reader.read()), reader.n_damaged) == (8 * 3 * 20, 0)


def test_a_reader_reads_only_what_is_new(tmp_path):
    writer, reader = EventWriter(tmp_path), EventReader(tmp_path)
    writer.write([event(time=1.0)])
    assert len(reader.read()) == 1
    writer.write([event(time=2.0)])
    assert [read.time for read in reader.read()] == [1.0, 2.0]
    assert len(reader.read()) == 2


def test_wherever_a_crash_cuts_a_file_off_all_whole_lines_are_read(tmp_path):
    EventWriter(tmp_path).write([event(time=1.0), event(time=2.0)])
    [file] = files(tmp_path)
    content = file.read_bytes()
    first = content.index(b"\n") + 1
    for length in range(len(content) + 1):
        file.write_bytes(content[:length])
        reader = EventReader(tmp_path)
        n_whole = (length >= first) + (length == len(content))
        assert (len(reader.read()), reader.n_damaged) == (n_whole, 0), length


def test_a_line_that_is_no_event_is_counted_and_not_read(tmp_path):
    EventWriter(tmp_path).write([event()])
    [file] = files(tmp_path)
    file.write_bytes(file.read_bytes() + b'{"time": "never"}\n' + file.read_bytes())
    reader = EventReader(tmp_path)
    assert (len(reader.read()), reader.n_damaged) == (2, 1)


def test_files_are_rotated_and_the_oldest_deleted(tmp_path):
    writer = EventWriter(tmp_path, file_bytes=400, most_files=3)
    for second in range(30):
        writer.write([event(time=float(second))])
    assert len(files(tmp_path)) <= 3
    assert all(file.stat().st_size < 600 for file in files(tmp_path))
    times = [read.time for read in EventReader(tmp_path).read()]
    assert times == [float(second) for second in range(30)][-len(times) :]


@pytest.mark.parametrize("failing", range(6))
def test_after_a_write_that_fails_halfway_the_next_events_are_whole(tmp_path, monkeypatch, failing):
    """The disk takes some bytes, then refuses: at the first, second, … write."""
    write, calls = os.write, []

    def full(file, content):
        calls.append(len(content))
        if len(calls) == failing + 1:
            write(file, bytes(content)[:10])
            raise OSError(28, "No space left on device")
        return write(file, content)

    monkeypatch.setattr(os, "write", full)
    writer, written = EventWriter(tmp_path), []
    for second in range(6):
        try:
            writer.write([event(time=float(second))])
        except OSError:
            continue
        written.append(float(second))
    reader = EventReader(tmp_path)
    assert [read.time for read in reader.read()] == written
    assert (len(written), reader.n_damaged) == (5, 0)


def test_files_that_are_older_than_the_setting_are_deleted_also_those_of_other_instances(tmp_path):
    EventWriter(tmp_path).write([event(time=1.0)])
    [old] = files(tmp_path)
    os.utime(old, (0, old.stat().st_mtime - 3 * 86_400))
    EventWriter(tmp_path, days=4).sweep()
    assert old.exists()
    EventWriter(tmp_path, days=2).sweep()
    assert not old.parent.exists()


def test_no_event_is_kept_much_longer_than_the_setting_even_if_one_comes_each_hour(tmp_path):
    now = [0.0]
    writer = EventWriter(tmp_path, days=1, clock=lambda: now[0])
    for hour in range(72):
        now[0] = 3500.0 * hour
        writer.sweep()
        writer.write([event(time=now[0])])
        for file in files(tmp_path):
            if file.stat().st_mtime > 1e8:  # written just now, by the clock of the disk
                os.utime(file, (now[0], now[0]))
    oldest = EventReader(tmp_path).read()[0].time
    assert now[0] - oldest < (24 + FILE_HOURS + 2) * 3600


def test_what_was_read_before_a_passing_fault_is_not_lost(tmp_path, monkeypatch):
    for second in range(3):
        EventWriter(tmp_path).write([event(time=float(second))])
    reader, opened = EventReader(tmp_path), []
    real = type(tmp_path).open

    def fails_once(self, *rest):
        opened.append(self)
        if len(opened) == 2:
            raise PermissionError(13, "Permission denied", str(self))
        return real(self, *rest)

    monkeypatch.setattr("pathlib.Path.open", fails_once)
    with pytest.raises(EventsUnusableError):
        reader.read()
    assert [read.time for read in reader.read()] == [0.0, 1.0, 2.0]


def test_a_folder_that_is_not_there_has_no_events(tmp_path):
    assert EventReader(events_folder(str(tmp_path / "none"))).read() == ()


def test_a_folder_that_cannot_be_read_now_is_no_empty_folder(tmp_path, monkeypatch):
    EventWriter(tmp_path).write([event()])

    def fails(self, *rest):
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr("pathlib.Path.open", fails)
    with pytest.raises(EventsUnusableError, match="Permission denied"):
        EventReader(tmp_path).read()
