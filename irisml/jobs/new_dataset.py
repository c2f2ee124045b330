"""A new data set: read from a file, checked against its parent, added to a registry if no check refuses it."""

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from irisml.data.checked_data import CheckedData
from irisml.data.data_checks import check_data
from irisml.data.datasets import Dataset, load_iris
from irisml.data.flower_files.reading import read_measurements_csv
from irisml.data.identity import identified
from irisml.domain.errors import (
    DataRefusedError,
    ImpossibleColumnError,
    InvalidRowsError,
    InvalidSourceError,
    MissingDataReasonError,
    MissingSpeciesError,
    NoSpeciesError,
    OutOfRangeError,
)
from irisml.domain.findings import Finding
from irisml.domain.i18n import Phrase
from irisml.domain.measurements import FEATURES, SPECIES
from irisml.registry.actor import Actor, current_actor
from irisml.registry.dataset_flowers import load_flowers
from irisml.registry.dataset_version import DatasetDraft, DatasetVersion
from irisml.registry.protocol import Registry
from irisml.releases.champion import checked_reason
from irisml.training.splits import fixed_split

LONGEST_SOURCE = 200
MOST_ROWS = 5000


@dataclass(frozen=True, eq=False)
class FlowerFile:
    """Flowers with species, read from a file.

    Parameters
    ----------
    dataset : Dataset
        All of them new; see `identified`.
    notes : tuple of Phrase
        How the file was interpreted.
    """

    dataset: Dataset
    notes: tuple[Phrase, ...]


def read_flower_file(file: str | Path | BinaryIO, source: str) -> FlowerFile:
    """Read a file of flowers with species; every row must be readable.

    Raises
    ------
    InputError
        As `read_measurements_csv`; also if a flower has no species.

    Examples
    --------
    >>> import io
    >>> read_flower_file(io.BytesIO(b"5.1,3.5,1.4,0.2,setosa"), "the talk").dataset.n_samples
    1
    """
    try:
        table = read_measurements_csv(file, strict=True, most_rows=MOST_ROWS)
    except InvalidRowsError as error:
        raise _impossible_column(error) or error from error
    if table.species is None:
        raise NoSpeciesError
    names = [name for name in table.species if name is not None]
    if len(names) < len(table.lines):
        raise MissingSpeciesError
    X = np.array([list(measurement) for measurement in table.measurements])
    return FlowerFile(
        Dataset(X, np.array([SPECIES.index(name) for name in names]), checked_source(source)), table.notes
    )


def _impossible_column(error: InvalidRowsError) -> ImpossibleColumnError | None:
    """Return what explains lengths that no iris has, if there are many of one feature: a wrong unit or column."""
    values: dict[str, list[float]] = {}
    for _, errors in error.rows:
        for one in errors:
            if isinstance(one, OutOfRangeError):
                values.setdefault(str(one.values["feature"]), []).append(float(str(one.values["value"])))
    if not values:
        return None
    feature, found = max(values.items(), key=lambda item: len(item[1]))
    n_rows = int(str(error.values["n_rows"]))
    if len(found) < _MANY or len(found) * 10 < n_rows:
        return None
    typical = float(np.median(load_iris().X[:, FEATURES.index(feature)]))
    return ImpossibleColumnError(
        feature=feature, k=len(found), n=n_rows, median=round(float(np.median(found)), 2), typical=round(typical, 2)
    )


_MANY = 3


def checked_source(source: str) -> str:
    """Write the description of a source on one line, and check it.

    Raises
    ------
    InvalidSourceError
        If it is empty, too long, or has characters that cannot be printed.
    """
    text = " ".join(source.split())
    if not 0 < len(text) <= LONGEST_SOURCE or not text.isprintable():
        raise InvalidSourceError(n=len(text), most=LONGEST_SOURCE)
    return text


def check_dataset(dataset: Dataset, parent: Dataset | None) -> tuple[Finding, ...]:
    """Run every data check on a data set; with a parent, only its new rows are examined."""
    reference = load_iris()
    test_rows = tuple(fixed_split(reference).test.tolist())
    return check_data(CheckedData(dataset, reference, parent, test_rows))


def draft_dataset(
    registry: Registry, flowers: Dataset, *, parent: int, append: bool, by: Actor | None = None
) -> DatasetDraft:
    """Make a data set of flowers, and check it against its parent; nothing is added.

    Parameters
    ----------
    registry : Registry
    flowers : Dataset
        All of them new; reference flowers among them are found by their measurements.
    parent : int
        Number of the data set that it is compared with.
    append : bool
        Whether the rows of the parent come first; else the flowers are the whole data set.
    by : Actor, optional
        Who makes it; by default the user of this process.

    Raises
    ------
    DatasetNotFoundError, DamagedDatasetError, NewerFormatError, RegistryUnusableError
        If the parent cannot be read.
    """
    known = load_flowers(registry.dataset(parent))
    new = identified(flowers, load_iris(), known if append else None)
    dataset = known.followed_by(new, flowers.source) if append else new
    compared = load_flowers(registry.dataset(_sound_ancestor(registry, parent)))
    return DatasetDraft(dataset, parent, by or current_actor(), check_dataset(dataset, compared))


def _sound_ancestor(registry: Registry, number: int) -> int:
    """Return a data set or the nearest of those that it was made from that was not forced.

    What was forced once is examined again: a child does not pass because its parent has the same rows.
    """
    while (record := registry.dataset(number).record).forced and record.parent is not None:
        number = record.parent
    return number


def check_again(registry: Registry, number: int) -> tuple[Finding, ...]:
    """Run today's data checks on a data set of the registry, compared with its parent.

    Raises
    ------
    DatasetNotFoundError, DamagedDatasetError, NewerFormatError, RegistryUnusableError
        If it or its parent cannot be read.
    """
    wanted = registry.dataset(number)
    parent = wanted.record.parent
    if parent is None:
        return check_dataset(load_flowers(wanted), None)
    return check_dataset(load_flowers(wanted), load_flowers(registry.dataset(_sound_ancestor(registry, parent))))


def add_dataset(registry: Registry, draft: DatasetDraft, *, force: bool = False, reason: str = "") -> DatasetVersion:
    """Add a draft to the registry.

    Parameters
    ----------
    force : bool
        Add it even if a check refuses it; requires a reason.
    reason : str
        Kept in its record if it was forced; at most `LONGEST_REASON` characters.

    Raises
    ------
    DataRefusedError
        If a check refuses it, and *force* is False.
    MissingDataReasonError, InvalidReasonError, RegistryUnusableError
        In each case nothing was added.
    """
    reason = checked_reason(reason)
    if force and not reason:
        raise MissingDataReasonError
    if draft.refusals and not force:
        raise DataRefusedError(reasons=draft.refusals)
    kept = reason if draft.refusals else ""
    return registry.add_dataset(DatasetDraft(draft.dataset, draft.parent, draft.by, draft.checks, kept))
