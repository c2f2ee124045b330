"""What every registry can do: an append-only list of versions, and an append-only log of releases."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from irisml.model.forest import Forest
from irisml.model.gate_report import GateReport
from irisml.model.scores import Evaluation
from irisml.registry.actor import Actor
from irisml.registry.release_log import Action, Release, ReleaseLog
from irisml.registry.version import ModelVersion

if TYPE_CHECKING:  # these two import numpy, which whoever only predicts does not need
    from irisml.data.datasets import Dataset
    from irisml.training.fitting import TrainingRun

CHAMPION, PREVIOUS, CHALLENGER = ALIASES = ("champion", "previous", "challenger")


@dataclass(frozen=True, eq=False)
class Candidate:
    """A trained model with everything that a version of it will keep."""

    dataset: "Dataset"
    run: "TrainingRun"
    evaluation: Evaluation
    forest: Forest
    gate: GateReport


class Registry(Protocol):
    """Append-only list of versions, and append-only log of releases from which all aliases are computed.

    Every method raises RegistryUnusableError where the place cannot be read or written now.
    """

    def check_writable(self) -> None:
        """Write something and remove it, so that a long training does not fail at its end.

        Raises
        ------
        RegistryUnusableError
        """

    def register(self, candidate: Candidate) -> ModelVersion:
        """Keep *candidate* as the next version, wholly or not at all; if this raises, there is no new version."""

    def adopt(self, version: ModelVersion, gate: GateReport) -> ModelVersion:
        """Keep a version of another registry as the next one here; return the one with the same trees if there is one.

        Raises
        ------
        DamagedVersionError
            If a file of *version* is not what its manifest says.
        """

    def find(self, forest_sha256: str) -> ModelVersion | None:
        """Return the newest readable version with these trees; None where there is none."""

    def versions(self) -> tuple[ModelVersion, ...]:
        """All readable versions, oldest first; a damaged one is left out with a warning."""

    def get(self, version: int | str, *, verified: bool = False) -> ModelVersion:
        """Return the version of that number or alias.

        Parameters
        ----------
        verified : bool
            Read its trees, too: what is returned can serve from memory.

        Raises
        ------
        VersionNotFoundError
            If it is absent.
        DamagedVersionError
            If its content is wrong.
        NewerFormatError
            If a newer irisml wrote it.
        """

    def alias(self, name: str) -> int | None:
        """Return the number that "champion", "previous" or "challenger" stands for; None where it stands for none."""

    def releases(self) -> ReleaseLog:
        """Return the release log as it is now."""

    def release(
        self, action: Action, version: int, *, follows: int, by: Actor, reason: str, forced: bool = False
    ) -> Release:
        """Make *version* the champion, if *follows* still is the number of the newest release: a compare-and-set.

        This is the only way in which a champion changes. It does not read the version, see `irisml.releases.champion`.

        Parameters
        ----------
        action : str
            "promote" or "roll_back".
        version : int
            Number of the new champion.
        follows : int
            `ReleaseLog.last` as the caller has seen it; 0 for "there was no release".
        by : Actor
        reason : str
        forced : bool
            Whether the gate had refused that version.

        Raises
        ------
        ChampionMovedError
            If there is a newer release; it says who made it, and nothing was changed.
        NewerFormatError
            If the newest release was written by a newer irisml.
        """
