"""A version as a run of MLflow: parameters, metrics, data set, confusion matrix, and the model with its files."""

import json
import tempfile
import time
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path

import msgspec

from irisml.domain.measurements import SPECIES
from irisml.domain.settings import settings
from irisml.model.scores import Evaluation
from irisml.registry.mlflow.mirror import CONTENT_TAG, SIGNATURE_TAG
from irisml.registry.mlflow.store import VERSIONS, Run, Store
from irisml.registry.signing import sign, signing_key
from irisml.registry.version import MANIFEST, Manifest

OWN_FOLDER = "irisml"
"""Folder of irisml's own files, beside those of MLflow."""
_LONGEST_DIGEST = 36


def publish(store: Store, manifest: Manifest, files: Mapping[str, bytes], write_folder: Callable[[Path], None]) -> int:
    """Write a version with its run, and return its number; if this raises, there is no new version.

    The version is the last thing that is written. What a killed writer leaves is a run that no version names.

    Parameters
    ----------
    store : Store
    manifest : Manifest
        Without a number, which MLflow gives last of all.
    files : dict of bytes
        Content of the files that the manifest names.
    write_folder : callable
        Writes the model as a folder of MLflow.
    """
    content = msgspec.json.format(msgspec.json.encode(manifest), indent=2)
    with tempfile.TemporaryDirectory(prefix="irisml-") as scratch:
        folder = Path(scratch) / "model"
        write_folder(folder)
        own = folder / OWN_FOLDER
        own.mkdir()
        for name, data in {**files, MANIFEST: content}.items():
            (own / name).write_bytes(data)
        started = int(1000 * manifest.created.timestamp())
        run = store.start_run(manifest.config.model_type, started, _run_tags(manifest))
        model_id, uri = _log_model(store, run, folder, manifest.config.model_type)
    _log_results(store, run, manifest, model_id)
    store.end_run(run)
    key = signing_key()
    told = {
        CONTENT_TAG: sha256(content).hexdigest(),
        SIGNATURE_TAG: sign(content, key).decode() if key else "",
        "irisml.gate": "passed" if manifest.gate.passed else "refused",
        "irisml.forest_sha256": manifest.files["forest.json"],
    }
    return store.add(
        VERSIONS,
        f"models:/{model_id}",
        run.run_id,
        told,
        files=f"{uri}/{OWN_FOLDER}",
        model_id=model_id,
        description=_description(manifest),
    )


def metrics(evaluation: Evaluation) -> dict[str, float]:
    """Return the figures of an evaluation by name, each accuracy with its n and its 95 % interval.

    Examples
    --------
    >>> from irisml.registry.mlflow.training_run import metrics
    >>> callable(metrics)
    True
    """
    cv = evaluation.cross_validation
    found = {
        **_with_interval("cross_validated_accuracy", cv.accuracy, cv.interval, cv.n_samples),
        **_with_interval("test_accuracy", evaluation.accuracy, evaluation.interval, evaluation.n_test),
    }
    for species, recall in zip(SPECIES, cv.recalls, strict=True):
        found[f"cross_validated_recall_{species}"] = recall
    return found


def _with_interval(name: str, value: float, interval: tuple[float, float], n: int) -> dict[str, float]:
    return {name: value, f"{name}_low": interval[0], f"{name}_high": interval[1], f"{name}_n": float(n)}


def _log_model(store: Store, run: Run, folder: Path, model_type: str) -> tuple[str, str]:
    rest = store.rest
    body = {"experiment_id": store.experiment(), "name": "model", "source_run_id": run.run_id, "model_type": model_type}
    info = rest.send("POST", "logged-models", body)["model"]["info"]
    model_id, uri = str(info["model_id"]), str(info["artifact_uri"])
    for path in sorted(file for file in folder.rglob("*") if file.is_file()):
        rest.put_file(uri, path.relative_to(folder).as_posix(), path.read_bytes())
    ready = {"model_id": model_id, "status": "LOGGED_MODEL_READY"}
    rest.send("PATCH", f"logged-models/{model_id}", ready)
    rest.send("POST", "runs/outputs", {"run_id": run.run_id, "models": [{"model_id": model_id, "step": 0}]})
    return model_id, uri


def _log_results(store: Store, run: Run, manifest: Manifest, model_id: str) -> None:
    now = int(1000 * time.time())
    figures = [
        {"key": key, "value": value, "timestamp": now, "step": 0, "model_id": model_id}
        for key, value in metrics(manifest.evaluation).items()
    ]
    parameters = [{"key": key, "value": str(value)} for key, value in manifest.config.parameters.items()]
    store.rest.send("POST", "runs/log-batch", {"run_id": run.run_id, "metrics": figures, "params": parameters})
    dataset = {
        "name": f"data set {manifest.dataset}",
        "digest": manifest.data_fingerprint[:_LONGEST_DIGEST],
        "source_type": "irisml",
        "source": json.dumps({"source": manifest.data_source, "dataset": manifest.dataset}),
        "profile": json.dumps({"n_samples": manifest.n_samples, "n_train": manifest.n_learned}),
    }
    used = [{"tags": [{"key": "mlflow.data.context", "value": "training"}], "dataset": dataset}]
    store.rest.send("POST", "runs/log-inputs", {"run_id": run.run_id, "datasets": used})
    rows = {
        true: dict(zip(SPECIES, row, strict=True))
        for true, row in zip(SPECIES, manifest.evaluation.confusion, strict=True)
    }
    matrix = json.dumps({"true_species": rows}, indent=2).encode()
    store.rest.put_file(run.files, "confusion_matrix.json", matrix)


def _run_tags(manifest: Manifest) -> dict[str, str]:
    """Return the tags of a run; the two of Git are those that MLflow itself shows."""
    return {
        "mlflow.source.git.commit": (manifest.commit or "").removesuffix("+dirty"),
        "irisml.commit": manifest.commit or "",
        "irisml.build": manifest.build or "",
        "irisml.image": settings().image or "",
        "irisml.dataset": str(manifest.dataset),
        "irisml.data_fingerprint": manifest.data_fingerprint,
        "irisml.gate": "passed" if manifest.gate.passed else "refused",
        "irisml.registry": manifest.registry or "",
    }


def _description(manifest: Manifest) -> str:
    cv = manifest.evaluation.cross_validation
    low, high = (100 * bound for bound in cv.interval)
    gate = "passed" if manifest.gate.passed else "refused"
    return (
        f"{manifest.config.model_type}, cross-validated accuracy {100 * cv.accuracy:.1f} % of {cv.n_samples} flowers "
        f"(95 % interval {low:.1f} to {high:.1f} %). The gate {gate} it."
    )
