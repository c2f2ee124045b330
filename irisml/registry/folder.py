"""Registry in a folder: atomic versions and releases without a server or a lock.

A version or a release is a folder that is written beside the others, flushed, and renamed to
its number. The rename fails if the number is taken, so a release is a compare-and-set. The
aliases are computed from the releases.
"""

import logging
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from msgspec import structs

from irisml.domain.errors import (
    DamagedVersionError,
    NewerFormatError,
    RegistryUnusableError,
    VersionNotFoundError,
)
from irisml.domain.i18n import Phrase, sentence
from irisml.model.flower_counts import DataStudy
from irisml.model.gate_report import GateReport
from irisml.registry import disk
from irisml.registry.actor import Actor
from irisml.registry.dataset_version import DatasetDraft, DatasetVersion
from irisml.registry.folder_datasets import FolderDatasets
from irisml.registry.folder_log import FolderLog
from irisml.registry.identity import FolderIdentity
from irisml.registry.legacy import ALIASES_FOLDER
from irisml.registry.protocol import ALIASES, CHAMPION, PREVIOUS, Candidate
from irisml.registry.release_log import Action, Release, ReleaseLog
from irisml.registry.version import FORMAT, MANIFEST, REFERENCE_NUMBER, Manifest, ModelVersion
from irisml.registry.version_files import read_manifest, write_manifest, write_model

_log = logging.getLogger(__name__)
_NUMBER = re.compile(r"[0-9]{1,9}")
_LARGEST_NUMBER = 999_999_999
_OLDER_INCOMING = ".incoming-"
"""Prefix of the temporary folders of irisml 0.1, beside the versions and the aliases."""


