"""The files of a version: written the same way for every registry, and read with suspicion."""

import os
from hashlib import sha256
from pathlib import Path

import msgspec

from irisml import provenance
from irisml.registry.protocol import Candidate
from irisml.registry.signing import SIGNATURE_FILE, is_signed, sign, signing_key
from irisml.registry.version import ESTIMATOR_FILE, FOREST_FILE, MANIFEST, Manifest


def write_model(folder: Path, candidate: Candidate) -> Manifest:
    """Write the model in both its forms, and return a manifest that has no number yet."""
    import joblib

    joblib.dump(candidate.run.estimator, folder / ESTIMATOR_FILE)
    with (folder / ESTIMATOR_FILE).open("rb+") as file:
        os.fsync(file.fileno())
    write_flushed(folder / FOREST_FILE, candidate.forest.to_json())
    return Manifest(
        version=0,
        created=candidate.run.started,
        duration_s=candidate.run.duration_s,
        config=candidate.run.config,
        data_source=candidate.dataset.source,
        data_fingerprint=candidate.dataset.fingerprint,
        n_samples=candidate.dataset.n_samples,
        evaluation=candidate.evaluation,
        gate=candidate.gate,
        software=provenance.software(),
        commit=provenance.commit(),
        build=provenance.build(),
        files={name: sha256((folder / name).read_bytes()).hexdigest() for name in (ESTIMATOR_FILE, FOREST_FILE)},
    )


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest, and its signature where there is a key."""
    content = msgspec.json.format(msgspec.json.encode(manifest), indent=2)
    write_flushed(folder / MANIFEST, content)
    if key := signing_key():
        write_flushed(folder / SIGNATURE_FILE, sign(content, key))


def read_manifest(folder: Path, *, signed: bool = True) -> Manifest:
    """Read a manifest; where there is a key and *signed*, only if it is signed with it.

    Raises
    ------
    ValueError
        If it cannot be read; the message says why.
    """
    try:
        content = (folder / MANIFEST).read_bytes()
        if signed and (key := signing_key()):
            signature = folder / SIGNATURE_FILE
            if not signature.exists():
                raise ValueError("it is not signed, but IRISML_SIGNING_KEY is set")
            if not is_signed(content, signature.read_bytes(), key):
                raise ValueError(f"the signature does not fit {MANIFEST}")
        return msgspec.json.decode(content, type=Manifest)
    except (OSError, msgspec.DecodeError) as error:
        raise ValueError(f"{MANIFEST}: {error}") from error


def write_flushed(path: Path, content: bytes) -> None:
    """Write a file and wait until it is on the disk."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
