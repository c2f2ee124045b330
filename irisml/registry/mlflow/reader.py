"""Versions, data sets and releases of a tracking server, checked against their hashes and signatures."""

import hmac
from hashlib import sha256

import msgspec
from msgspec import structs

from irisml.domain.errors import DamagedDatasetError, DamagedVersionError, NewerFormatError
from irisml.domain.i18n import Phrase, sentence
from irisml.model.flower_counts import DataStudy
from irisml.registry.dataset_version import DATASET_FORMAT, FLOWERS_FILE, RECORD, DatasetRecord, DatasetVersion
from irisml.registry.folder_datasets import STUDY_FORMAT
from irisml.registry.mlflow.file_cache import FileCache
from irisml.registry.mlflow.mirror import Entry, decode_release
from irisml.registry.mlflow.rest import Rest
from irisml.registry.release_log import Release
from irisml.registry.signing import sign, signing_key
from irisml.registry.version import FORMAT, MANIFEST, Manifest, ModelVersion
from irisml.registry.version_files import check_format


class Reader:
    """Reads what entries point to: from this machine if it is here, else from the server.

    Parameters
    ----------
    rest : Rest or None
        None for the copies alone: what a page reads was copied before, and a visitor must not wait for the network.
    cache : FileCache
    location : str
        Of the registry, for messages.
    """

    def __init__(self, rest: Rest | None, cache: FileCache, location: str) -> None:
        self._rest, self._cache, self._location = rest, cache, location

    def version(self, item: Entry, registry_id: str | None) -> ModelVersion:
        """Return a version.

        Raises
        ------
        DamagedVersionError
            If irisml did not write it, or it was altered.
        NewerFormatError
        OSError
            If the server cannot be read now.
        """
        place = f"{self._location} (version {item.number})"
        try:
            content = self._file(item, MANIFEST, item.content)
            _check_signature(content, item.signature, MANIFEST)
            check_format(content, FORMAT, place)
            manifest = msgspec.json.decode(content, type=Manifest)
            _check_registry(manifest.registry, registry_id)
        except FileNotFoundError as error:
            missing = Phrase(sentence("{file} is missing"), {"file": MANIFEST})
            raise DamagedVersionError(version=item.number, problem=missing, path=place) from error
        except ValueError as error:
            wrong = Phrase(sentence("{file}: {error}"), {"file": MANIFEST, "error": str(error)})
            raise DamagedVersionError(version=item.number, problem=wrong, path=place) from error

        def read_file(name: str) -> bytes:
            digest = manifest.files.get(name, "")
            held = self._cache.read(digest)
            if held is None:
                held = self._fetched(item, name)
                self._keep(held, digest)
            return held

        return ModelVersion(structs.replace(manifest, version=item.number), place, read_file)

    def dataset(self, item: Entry, registry_id: str | None) -> DatasetVersion:
        """Return a data set; raises as `version`, with DamagedDatasetError."""
        place = f"{self._location} (data set {item.number})"
        try:
            content = self._file(item, RECORD, item.content)
            _check_signature(content, item.signature, RECORD)
            check_format(content, DATASET_FORMAT, place)
            record = msgspec.json.decode(content, type=DatasetRecord)
            _check_registry(record.registry, registry_id)
            numbered = structs.replace(record, number=item.number)
        except FileNotFoundError as error:
            missing = Phrase(sentence("{file} is missing"), {"file": RECORD})
            raise DamagedDatasetError(number=item.number, problem=missing, path=place) from error
        except ValueError as error:
            wrong = Phrase(sentence("{file}: {error}"), {"file": RECORD, "error": str(error)})
            raise DamagedDatasetError(number=item.number, problem=wrong, path=place) from error

        def read_flowers() -> bytes:
            held = self._cache.read(record.flowers_sha256)
            if held is None:
                held = self._fetched(item, FLOWERS_FILE)
                self._keep(held, record.flowers_sha256)
            return held

        return DatasetVersion(numbered, place, read_flowers)

    def study(self, item: Entry) -> DataStudy | None:
        """Return the study of a data set; None if there is none, or it is damaged: it can be made again."""
        content = item.study.encode()
        if not content:
            return None
        try:
            _check_signature(content, item.study_signature, "the study")
            check_format(content, STUDY_FORMAT, "the study")
            return msgspec.json.decode(content, type=DataStudy)
        except (ValueError, NewerFormatError):
            return None

    def release(self, item: Entry, registry_id: str | None) -> Release:
        """Return the release that a ticket wants to be.

        Raises
        ------
        NewerFormatError
        ValueError
            If irisml did not write it, or it was altered.
        """
        content = item.content.encode()
        _check_signature(content, item.signature, "the record")
        release = decode_release(content)
        _check_registry(release.registry, registry_id)
        return release

    def _file(self, item: Entry, name: str, digest: str) -> bytes:
        if not digest or not item.files:
            raise ValueError("it was not written by irisml")
        held = self._cache.read(digest)
        if held is None:
            held = self._fetched(item, name)
            if sha256(held).hexdigest() != digest:
                raise ValueError("it was altered")
            self._cache.keep(held)
        return held

    def _fetched(self, item: Entry, name: str) -> bytes:
        if self._rest is None:
            raise FileNotFoundError(f"there is no copy of {name}")
        return self._rest.get_file(item.files, name)

    def _keep(self, content: bytes, digest: str) -> None:
        if sha256(content).hexdigest() == digest:
            self._cache.keep(content)


def _check_signature(content: bytes, signature: str, name: str) -> None:
    if key := signing_key():
        if not signature:
            raise ValueError("it is not signed, but IRISML_SIGNING_KEY is set")
        if not hmac.compare_digest(sign(content, key).decode(), signature):
            raise ValueError(f"the signature does not match {name}")


def _check_registry(registry_id: str | None, own_id: str | None) -> None:
    if signing_key() and registry_id not in (None, own_id):
        raise ValueError("it belongs to another registry")
