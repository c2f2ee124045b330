"""Version of a data set: its record and its flowers."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING

import msgspec

from irisml.domain.errors import DamagedDatasetError, RegistryUnusableError
from irisml.domain.findings import Finding
from irisml.domain.i18n import Phrase, sentence
from irisml.registry.actor import Actor
from irisml.registry.disk import WrongContentError
from irisml.registry.version import REFERENCE_NUMBER

if TYPE_CHECKING:  # imports numpy, which prediction does not need
    from irisml.data.datasets import Dataset

DATASET_FORMAT = 1
"""Increment it whenever a field is added or changes its meaning; a test compares the schema."""
RECORD, FLOWERS_FILE = "dataset.json", "flowers.csv"


class DatasetRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True, eq=False, kw_only=True):
    """Content of dataset.json: the metadata of a data set.

    Parameters
    ----------
    format : int
        Number of this format.
    number : int
        From 2, never used twice; 1 is the reference, which is not stored.
    registry : str or None
        Id of the registry that it belongs to.
    created : datetime or None
        In UTC; None for the reference.
    by : Actor or None
        Who added it; None for the reference.
    source : str
        Where its new flowers come from, in a person's words.
    parent : int or None
        Number of the data set that it was made from and checked against; None for the reference.
    n_samples : int
    class_counts : tuple of int, length 3
        Flowers of each species, in the order of `SPECIES`.
    fingerprint : str
        `Dataset.fingerprint`.
    checks : tuple of Finding
        Results of the data checks when it was added; none for the reference.
    forced : bool
        Whether a check had refused it.
    reason : str
        Why it was added although a check refused it.
    flowers_sha256 : str
        SHA-256 of flowers.csv, as hexadecimal.
    """

    format: int = DATASET_FORMAT
    number: int
    registry: str | None = None
    created: datetime | None
    by: Actor | None
    source: str
    parent: int | None
    n_samples: int
    class_counts: tuple[int, int, int]
    fingerprint: str
    checks: tuple[Finding, ...]
    forced: bool = False
    reason: str = ""
    flowers_sha256: str = ""

    def __post_init__(self) -> None:
        if self.parent is not None and not REFERENCE_NUMBER <= self.parent < self.number:
            raise ValueError(f"data set {self.number} has the parent {self.parent}")
        if self.n_samples < 1 or sum(self.class_counts) != self.n_samples:
            raise ValueError("the flowers of the three species do not sum to n_samples")


@dataclass(frozen=True, eq=False)
class DatasetDraft:
    """Data set that wants to be added, with the results of its checks."""

    dataset: "Dataset"
    parent: int
    by: Actor
    checks: tuple[Finding, ...]
    reason: str = ""

    @property
    def refusals(self) -> tuple[Finding, ...]:
        """The checks that refuse."""
        return tuple(check for check in self.checks if check.refuses)


@dataclass(frozen=True, eq=False)
class DatasetVersion:
    """Immutable data set in a registry.

    Parameters
    ----------
    record : DatasetRecord
    location : str
        Where it is kept, for messages.
    read_flowers : callable
        Returns the unchecked content of flowers.csv; raises as `irisml.registry.disk.read_file`.
    """

    record: DatasetRecord
    location: str
    read_flowers: Callable[[], bytes]

    @property
    def number(self) -> int:
        """Number of the data set, from 1."""
        return self.record.number

    def checked_flowers(self) -> bytes:
        """Return the content of flowers.csv, checked against its hash.

        Raises
        ------
        DamagedDatasetError
            If it is missing, or does not match.
        RegistryUnusableError
            If it cannot be read now; the data set may be undamaged.
        """
        try:
            content = self.read_flowers()
        except FileNotFoundError as error:
            raise self.damaged(sentence("{file} is missing"), file=FLOWERS_FILE) from error
        except WrongContentError as error:
            raise self.damaged(sentence("{file}: {error}"), file=FLOWERS_FILE, error=str(error)) from error
        except OSError as error:
            problem = error.strerror or str(error)
            raise RegistryUnusableError(path=f"{self.location}/{FLOWERS_FILE}", problem=problem) from error
        if sha256(content).hexdigest() != self.record.flowers_sha256:
            raise self.damaged(sentence("{file} was altered"), file=FLOWERS_FILE)
        return content

    def damaged(self, template: str, **values: object) -> DamagedDatasetError:
        """Return the error that describes the damage to this data set."""
        return DamagedDatasetError(number=self.number, problem=Phrase(template, values), path=self.location)
