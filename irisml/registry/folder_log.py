"""The release log in a folder: one folder a record, taken by a rename that one writer alone can win."""

import logging
import os
import re
import threading
from contextlib import suppress
from pathlib import Path

import msgspec
from msgspec import structs

from irisml.errors import NewerFormatError
from irisml.registry import disk
from irisml.registry.identity import FolderIdentity
from irisml.registry.legacy import read_legacy_releases
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

    What was read is kept: to know that it is up to date takes two looks at the disk. Every method
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
        self._lock = threading.Lock()

    def read(self) -> ReleaseLog:
        """Return the log as it is now; of an older registry that was never migrated, what its files say."""
        with self._lock:
            log = self._known
            if log.releases and not disk.is_folder(self._record(log.releases[-1].number)):
                log = ReleaseLog()  # the registry is not the one that was read: begin again
            first_look = not log.last
            while disk.is_folder(self._record(log.last + 1)):
                log = self._with_record(log, log.last + 1)
            if first_look:
                log = self._with_holes(log)
            self._known = log
        return log if log.last else ReleaseLog.of(read_legacy_releases(self._folder))

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
            if disk.take(incoming, self._record(release.number)):
                return True
        with self._lock:
            self._known = ReleaseLog()  # the name may be taken by what is no record: only a listing shows it
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

    def _with_holes(self, log: ReleaseLog) -> ReleaseLog:
        """Go on behind a record that somebody deleted: a listing cannot show more than there is, only less."""
        names = [name for name in disk.names_in(self._releases) if _NUMBER.fullmatch(name)]
        newest = max(map(int, names), default=0)
        while log.last < newest:
            number = log.last + 1
            if disk.is_folder(self._record(number)):
                log = self._with_record(log, number)
            else:
                _log.error("release %s is missing from %s", number, self._releases)
                log = log.with_unreadable(number)
        return log

    def _with_record(self, log: ReleaseLog, number: int) -> ReleaseLog:
        path = self._record(number) / _FILE
        try:
            return log.followed_by(self._read_record(number))
        except FileNotFoundError:
            _log.error("release %s cannot be used: %s is missing", number, path)
        except NewerFormatError as error:
            _log.error("release %s cannot be used: %s", number, error)
        except ValueError as error:
            _log.error("release %s cannot be used: %s: %s", number, path, error)
        return log.with_unreadable(number)

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