class FolderRegistry:
    """Registry in a folder of a disk or a network share.

    Safe to share between threads and processes. Checking that a log read before is up to date takes
    three file system calls.

    Parameters
    ----------
    folder : str or Path
        Created at the first write; an absent folder has no versions.
    signed : bool
        Whether signatures are checked if IRISML_SIGNING_KEY is set. False for the bundled versions of a
        container image: anyone who can change those can change this code as well.

    Examples
    --------
    >>> registry = FolderRegistry("no/such/folder")
    >>> registry.get("champion")
    Traceback (most recent call last):
    irisml.domain.errors.VersionNotFoundError: There is no version champion. ...
    """

    def __init__(self, folder: str | Path, *, signed: bool = True) -> None:
        self.folder = Path(folder)
        self._signed = signed
        self._versions = self.folder / "versions"
        self._incoming = self.folder / "incoming"
        self._marks = self.folder / "numbers"
        self._identity = FolderIdentity(self.folder, self._incoming, signed=signed)
        self._log = FolderLog(self.folder, self._incoming, self._identity, signed=signed)
        self._data = FolderDatasets(self.folder, self._incoming, self._identity, signed=signed)

    def __repr__(self) -> str:
        return f"FolderRegistry({str(self.folder)!r})"

    def follow(self) -> None:
        """Change nothing: a disk is read at each call."""

    def refresh(self) -> None:
        """Change nothing: a disk is read at each call."""

    # --- versions ---------------------------------------------------------------------------------------

    def check_writable(self) -> None:
        """Check that the registry can be written, so that a long training does not fail at its end."""
        with self._usable(), self._prepared() as incoming:
            disk.write_flushed(incoming / "probe", b"")
            for place in (self._versions, self.folder / "releases"):
                if disk.is_folder(place):
                    probe = place / f"{_OLDER_INCOMING}{incoming.name}"
                    os.mkdir(probe)  # noqa: PTH102 - the registry's writes are all calls of os
                    os.rmdir(probe)  # noqa: PTH106

    def register(self, candidate: Candidate) -> ModelVersion:
        """Register *candidate* as the next version, atomically: if this raises, there is no new version."""
        with self._usable(), self._prepared() as incoming:
            manifest = write_model(incoming, candidate, self._identity.own_id())
            number = self._next_number()
            while (registered := self._take_version(number, incoming, manifest)) is None:
                number = max(number + 1, self._next_number())
            return registered

    def adopt(self, version: ModelVersion, gate: GateReport, dataset: int = REFERENCE_NUMBER) -> ModelVersion:
        """Copy a version of another registry as the next one; if one has the same trees, return that instead.

        Raises
        ------
        DamagedVersionError
            If a file of *version* does not match its manifest.
        """
        with self._usable(), self._prepared() as incoming:
            for name in version.manifest.files:
                disk.write_flushed(incoming / name, version.checked_file(name))
            manifest = structs.replace(
                version.manifest, format=FORMAT, gate=gate, dataset=dataset, registry=self._identity.own_id()
            )
            number = 0
            while True:
                # In this order: a version that another writer adds from here on takes this number, or is found below.
                number = max(number + 1, self._next_number())
                if held := self.find(version.forest_sha256):
                    return held
                if adopted := self._take_version(number, incoming, manifest):
                    return adopted

    def find(self, forest_sha256: str) -> ModelVersion | None:
        """Return the newest readable version with these trees; None if there is none."""
        return next((held for held in reversed(self.versions()) if held.forest_sha256 == forest_sha256), None)

    def versions(self) -> tuple[ModelVersion, ...]:
        """Return all readable versions, oldest first; a damaged one is omitted with a warning."""
        found = []
        for number in self._numbers():
            try:
                found.append(self.get(number))
            except (DamagedVersionError, NewerFormatError) as error:
                _log.warning("%s", error)
            except VersionNotFoundError:
                continue  # deleted since it was listed
        return tuple(found)

    def get(self, version: int | str, *, verified: bool = False) -> ModelVersion:
        """Return the version of that number or alias; see `Registry.get`."""
        text = str(version)
        if _NUMBER.fullmatch(text):
            number = int(text)
        elif text in ALIASES and (standing_for := self.alias(text)) is not None:
            number = standing_for
        else:
            raise VersionNotFoundError(version=text[:40])
        path = self._path(number)
        with self._usable():
            if not disk.is_folder(path):
                raise VersionNotFoundError(version=text)
            found = self._version(self._read_manifest(number, path), path)
        if verified:
            found.verify()
        return found

    # --- data sets --------------------------------------------------------------------------------------

    def add_dataset(self, draft: DatasetDraft) -> DatasetVersion:
        """Add a data set as the next one, atomically: if this raises, there is no new data set."""
        with self._usable():
            return self._data.add(draft)

    def adopt_dataset(self, dataset: DatasetVersion, parent: int) -> int:
        """Copy a data set of another registry, and return its number here; see `Registry.adopt_dataset`."""
        with self._usable():
            return self._data.adopt(dataset, parent)

    def datasets(self) -> tuple[DatasetVersion, ...]:
        """Return all readable data sets, oldest first, from number 1, the reference."""
        with self._usable():
            return self._data.all()

    def dataset(self, number: int) -> DatasetVersion:
        """Return the data set of that number; see `Registry.dataset`."""
        with self._usable():
            return self._data.get(number)

    def study(self, dataset: int) -> DataStudy | None:
        """Return the study of a data set; None if there is none yet, or it is damaged."""
        with self._usable():
            return self._data.study(dataset)

    def save_study(self, dataset: int, study: DataStudy) -> None:
        """Save the study of a data set, unless there is one."""
        with self._usable():
            self._data.save_study(dataset, study)

    # --- releases ---------------------------------------------------------------------------------------

    def alias(self, name: str) -> int | None:
        """Return the version number of the alias "champion", "previous" or "challenger"; None if it is not set."""
        log = self.releases()
        if name == CHAMPION:
            return log.champion
        return log.previous if name == PREVIOUS else log.challenger(self._numbers())

    def releases(self) -> ReleaseLog:
        """Return the current release log."""
        with self._usable():
            return self._log.read()

    def release(
        self, action: Action, version: int, *, follows: int, by: Actor, reason: str, forced: bool = False
    ) -> Release:
        """Make *version* the champion if *follows* is still the number of the newest release; see `Registry.release`.

        The record takes the number ``follows + 1`` by a rename, which succeeds for one writer only.
        """
        with self._usable():
            log = self._log.read()
            if log.last == follows:
                release = Release(
                    number=follows + 1,
                    follows=follows,
                    action=action,
                    champion=version,
                    replaced=log.champion,
                    forced=forced,
                    by=by,
                    reason=reason,
                    time=datetime.now(UTC),
                    registry=self._identity.own_id(),
                )
                if self._log.append(release, log):
                    return release
                log = self._log.read()
        if not log.releases:
            problem = f"release {follows} is missing, but existed before"
            raise RegistryUnusableError(path=self.folder, problem=problem)
        raise log.moved()

    # --- how versions are numbered and written ----------------------------------------------------------

    def _path(self, number: int) -> Path:
        return self._versions / f"{number:04}"

    def _given(self) -> list[int]:
        """Return all numbers that are names in the folder of the versions."""
        return [int(name) for name in disk.names_in(self._versions) if _NUMBER.fullmatch(name)]

    def _numbers(self) -> list[int]:
        with self._usable():
            return sorted(number for number in set(self._given()) if disk.is_folder(self._path(number)))

    def _next_number(self) -> int:
        marks = [int(name) for name in disk.names_in(self._marks) if _NUMBER.fullmatch(name)]
        number = max([0, *marks, *self._given(), self._last_of_older()]) + 1
        if number > _LARGEST_NUMBER:
            raise OSError(0, f"a version has the largest number, {_LARGEST_NUMBER}", str(self._versions))
        return number

    def _last_of_older(self) -> int:
        try:
            number = int(disk.read_file(self._versions / "last", 100))
        except (FileNotFoundError, ValueError):
            return 0
        return number if number < _LARGEST_NUMBER else 0

    def _take_version(self, number: int, incoming: Path, manifest: Manifest) -> ModelVersion | None:
        """Rename *incoming* to the version of that number; return None if another process took the number."""
        numbered = structs.replace(manifest, version=number)
        for name in (MANIFEST, f"{MANIFEST.removesuffix('.json')}.sig"):
            with suppress(FileNotFoundError):
                os.unlink(incoming / name)  # noqa: PTH108 - from an attempt with a number that was taken
        write_manifest(incoming, numbered)
        path = self._path(number)
        if not disk.take(incoming, path):
            return None
        self._mark(number)
        return self._version(numbered, path)

    def _mark(self, number: int) -> None:
        """Record that this number was given, so that it is not reused after its version is deleted."""
        try:
            os.makedirs(self._marks, exist_ok=True)  # noqa: PTH103
            disk.write_flushed(self._marks / f"{number:04}", b"")
            for name in disk.names_in(self._marks):
                if _NUMBER.fullmatch(name) and int(name) < number:
                    with suppress(FileNotFoundError):
                        os.unlink(self._marks / name)  # noqa: PTH108
        except OSError as error:
            # The version exists and is visible; without the mark its number is reused only if it is deleted.
            _log.warning("the number %s of a version was not marked as given: %s", number, error)

    def _version(self, manifest: Manifest, path: Path) -> ModelVersion:
        def read_file(name: str) -> bytes:
            return disk.read_file(path / name)

        return ModelVersion(manifest, str(path), read_file)

    def _read_manifest(self, number: int, path: Path) -> Manifest:
        try:
            manifest = read_manifest(path, signed=self._signed)
            if manifest.version != number:
                raise ValueError(f"{MANIFEST} has version {manifest.version}")  # noqa: TRY301 - as read_manifest does
            self._identity.check(manifest.registry)
        except FileNotFoundError as error:
            missing = Phrase(sentence("{file} is missing"), {"file": MANIFEST})
            raise DamagedVersionError(version=number, problem=missing, path=path) from error
        except ValueError as error:
            wrong = Phrase(sentence("{file}: {error}"), {"file": MANIFEST, "error": str(error)})
            raise DamagedVersionError(version=number, problem=wrong, path=path) from error
        return manifest

    @contextmanager
    def _prepared(self) -> Iterator[Path]:
        os.makedirs(self._versions, exist_ok=True)  # noqa: PTH103
        with disk.incoming_folder(self._incoming) as incoming:
            for older in (self._versions, self.folder / ALIASES_FOLDER):
                disk.sweep(older, beside=incoming, prefix=_OLDER_INCOMING)
            yield incoming

    @contextmanager
    def _usable(self) -> Iterator[None]:
        """Convert an OSError to a RegistryUnusableError."""
        try:
            yield
        except OSError as error:
            path = Path(error.filename) if isinstance(error.filename, str | os.PathLike) else self.folder
            if path.is_relative_to(self._incoming):  # a generated name is useless in a message
                path = self.folder
            raise RegistryUnusableError(path=path, problem=error.strerror or str(error)) from error
