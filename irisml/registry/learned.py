"""The flowers that a version learned from. Imports numpy."""

from irisml.registry.dataset_flowers import load_flowers
from irisml.registry.protocol import Registry
from irisml.registry.version import ModelVersion


def learned_lengths(registry: Registry, version: ModelVersion) -> tuple[tuple[float, float, float, float], ...]:
    """Return the lengths of the flowers that a version learned from, in cm: its data set without the test flowers.

    Raises
    ------
    DatasetNotFoundError, DamagedDatasetError, NewerFormatError, RegistryUnusableError
        If the data set cannot be read.
    """
    dataset = load_flowers(registry.dataset(version.manifest.dataset))
    held_out = set(version.evaluation.test_rows)
    rows = zip(dataset.X.tolist(), dataset.reference_rows.tolist(), strict=True)
    return tuple((a, b, c, d) for (a, b, c, d), row in rows if row not in held_out)
