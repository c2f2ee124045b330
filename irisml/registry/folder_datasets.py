"""Data sets of a registry in a folder, and their studies: immutable folders, each taken by one rename."""

import logging
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path

import msgspec

from irisml.domain.errors import DamagedDatasetError, DatasetNotFoundError, NewerFormatError
from irisml.domain.i18n import Phrase, sentence
from irisml.model.flower_counts import DataStudy
from irisml.registry import disk
from irisml.registry.dataset_version import (
    DATASET_FORMAT,
    FLOWERS_FILE,
    RECORD,
    DatasetDraft,
    DatasetRecord,
    DatasetVersion,
)
from irisml.registry.identity import FolderIdentity
from irisml.registry.reference import reference_version
from irisml.registry.signing import read_signed, write_signed
from irisml.registry.version import REFERENCE_NUMBER
from irisml.registry.version_files import check_format

STUDY_FORMAT = 1
_STUDY = "study.json"
_NUMBER = re.compile(r"[0-9]{1,9}")
_MARK = re.compile(r"data-([0-9]{1,9})")
_log = logging.getLogger(__name__)


class FolderDatasets:
    """Data sets in the folder ``datasets``, studies in the folder ``studies``.

    Every method raises OSError if the disk cannot be read or written now.

    Parameters
    ----------
    folder : Path
        The registry.
    incoming : Path
        Folder in which data sets are prepared.
    identity : FolderIdentity
    signed : bool
        Whether signatures are checked if IRISML_SIGNING_KEY is set.
    """

    def __init__(self, folder: Path, incoming: Path, identity: FolderIdentity, *, signed: bool) -> None:
        self._datasets = folder / "datasets"
        self._studies = folder / "studies"
        self._marks = folder / "numbers"
        self._incoming = incoming
        self._identity = identity
        self._signed = signed
        self._told: set[str] = set()

    def add(self, draft: DatasetDraft) -> DatasetVersion:
        """Add a data set as the next one, atomically."""
        from irisml.registry.drafted import drafted  # imports numpy, which a server does without

        return self._add(*drafted(draft))

    def adopt(self, dataset: DatasetVersion, parent: int) -> int:
        """Copy a data set of another registry; one with the same rows is not copied. Return its number here."""
        record = msgspec.structs.replace(dataset.record, parent=parent, number=parent + 1, format=DATASET_FORMAT)
        return self._add(record, dataset.checked_flowers(), once=True).number

    def all(self) -> tuple[DatasetVersion, ...]:
        """Return all readable data sets, from number 1; a damaged one is omitted with a warning."""
        found = [self.get(REFERENCE_NUMBER)]
        for number in sorted(self._given()):
            try:
                found.append(self.get(number))
            except (DamagedDatasetError, NewerFormatError) as error:
                _log.warning("%s", error)
            except DatasetNotFoundError:
                continue  # deleted since it was listed
        return tuple(found)

    def get(self, number: int) -> DatasetVersion:
        """Return the data set of that number; see `Registry.dataset`."""
        if number == REFERENCE_NUMBER:
            return reference_version()
        path = self._path(number)
        if number < REFERENCE_NUMBER or not disk.is_folder(path):
            raise DatasetNotFoundError(number=number)
        try:
            content = read_signed(path / RECORD, signed=self._signed)
            check_format(content, DATASET_FORMAT, path / RECORD)
            record = msgspec.json.decode(content, type=DatasetRecord)
            if record.number != number:
                raise ValueError(f"{RECORD} has the number {record.number}")  # noqa: TRY301 - as the decoder does
            self._identity.check(record.registry)
        except FileNotFoundError as error:
            missing = Phrase(sentence("{file} is missing"), {"file": RECORD})
            raise DamagedDatasetError(number=number, problem=missing, path=path) from error
        except ValueError as error:
            wrong = Phrase(sentence("{file}: {error}"), {"file": RECORD, "error": str(error)})
            raise DamagedDatasetError(number=number, problem=wrong, path=path) from error
        return self._version(record)

    def study(self, number: int) -> DataStudy | None:
        """Return the study of a data set; None if there is none, or each is invalid or of other flowers."""
        fingerprint = self.get(number).record.fingerprint
        for path in self._study_folders(number):
            if not disk.is_folder(path):
                return None
            try:
                content = read_signed(path / _STUDY, signed=self._signed)
                check_format(content, STUDY_FORMAT, path / _STUDY)
                study = msgspec.json.decode(content, type=DataStudy)
            except (FileNotFoundError, ValueError, NewerFormatError) as error:
                self._tell_once(f"the study {path} cannot be used: {error}")
                continue
            if study.fingerprint == fingerprint:
                return study
        return None

    def save_study(self, number: int, study: DataStudy) -> None:
        """Save the study of a data set; if there is one, that one stays. A damaged one is left beside it."""
        os.makedirs(self._studies, exist_ok=True)  # noqa: PTH103 - the registry's writes are all calls of os
        with disk.incoming_folder(self._incoming) as incoming:
            write_signed(incoming / _STUDY, msgspec.json.encode(study))
            for path in self._study_folders(number):
                if disk.take(incoming, path) or self.study(number) is not None:
                    return

    def _study_folders(self, number: int) -> Iterator[Path]:
        yield self._studies / f"{number:04}"
        for attempt in count(2):
            yield self._studies / f"{number:04}-{attempt}"

    def _tell_once(self, text: str) -> None:
        if text not in self._told:  # a server looks twice per second
            self._told.add(text)
            _log.warning("%s", text)

    def _add(self, record: DatasetRecord, content: bytes, *, once: bool = False) -> DatasetVersion:
        os.makedirs(self._datasets, exist_ok=True)  # noqa: PTH103
        with disk.incoming_folder(self._incoming) as incoming:
            disk.write_flushed(incoming / FLOWERS_FILE, content)
            number = 0
            while True:
                # In this order: what another writer adds from here on takes this number, or is found below.
                number = max(number + 1, self._next_number())
                if once and (held := self._with_flowers(record.flowers_sha256)):
                    return held
                numbered = msgspec.structs.replace(record, number=number, registry=self._identity.own_id())
                for name in (RECORD, f"{RECORD.removesuffix('.json')}.sig"):
                    with suppress(FileNotFoundError):
                        os.unlink(incoming / name)  # noqa: PTH108 - of a number that another process has taken
                write_signed(incoming / RECORD, msgspec.json.format(msgspec.json.encode(numbered), indent=2))
                if disk.take(incoming, self._path(number)):
                    self._mark(number)
                    return self._version(numbered)

    def _with_flowers(self, sha256_of_flowers: str) -> DatasetVersion | None:
        return next((own for own in self.all() if own.record.flowers_sha256 == sha256_of_flowers), None)

    def _next_number(self) -> int:
        marks = [int(found[1]) for name in disk.names_in(self._marks) if (found := _MARK.fullmatch(name))]
        return max([REFERENCE_NUMBER, *marks, *self._given()]) + 1

    def _mark(self, number: int) -> None:
        """Record that this number was given, so that it is not reused after its data set is deleted."""
        try:
            os.makedirs(self._marks, exist_ok=True)  # noqa: PTH103
            disk.write_flushed(self._marks / f"data-{number:04}", b"")
            for name in disk.names_in(self._marks):
                if (found := _MARK.fullmatch(name)) and int(found[1]) < number:
                    with suppress(FileNotFoundError):
                        os.unlink(self._marks / name)  # noqa: PTH108
        except OSError as error:
            # The data set exists and is visible; without the mark its number is reused only if it is deleted.
            _log.warning("the number %s of a data set was not marked as given: %s", number, error)

    def _version(self, record: DatasetRecord) -> DatasetVersion:
        path = self._path(record.number)
        return DatasetVersion(record, str(path), lambda: disk.read_file(path / FLOWERS_FILE))

    def _given(self) -> list[int]:
        names = disk.names_in(self._datasets)
        return [int(name) for name in names if _NUMBER.fullmatch(name) and int(name) > REFERENCE_NUMBER]

    def _path(self, number: int) -> Path:
        return self._datasets / f"{number:04}"
