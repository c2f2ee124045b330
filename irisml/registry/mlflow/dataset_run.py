"""A data set as a run of MLflow with two files."""

import time
from hashlib import sha256

import msgspec

from irisml.registry.dataset_version import FLOWERS_FILE, RECORD, DatasetRecord
from irisml.registry.mlflow.mirror import CONTENT_TAG, SIGNATURE_TAG
from irisml.registry.mlflow.store import DATASETS, Store
from irisml.registry.signing import sign, signing_key


def publish_dataset(store: Store, record: DatasetRecord, flowers: bytes) -> int:
    """Write a data set, and return its number, which MLflow gives last of all; if this raises, there is none."""
    content = msgspec.json.format(msgspec.json.encode(record), indent=2)
    told = {"irisml.data_fingerprint": record.fingerprint}
    run = store.start_run("data set", int(1000 * time.time()), told)
    for name, data in ((FLOWERS_FILE, flowers), (RECORD, content)):
        store.rest.put_file(run.files, name, data)
    store.end_run(run)
    key = signing_key()
    signed = {
        CONTENT_TAG: sha256(content).hexdigest(),
        SIGNATURE_TAG: sign(content, key).decode() if key else "",
    }
    text = f"{record.n_samples} flowers, made from data set {record.parent}. {record.source}"
    return store.add(DATASETS, run.files, run.run_id, {**told, **signed}, files=run.files, description=text)
