"""Versions in a folder: no server, no lock, and never half a version.

A version is written in a folder of its own beside the others, flushed, and renamed to its
number; a rename happens wholly or not at all, and fails where the number is taken. An alias
is a file with a number in it, replaced in one step. A number is never given twice, not even
that of a version that somebody deleted: the highest one ever given is kept in a file.
"""

import logging
import os
import re
import shutil
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec
from msgspec import structs

from irisml.errors import DamagedVersionError, RegistryUnusableError, VersionNotFoundError
from irisml.promotion import GateReport
from irisml.registry.protocol import ALIASES, AliasChange, Candidate
from irisml.registry.version import MANIFEST, Manifest, ModelVersion
from irisml.registry.version_files import read_manifest, write_flushed, write_manifest, write_model

_log = logging.getLogger(__name__)
_INCOMING = ".incoming-"
_LAST = "last"
_NUMBER = re.compile(r"[0-9]{1,9}")
_ABANDONED_S = 3600
"""A writer needs less than a second; what has lain for an hour was left by one that was killed."""


class FolderRegistry:
    """Registry in a folder of a disk.

    Parameters
    ----------
    folder : str or Path
        Made at the first write; reading a folder that is not there finds no versions.
    signed : bool
        Whether IRISML_SIGNING_KEY, where it is set, holds here too. Not for the versions inside an
        image: whoever can change those can change this code as well.

    Examples
    --------
    >>> registry = FolderRegistry("no/such/folder")
    >>> registry.get("champion")
    Traceback (most recent call last):
    irisml.errors.VersionNotFoundError: There is no version champion. ...
    """

    def __init__(self, folder: str | Path, *, signed: bool = True) -> None:
        self.folder = Path(folder)
        self._signed = signed
        self._versions = self.folder / "versions"
        self._aliases = self.folder / "aliases"

    def __repr__(self) -> str:
        return f"FolderRegistry({str(self.folder)!r})"

    def register(self, candidate: Candidate) -> ModelVersion:
        """Keep *candidate* as the next version, wholly or not at all."""
        with self._usable(), self._incoming() as incoming:
            manifest = write_model(incoming, candidate)
            number = self._next_number()
            while not self._take(number, incoming, manifest):
                number += 1
            return self.get(number)

    def adopt(self, version: ModelVersion, gate: GateReport) -> ModelVersion:
        """Keep a version of another registry as the next one here; return the one with the same trees if there is one.

        Raises
        ------
        DamagedVersionError
            If a file of *version* is not what its manifest says.
        """
        with self._usable(), self._incoming() as incoming:
            for name in version.manifest.files:
                write_flushed(incoming / name, version.checked_file(name))
            manifest = structs.replace(version.manifest, gate=gate)
            while True:
                # In this order: what somebody else adds from here on takes this number, or is found below.
                number = self._next_number()
                if held := self.find(version.forest_sha256):
                    return held
                if self._take(number, incoming, manifest):
                    return self.get(number)

    def find(self, forest_sha256: str) -> ModelVersion | None:
        """Return the newest readable version with these trees; None where there is none."""
        return next((held for held in reversed(self.versions()) if held.forest_sha256 == forest_sha256), None)

    def versions(self) -> tuple[ModelVersion, ...]:
        """All readable versions, oldest first; a damaged one is left out with a warning."""
        found = []
        for number in self._numbers():
            try:
                found.append(self.get(number))
            except DamagedVersionError as error:
                _log.warning("%s", error)
            except VersionNotFoundError:
                continue  # deleted since it was listed
        return tuple(found)

    def get(self, version: int | str) -> ModelVersion:
        """Return the version of that number or alias.

        Raises
        ------
        VersionNotFoundError, DamagedVersionError
        """
        text = str(version)
        if _NUMBER.fullmatch(text):
            number = int(text)
        elif text in ALIASES and (standing_for := self.alias(text)) is not None:
            number = standing_for
        else:
            raise VersionNotFoundError(version=text[:40])
        path = self._path(number)
        with self._usable():
            if not path.is_dir():
                raise VersionNotFoundError(version=version)

        def read_file(name: str) -> bytes:
            return (path / name).read_bytes()

        return ModelVersion(self._read_manifest(number), str(path), read_file)

    def alias(self, name: str) -> int | None:
        """Return the number that the alias stands for; None where it is not set."""
        with self._usable():
            return self._read_number(self._aliases / name)

    def set_alias(self, name: str, version: int | None) -> None:
        """Let the alias stand for *version* from now on, or for none."""
        with self._usable():
            self._aliases.mkdir(parents=True, exist_ok=True)
            if version is None:
                (self._aliases / name).unlink(missing_ok=True)
            else:
                self._replace(self._aliases / name, version)

    def record(self, change: AliasChange) -> None:
        """Add a line to the history."""
        with self._usable():
            self._aliases.mkdir(parents=True, exist_ok=True)
            # One write in append mode: lines of several processes follow each other whole.
            with self._history.open("ab", buffering=0) as file:
                file.write(msgspec.json.encode(change) + b"\n")

    def history(self) -> tuple[AliasChange, ...]:
        """All changes of the champion, oldest first."""
        changes = []
        with self._usable():
            lines = self._history.read_bytes().splitlines() if self._history.exists() else []
        for line in lines:
            try:
                changes.append(msgspec.json.decode(line, type=AliasChange))
            except msgspec.DecodeError as error:
                _log.warning("a line of %s is left out, its writer was interrupted: %s", self._history, error)
        return tuple(changes)

    @property
    def _history(self) -> Path:
        return self._aliases / "history.jsonl"

    def _path(self, number: int) -> Path:
        return self._versions / f"{number:04}"

    def _numbers(self) -> list[int]:
        with self._usable():
            if not self._versions.is_dir():
                return []
            numbers = [int(path.name) for path in self._versions.iterdir() if _NUMBER.fullmatch(path.name)]
            return sorted(number for number in numbers if self._path(number).is_dir())

    def _next_number(self) -> int:
        return max([self._last_given(), *self._numbers()]) + 1

    def _take(self, number: int, incoming: Path, manifest: Manifest) -> bool:
        """Let *incoming* become the version of that number; False where another process took the number."""
        write_manifest(incoming, structs.replace(manifest, version=number))
        target = self._path(number)
        try:
            incoming.rename(target)
        except OSError:
            if not target.exists():  # then the cause is another one, and a real error
                raise
            return False
        _flush_folder(self._versions)
        self._replace(self._versions / _LAST, max(number, self._last_given()))
        return True

    def _last_given(self) -> int:
        return self._read_number(self._versions / _LAST) or 0

    def _read_number(self, path: Path) -> int | None:
        try:
            return int(path.read_text(encoding="ascii"))
        except FileNotFoundError:
            return None
        except ValueError as error:
            # Such a file is replaced in one step, so only a person or a broken disk can do this.
            _log.warning("%s is not a number: %s", path, error)
            return None

    def _replace(self, path: Path, number: int) -> None:
        """Let the file hold *number*, in one step."""
        beside = path.parent / f"{_INCOMING}{uuid.uuid4().hex}"
        write_flushed(beside, str(number).encode())
        beside.replace(path)
        _flush_folder(path.parent)

    @contextmanager
    def _usable(self) -> Iterator[None]:
        """Say in one sentence what the disk refuses."""
        try:
            yield
        except OSError as error:
            path = error.filename or self.folder
            raise RegistryUnusableError(path=path, problem=error.strerror or error) from error

    @contextmanager
    def _incoming(self) -> Iterator[Path]:
        """A folder beside the versions, gone at the end unless it was renamed."""
        self._versions.mkdir(parents=True, exist_ok=True)
        for left in self._versions.glob(f"{_INCOMING}*"):
            with suppress(FileNotFoundError):  # another writer sweeps too, or has just finished
                if time.time() - left.stat().st_mtime > _ABANDONED_S:
                    shutil.rmtree(left, ignore_errors=True)
        incoming = self._versions / f"{_INCOMING}{uuid.uuid4().hex}"
        incoming.mkdir()
        try:
            yield incoming
        finally:
            shutil.rmtree(incoming, ignore_errors=True)

    def _read_manifest(self, number: int) -> Manifest:
        path = self._path(number)
        try:
            manifest = read_manifest(path, signed=self._signed)
        except ValueError as error:
            raise DamagedVersionError(version=number, problem=error, path=path) from error
        if manifest.version != number:
            problem = f"{MANIFEST} says version {manifest.version}"
            raise DamagedVersionError(version=number, problem=problem, path=path)
        return manifest


def _flush_folder(folder: Path) -> None:
    """Make a rename in *folder* survive a power cut; Windows does so by itself and cannot be asked."""
    if os.name != "nt":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
