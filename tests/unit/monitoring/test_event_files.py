"""Tests of the files of events."""

import os
import threading

import msgspec
import pytest

from irisml.domain.errors import EventsUnusableError
from irisml.monitoring.event_files import EventReader, EventWriter, events_folder
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
    EventWriter(tmp_path, days=4).write([event(time=2.0)])
    assert old.exists()
    EventWriter(tmp_path, days=2).write([event(time=3.0)])
    assert not old.parent.exists()
    assert [read.time for read in EventReader(tmp_path).read()] == [2.0, 3.0]


def test_a_writer_that_was_idle_begins_a_new_file(tmp_path):
    """Its own file may have been deleted by another instance meanwhile."""
    now = [0.0]
    writer = EventWriter(tmp_path, clock=lambda: now[0])
    writer.write([event(time=1.0)])
    files(tmp_path)[0].unlink()
    now[0] = 3601.0
    writer.write([event(time=2.0)])
    assert [read.time for read in EventReader(tmp_path).read()] == [2.0]


def test_a_folder_that_is_not_there_has_no_events(tmp_path):
    assert EventReader(events_folder(str(tmp_path / "none"))).read() == ()


def test_a_folder_that_cannot_be_read_now_is_no_empty_folder(tmp_path, monkeypatch):
    EventWriter(tmp_path).write([event()])

    def fails(self, *rest):
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr("pathlib.Path.open", fails)
    with pytest.raises(EventsUnusableError, match="Permission denied"):
        EventReader(tmp_path).read()
