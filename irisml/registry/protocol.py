"""Interface of a registry: append-only lists of data sets and versions, and an append-only log of releases."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from irisml.model.flower_counts import DataStudy, Yardstick
from irisml.model.forest import Forest
from irisml.model.gate_report import GateReport
from irisml.model.scores import Evaluation
from irisml.registry.actor import Actor
from irisml.registry.dataset_version import DatasetDraft, DatasetVersion
from irisml.registry.release_log import Action, Release, ReleaseLog
from irisml.registry.version import REFERENCE_NUMBER, ModelVersion

if TYPE_CHECKING:  # these two import numpy, which prediction does not need
    from irisml.data.datasets import Dataset
    from irisml.training.fitting import TrainingRun

CHAMPION, PREVIOUS, CHALLENGER = ALIASES = ("champion", "previous", "challenger")


@dataclass(frozen=True, eq=False)
class Candidate:
    """Trained model with everything that its version will contain."""

    dataset: "Dataset"
    run: "TrainingRun"
    evaluation: Evaluation
    yardsticks: tuple[Yardstick, ...]
    forest: Forest
    gate: GateReport
    dataset_number: int = REFERENCE_NUMBER


class Registry(Protocol):
    """Append-only lists of data sets and versions, and the log of releases from which all aliases are computed.

    Every method raises RegistryUnusableError if the registry cannot be read or written now.
    """

    def follow(self) -> None:
        """From now on answer from what `refresh` has read, if reading takes a network; for a server's thread."""

    def refresh(self) -> None:
        """Read what is new, if reading takes a network.

        Raises
        ------
        RegistryUnusableError
            If it cannot be read now; what was read before still answers.
        """

    def check_writable(self) -> None:
        """Check that the registry can be written, so that a long training does not fail at its end.

        Raises
        ------
        RegistryUnusableError, NotInstalledError
        """

    def register(self, candidate: Candidate) -> ModelVersion:
        """Register *candidate* as the next version, atomically: if this raises, there is no new version."""

    def adopt(self, version: ModelVersion, gate: GateReport, dataset: int = REFERENCE_NUMBER) -> ModelVersion:
        """Copy a version of another registry as the next one; if one has the same trees, return that instead.

        Parameters
        ----------
        version : ModelVersion
        gate : GateReport
            The verdict here.
        dataset : int
            Number of its data set here, see `adopt_dataset`; by default the reference.

        Raises
        ------
        DamagedVersionError
            If a file of *version* does not match its manifest.
        """

    def find(self, forest_sha256: str) -> ModelVersion | None:
        """Return the newest readable version with these trees; None if there is none."""

    def versions(self) -> tuple[ModelVersion, ...]:
        """Return all readable versions, oldest first; a damaged one is omitted with a warning."""

    def get(self, version: int | str, *, verified: bool = False) -> ModelVersion:
        """Return the version of that number or alias.

        Parameters
        ----------
        verified : bool
            Whether to load and verify its trees, so that it can serve from memory.

        Raises
        ------
        VersionNotFoundError
            If it is absent.
        DamagedVersionError
            If its content is invalid.
        NewerFormatError
            If a newer irisml wrote it.
        """

    def add_dataset(self, draft: DatasetDraft) -> DatasetVersion:
        """Add a data set as the next one, atomically: if this raises, there is no new data set."""

    def adopt_dataset(self, dataset: DatasetVersion, parent: int) -> int:
        """Copy a data set of another registry, and return its number here; one with the same rows is not copied.

        Parameters
        ----------
        dataset : DatasetVersion
            Not the reference, which every registry has.
        parent : int
            Number of its parent here.

        Raises
        ------
        DamagedDatasetError
            If its rows do not match their hash.
        """

    def datasets(self) -> tuple[DatasetVersion, ...]:
        """Return all readable data sets, oldest first, from number 1, the reference; a damaged one is omitted."""

    def dataset(self, number: int) -> DatasetVersion:
        """Return the data set of that number.

        Raises
        ------
        DatasetNotFoundError
            If it is absent.
        DamagedDatasetError
            If its content is invalid.
        NewerFormatError
            If a newer irisml wrote it.
        """

    def study(self, dataset: int) -> DataStudy | None:
        """Return the study of a data set; None if there is none yet, or it is damaged: it can be made again."""

    def save_study(self, dataset: int, study: DataStudy) -> None:
        """Save the study of a data set, unless there is one."""

    def alias(self, name: str) -> int | None:
        """Return the version number of the alias "champion", "previous" or "challenger"; None if it is not set."""

    def releases(self) -> ReleaseLog:
        """Return the current release log."""

    def release(
        self, action: Action, version: int, *, follows: int, by: Actor, reason: str, forced: bool = False
    ) -> Release:
        """Make *version* the champion if *follows* is still the number of the newest release: a compare-and-set.

        The champion changes in no other way. The version is not checked here: see `irisml.releases.champion`.

        Parameters
        ----------
        action : str
            "promote" or "roll_back".
        version : int
            Number of the new champion.
        follows : int
            `ReleaseLog.last` as the caller has read it; 0 if there was no release.
        by : Actor
        reason : str
        forced : bool
            Whether the gate had refused that version.

        Raises
        ------
        ChampionMovedError
            If there is a newer release; the error names its author. Nothing was changed.
        NewerFormatError
            If the newest release was written by a newer irisml.
        """
