"""Reading and writing of version files, the same for every registry; input is validated strictly."""

import io
from hashlib import sha256
from pathlib import Path

import msgspec

from irisml.domain.errors import NewerFormatError
from irisml.domain.settings import settings
from irisml.registry import provenance
from irisml.registry.disk import write_flushed
from irisml.registry.protocol import Candidate
from irisml.registry.signing import read_signed, write_signed
from irisml.registry.version import ESTIMATOR_FILE, FOREST_FILE, FORMAT, MANIFEST, Manifest


class _Format(msgspec.Struct, frozen=True):
    """Format number, decoded first to decide whether the other fields can be read."""

    format: int = 1


def write_model(folder: Path, candidate: Candidate, registry_id: str) -> Manifest:
    """Write the model as estimator and as trees, and return a manifest without a version number."""
    import joblib

    estimator = io.BytesIO()
    joblib.dump(candidate.run.estimator, estimator)
    files = {ESTIMATOR_FILE: estimator.getvalue(), FOREST_FILE: candidate.forest.to_json()}
    for name, content in files.items():
        write_flushed(folder / name, content)
    return Manifest(
        version=0,
        registry=registry_id,
        created=candidate.run.started,
        duration_s=candidate.run.duration_s,
        config=candidate.run.config,
        dataset=candidate.dataset_number,
        data_source=candidate.dataset.source,
        data_fingerprint=candidate.dataset.fingerprint,
        n_samples=candidate.dataset.n_samples,
        n_train=len(candidate.run.split.train),
        reference=candidate.run.reference_fingerprint,
        evaluation=candidate.evaluation,
        yardsticks=candidate.yardsticks,
        gate=candidate.gate,
        software=provenance.software(),
        commit=provenance.commit(),
        build=settings().build,
        files={name: sha256(content).hexdigest() for name, content in files.items()},
    )


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest and, if there is a key, its signature."""
    write_signed(folder / MANIFEST, msgspec.json.format(msgspec.json.encode(manifest), indent=2))


def read_manifest(folder: Path, *, signed: bool = True) -> Manifest:
    """Read a manifest; if there is a key and *signed* is True, check its signature.

    Raises
    ------
    NewerFormatError
        If a newer irisml wrote it.
    ValueError
        If its content is invalid; the message describes the error.
    OSError
        If it cannot be read now; FileNotFoundError if it is absent.
    """
    content = read_signed(folder / MANIFEST, signed=signed)
    check_format(content, FORMAT, folder / MANIFEST)
    return msgspec.json.decode(content, type=Manifest)


def check_format(content: bytes, known: int, path: Path | str) -> None:
    """Refuse a JSON object whose field "format" is higher than the *known* one.

    Raises
    ------
    NewerFormatError
    msgspec.DecodeError
        If it is not a JSON object.
    """
    found = msgspec.json.decode(content, type=_Format).format
    if found > known:
        raise NewerFormatError(path=path, format=found, known=known)
