"""The release log in a folder: one folder a record, taken by a rename that one writer alone can win."""

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
"""Give it the next number whenever a field is added or gets another meaning; a test compares the schema."""
_FILE = "release.json"
_NUMBER = re.compile(r"[0-9]{1,9}")
_log = logging.getLogger(__name__)


class FolderLog:
    """Reads and extends the release log below a registry's folder.

    What was read is kept: to know that it is up to date takes three questions to the disk. Every method
    raises OSError where the disk cannot be read or written now; that is never remembered.

    Parameters
    ----------
    folder : Path
        The registry.
    incoming : Path
        Where records are prepared.
    identity : FolderIdentity
    signed : bool
        Whether a key, where it is set, holds here.
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
        """Return the log as it is now; of an older registry that was never migrated, what its files say."""
        with self._lock:
            log = self._known
            # Exchanged, restored, or not readable before: begin again. What could not be read may be well by now.
            if log.last and (log.unreadable or self._stamp(log.last) != self._newest):
                log = ReleaseLog()
            if not log.last:
                log = log.extended(self._records_from(1, self._listed()))
            elif new := list(self._records_from(log.last + 1, log.last)):
                log = log.extended(new)
            self._known, self._newest = log, self._stamp(log.last)
            if log.last:
                self._had_records = True
            # Once there were records, what an older irisml has left is no news.
            elif not self._had_records:
                return self._legacy()
        return log

    def _records_from(self, number: int, newest: int) -> Iterator[Release | int]:
        """Read one record after the other, at least up to *newest*: before that number a missing one was deleted."""
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
        """Return the highest number in the folder: a listing cannot show more than there is, only less."""
        return max((int(name) for name in disk.names_in(self._releases) if _NUMBER.fullmatch(name)), default=0)

    def _stamp(self, number: int) -> tuple[int, int, int] | None:
        """Return what tells the folder of a record from another one at its place; None where there is none."""
        try:
            status = os.stat(self._record(number))  # noqa: PTH116 - as in disk.is_folder
        except FileNotFoundError:
            return None
        return status.st_dev, status.st_ino, status.st_mtime_ns

    def _legacy(self) -> ReleaseLog:
        """Read what irisml 0.1 has left; again only if one of its files changed."""
        stamp = legacy_stamp(self._folder)
        if self._legacy_read is None or self._legacy_read[0] != stamp:
            self._legacy_read = stamp, ReleaseLog.of(read_legacy_releases(self._folder))
        return self._legacy_read[1]

    def append(self, release: Release, log: ReleaseLog) -> bool:
        """Let *release* follow *log*; False where somebody else has taken its number.

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
            # Behind a record that was deleted meanwhile its number would be free: only a listing shows what follows it.
            if self._listed() < release.number and disk.take(incoming, self._record(release.number)):
                return True
        with self._lock:
            self._known = ReleaseLog()  # the name may also be taken by what is no record
        return False

    def _migrate(self, releases: tuple[Release, ...]) -> None:
        """Write the records of an older registry: the folder of the log appears with all of them, in one rename.

        Two processes that do this at once write the same records, so it does not matter whose are taken.
        """
        with disk.incoming_folder(self._incoming) as incoming:
            for release in releases:
                folder = incoming / self._record(release.number).name
                os.mkdir(folder)  # noqa: PTH102
                write_signed(folder / _FILE, _as_json(structs.replace(release, registry=self._identity.own_id())))
                disk.flush_folder(folder)
            disk.take(incoming, self._releases)
        if not disk.is_folder(self._record(1)):
            raise OSError(0, "an empty folder is in the way of the release log", str(self._releases))

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
        if text not in self._told:  # what cannot be read is read again at each look
            self._told.add(text)
            _log.error("%s", text)

    def _read_record(self, number: int) -> Release:
        path = self._record(number) / _FILE
        content = read_signed(path, signed=self._signed)
        check_format(content, RELEASE_FORMAT, path)
        release = msgspec.json.decode(content, type=Release)
        if release.number != number:
            raise ValueError(f"it says release {release.number}")
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
