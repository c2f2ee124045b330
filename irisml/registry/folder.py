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

    Examples
    --------
    >>> registry = FolderRegistry("no/such/folder")
    >>> registry.get("champion")
    Traceback (most recent call last):
    irisml.errors.VersionNotFoundError: There is no version champion. ...
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        self._versions = self.folder / "versions"
        self._aliases = self.folder / "aliases"

    def __repr__(self) -> str:
        return f"FolderRegistry({str(self.folder)!r})"

    def register(self, candidate: Candidate) -> ModelVersion:
        """Keep *candidate* as the next version, wholly or not at all."""
        with self._usable(), self._incoming() as incoming:
            manifest = write_model(incoming, candidate)
            number = max([self._last_given(), *self._numbers()]) + 1
            while True:
                write_manifest(incoming, structs.replace(manifest, version=number))
                target = self._path(number)
                try:
                    incoming.rename(target)
                except OSError:
                    # Another process took the number. Any other cause is a real error.
                    if not target.exists():
                        raise
                    number += 1
                else:
                    _flush_folder(self._versions)
                    self._replace(self._versions / _LAST, max(number, self._last_given()))
                    return self.get(number)

    def versions(self) -> tuple[ModelVersion, ...]:
        """All readable versions, oldest first; a damaged one is left out with a warning."""
        found = []
        for number in self._numbers():
            try:
                found.append(self.get(number))
            except DamagedVersionError as error:
                _log.warning("%s", error)
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
        if not self._versions.is_dir():
            return []
        with self._usable():
            return sorted(int(path.name) for path in self._versions.iterdir() if _NUMBER.fullmatch(path.name))

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
            manifest = read_manifest(path)
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
