"""Record and file of a data set that wants to be added, the same for every registry. Imports numpy."""

from datetime import UTC, datetime
from hashlib import sha256

from irisml.data.dataset_csv import write_dataset
from irisml.registry.dataset_version import DatasetDraft, DatasetRecord


def drafted(draft: DatasetDraft) -> tuple[DatasetRecord, bytes]:
    """Return record and flowers.csv of a data set that wants to be added; a registry gives number and id."""
    content = write_dataset(draft.dataset)
    record = DatasetRecord(
        number=draft.parent + 1,
        created=datetime.now(UTC),
        by=draft.by,
        source=draft.dataset.source,
        parent=draft.parent,
        n_samples=draft.dataset.n_samples,
        class_counts=draft.dataset.class_counts,
        fingerprint=draft.dataset.fingerprint,
        checks=draft.checks,
        forced=bool(draft.refusals),
        reason=draft.reason,
        flowers_sha256=sha256(content).hexdigest(),
    )
    return record, content
