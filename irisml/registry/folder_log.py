"""Release log in a folder: one folder per record, created by a rename that succeeds for one writer only."""

import logging
import os
import re
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import msgspec
from msgspec import structs

from irisml.domain.errors import NewerFormatError
from irisml.registry import disk
from irisml.registry.identity import FolderIdentity
from irisml.registry.legacy import legacy_stamp, read_legacy_releases
from irisml.registry.release_log import Release, ReleaseLog
from irisml.registry.signing import read_signed, write_signed
from irisml.registry.version_files import check_format

RELEASE_FORMAT = 1
"""Increment it whenever a field is added or changes its meaning; a test compares the schema."""
_FILE = "release.json"
_NUMBER = re.compile(r"[0-9]{1,9}")
_log = logging.getLogger(__name__)


class FolderLog:
    """Reader and writer of the release log in a registry's folder.

    Records are cached; checking that the cache is up to date takes three file system calls. Every method
    raises OSError if the disk cannot be read or written now; this is never cached.

    Parameters
    ----------
    folder : Path
        The registry.
    incoming : Path
        Folder in which records are prepared.
    identity : FolderIdentity
    signed : bool
        Whether signatures are checked if IRISML_SIGNING_KEY is set.
    """

    def __init__(self, folder: Path, incoming: Path, identity: FolderIdentity, *, signed: bool) -> None:
        self._folder = folder
        self._releases = folder / "releases"
        self._incoming = incoming
        self._identity = identity
        self._signed = signed
        self._known = ReleaseLog()
        self._newest: tuple[int, int, int] | None = None
        self._had_records = False
        self._legacy_read: tuple[object, ReleaseLog] | None = None
        self._told: set[str] = set()
        self._lock = threading.Lock()

    def read(self) -> ReleaseLog:
        """Return the current log; for an older registry that was never migrated, the log from its files."""
        with self._lock:
            log = self._known
            # The folder was exchanged or restored, or a record that was unreadable may be readable now: read all.
            if log.last and (log.unreadable or self._stamp(log.last) != self._newest):
                log = ReleaseLog()
            if not log.last:
                log = log.extended(self._records_from(1, self._listed()))
            elif new := list(self._records_from(log.last + 1, log.last)):
                log = log.extended(new)
            self._known, self._newest = log, self._stamp(log.last)
            if log.last:
                self._had_records = True
            # Once there were records, the files of an older irisml are ignored.
            elif not self._had_records:
                return self._legacy()
        return log

    def _records_from(self, number: int, newest: int) -> Iterator[Release | int]:
        """Yield the records in order, at least up to *newest*: one that is missing before that number was deleted."""
        while True:
            if disk.is_folder(self._record(number)):
                yield self._record_or_number(number)
            elif number <= newest:
                self._tell_once(f"release {number} is missing from {self._releases}")
                yield number
            else:
                return
            number += 1

    def _listed(self) -> int:
        """Return the highest number in the folder; a listing can miss a new record, but not show an absent one."""
        return max((int(name) for name in disk.names_in(self._releases) if _NUMBER.fullmatch(name)), default=0)

    def _stamp(self, number: int) -> tuple[int, int, int] | None:
        """Return device, inode and time of a record's folder, to detect a replaced one; None if there is none."""
        try:
            status = os.stat(self._record(number))  # noqa: PTH116 - as in disk.is_folder
        except FileNotFoundError:
            return None
        return status.st_dev, status.st_ino, status.st_mtime_ns

    def _legacy(self) -> ReleaseLog:
        """Read the files of irisml 0.1; again only if one of them changed."""
        stamp = legacy_stamp(self._folder)
        if self._legacy_read is None or self._legacy_read[0] != stamp:
            self._legacy_read = stamp, ReleaseLog.of(read_legacy_releases(self._folder))
        return self._legacy_read[1]

    def append(self, release: Release, log: ReleaseLog) -> bool:
        """Append *release* to *log*; return False if another writer has taken its number.

        Raises
        ------
        NewerFormatError
            If the newest record was written by a newer irisml.
        OSError
            If it could not be written; then there is no such record.
        """
        self._refuse_newer(log)
        if log.releases and not self._known.last:
            self._migrate(log.releases)
        os.makedirs(self._releases, exist_ok=True)  # noqa: PTH103 - the registry's writes are all calls of os
        with disk.incoming_folder(self._incoming) as incoming:
            write_signed(incoming / _FILE, _as_json(release))
            # If a record was deleted meanwhile, its number is free: only a listing shows the records after it.
            if self._listed() < release.number and disk.take(incoming, self._record(release.number)):
                return True
        with self._lock:
            self._known = ReleaseLog()  # the name may also be taken by something that is not a record
        return False

    def _migrate(self, releases: tuple[Release, ...]) -> None:
        """Write the records of an older registry: one rename creates the folder of the log with all of them.

        Two processes that do this at once write the same records, so it does not matter which one succeeds.
        """
        with disk.incoming_folder(self._incoming) as incoming:
            for release in releases:
                folder = incoming / self._record(release.number).name
                os.mkdir(folder)  # noqa: PTH102
                write_signed(folder / _FILE, _as_json(structs.replace(release, registry=self._identity.own_id())))
                disk.flush_folder(folder)
            disk.take(incoming, self._releases)
        if not disk.is_folder(self._record(1)):
            raise OSError(0, "an empty folder has the name of the release log", str(self._releases))

    def _record_or_number(self, number: int) -> Release | int:
        path = self._record(number) / _FILE
        try:
            return self._read_record(number)
        except FileNotFoundError:
            self._tell_once(f"release {number} cannot be used: {path} is missing")
        except NewerFormatError as error:
            self._tell_once(f"release {number} cannot be used: {error}")
        except ValueError as error:
            self._tell_once(f"release {number} cannot be used: {path}: {error}")
        return number

    def _tell_once(self, text: str) -> None:
        if text not in self._told:  # an unreadable record is read at every call
            self._told.add(text)
            _log.error("%s", text)

    def _read_record(self, number: int) -> Release:
        path = self._record(number) / _FILE
        content = read_signed(path, signed=self._signed)
        check_format(content, RELEASE_FORMAT, path)
        release = msgspec.json.decode(content, type=Release)
        if release.number != number:
            raise ValueError(f"its number is {release.number}")
        self._identity.check(release.registry)
        return release

    def _refuse_newer(self, log: ReleaseLog) -> None:
        if log.last in log.unreadable and disk.is_folder(self._record(log.last)):
            with suppress(FileNotFoundError, ValueError):  # a damaged record is no reason to refuse the next one
                self._read_record(log.last)

    def _record(self, number: int) -> Path:
        return self._releases / f"{number:06}"


def _as_json(release: Release) -> bytes:
    return msgspec.json.format(msgspec.json.encode(release), indent=2)
