"""The flowers of a data set in a registry. Imports numpy."""

from irisml.data.dataset_csv import read_dataset
from irisml.data.datasets import Dataset, load_iris
from irisml.domain.i18n import sentence
from irisml.registry.dataset_version import FLOWERS_FILE, DatasetVersion
from irisml.registry.version import REFERENCE_NUMBER


def load_flowers(version: DatasetVersion) -> Dataset:
    """Return the flowers of a data set, checked against its record.

    Raises
    ------
    DamagedDatasetError, RegistryUnusableError
        See `DatasetVersion.checked_flowers`.

    Examples
    --------
    >>> from irisml.registry.reference import reference_version
    >>> load_flowers(reference_version()).n_samples
    150
    """
    if version.number == REFERENCE_NUMBER:
        return load_iris()
    try:
        dataset = read_dataset(version.checked_flowers(), version.record.source)
    except ValueError as error:
        raise version.damaged(sentence("{file}: {error}"), file=FLOWERS_FILE, error=str(error)) from error
    if dataset.fingerprint != version.record.fingerprint:
        raise version.damaged(sentence("{file} was altered"), file=FLOWERS_FILE)
    return dataset
