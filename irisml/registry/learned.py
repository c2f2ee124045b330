"""The flowers that a version learned from. Imports numpy."""

from irisml.domain.measurements import SPECIES
from irisml.registry.dataset_flowers import load_flowers
from irisml.registry.protocol import Registry
from irisml.registry.version import ModelVersion


def learned_flowers(
    registry: Registry, version: ModelVersion
) -> tuple[tuple[tuple[float, float, float, float], str], ...]:
    """Return what a version learned from: its data set without the test flowers.

    Returns
    -------
    tuple of (tuple of float of length 4, str)
        Lengths in cm, in the order of `FEATURES`, and the species.

    Raises
    ------
    DatasetNotFoundError, DamagedDatasetError, NewerFormatError, RegistryUnusableError
        If the data set cannot be read.
    """
    dataset = load_flowers(registry.dataset(version.manifest.dataset))
    held_out = set(version.evaluation.test_rows)
    rows = zip(dataset.X.tolist(), dataset.y.tolist(), dataset.reference_rows.tolist(), strict=True)
    return tuple(((a, b, c, d), SPECIES[y]) for (a, b, c, d), y, row in rows if row not in held_out)
