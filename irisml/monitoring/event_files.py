"""Files of events: JSON lines, one folder for each running instance, rotated and capped.

An instance writes only files of its own, so no two writers share one. A line is whole if it ends with a line feed: one
that a crash cut off is the last of its file, and is not read. Readers merge the files of all instances.
"""

import logging
import math
import os
import secrets
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import msgspec

from irisml.domain.errors import EventsUnusableError
from irisml.monitoring.events import PredictionEvent
from irisml.registry import local_folder

FOLDER = "events"
_SUFFIX = ".jsonl"
FILE_HOURS = 6.0
_HOUR_S, _DAY_S = 3600.0, 86_400.0
_log = logging.getLogger(__name__)


def events_folder(location: str) -> Path:
    """Return the folder of the events of a registry."""
    return local_folder(location) / FOLDER


class EventWriter:
    """Writes the files of one instance.

    Parameters
    ----------
    folder : Path
        Folder of all instances.
    days : float
        Files that were last written longer ago are deleted, those of instances that have ended, too. A file has the
        events of at most `FILE_HOURS` hours, so none is kept much longer.
    file_bytes, most_files : int
        When a file has so many bytes, the next one begins; of more files the oldest is deleted.
    clock : callable
        Returns seconds since 1970; for tests.

    Examples
    --------
    >>> writer = EventWriter(Path("no/such/folder"))
    >>> len(writer.instance)
    8
    """

    def __init__(
        self,
        folder: Path,
        days: float = 30,
        *,
        file_bytes: int = 1_000_000,
        most_files: int = 20,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.instance = secrets.token_hex(4)
        self._all, self._folder = folder, folder / self.instance
        self._days, self._file_bytes, self._most_files = days, file_bytes, most_files
        self._clock = clock
        self._number, self._n_bytes = 0, 0
        self._file: int | None = None
        self._swept_at = -_HOUR_S
        self._opened_at = -math.inf

    def write(self, events: Iterable[PredictionEvent]) -> None:
        """Append events, in one piece.

        Raises
        ------
        OSError
            If the disk refuses. The events count as lost, and the next ones begin a new file, because this one may end
            within a line.
        """
        content = b"".join(msgspec.json.encode(event) + b"\n" for event in events)
        if not content:
            return
        now = self._clock()
        if now - self._opened_at > FILE_HOURS * _HOUR_S:
            self.close()
        try:
            if self._file is None:
                self._open_next()
            assert self._file is not None
            rest = memoryview(content)
            while rest:
                rest = rest[os.write(self._file, rest) :]
        except OSError:
            self.close()
            raise
        self._n_bytes += len(content)
        if self._n_bytes >= self._file_bytes:
            self.close()

    def close(self) -> None:
        """Close the file; the next event begins another one."""
        if self._file is not None:
            os.close(self._file)
        self._file, self._n_bytes = None, 0

    def _open_next(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        number = self._number + 1
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND
        self._file = os.open(self._folder / f"{number:06}{_SUFFIX}", flags, 0o640)
        self._number, self._opened_at = number, self._clock()
        if number > self._most_files:
            (self._folder / f"{number - self._most_files:06}{_SUFFIX}").unlink(missing_ok=True)

    def sweep(self) -> None:
        """Delete files that are too old, at most once an hour; what cannot be deleted now is tried again."""
        now = self._clock()
        if now - self._swept_at < _HOUR_S:
            return
        self._swept_at = now
        try:
            for file in _files(self._all):
                with suppress(FileNotFoundError):  # another instance was faster
                    if now - file.stat().st_mtime > self._days * _DAY_S:
                        file.unlink()
                        with suppress(OSError):
                            file.parent.rmdir()  # only if it is empty
        except OSError as error:
            _log.warning("old events were not deleted, which is tried again in an hour: %s", error)


class EventReader:
    """Reads the events of all instances; each call reads only what is new.

    Parameters
    ----------
    folder : Path
    most : int
        Events that are kept, the newest ones.

    Attributes
    ----------
    n_damaged : int
        Whole lines that are no events.

    Examples
    --------
    >>> EventReader(Path("no/such/folder")).read()
    ()
    """

    def __init__(self, folder: Path, most: int = 20_000) -> None:
        self._folder = folder
        self._most = most
        self._read_until: dict[Path, int] = {}
        self._unsorted: list[PredictionEvent] = []
        self._events: deque[PredictionEvent] = deque(maxlen=most)
        self.n_damaged = 0

    def read(self) -> tuple[PredictionEvent, ...]:
        """Return the newest events, oldest first.

        Raises
        ------
        EventsUnusableError
            If a file cannot be read now. A folder or a file that is not there has no events.
        """
        try:
            files = list(_files(self._folder))
            for file in files:
                self._unsorted += self._new_events(file)  # kept, should the next file be unreadable now
        except OSError as error:
            path = error.filename or self._folder
            raise EventsUnusableError(path=path, problem=error.strerror or str(error)) from error
        self._read_until = {file: offset for file, offset in self._read_until.items() if file in set(files)}
        if self._unsorted:
            together = sorted([*self._events, *self._unsorted], key=lambda event: event.time)
            self._events, self._unsorted = deque(together, maxlen=self._most), []
        return tuple(self._events)

    def _new_events(self, file: Path) -> list[PredictionEvent]:
        offset = self._read_until.get(file, 0)
        try:
            with file.open("rb") as opened:
                opened.seek(offset)
                content = opened.read()
        except FileNotFoundError:
            return []  # deleted since it was listed
        whole = content[: content.rfind(b"\n") + 1]
        self._read_until[file] = offset + len(whole)
        events = []
        for line in whole.splitlines():
            try:
                events.append(_decoder.decode(line))
            except msgspec.DecodeError:
                self.n_damaged += 1
        return events


_decoder = msgspec.json.Decoder(PredictionEvent)


def _files(folder: Path) -> Iterator[Path]:
    try:
        instances = sorted(path for path in folder.iterdir() if path.is_dir())
    except FileNotFoundError:
        return
    for instance in instances:
        try:
            yield from sorted(path for path in instance.iterdir() if path.suffix == _SUFFIX)
        except FileNotFoundError:
            continue  # deleted since it was listed
