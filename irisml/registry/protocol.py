"""What every registry can do: an append-only list of versions, and aliases that move."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

import msgspec

from irisml.forest import Forest
from irisml.promotion import GateReport
from irisml.registry.version import ModelVersion
from irisml.scores import Evaluation

if TYPE_CHECKING:  # these two import numpy, which whoever only predicts does not need
    from irisml.datasets import Dataset
    from irisml.training import TrainingRun

CHAMPION, PREVIOUS, CHALLENGER = ALIASES = ("champion", "previous", "challenger")


class AliasChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line of the history: the champion changed.

    Parameters
    ----------
    time : datetime
        In UTC.
    action : str
        "promote" or "rollback".
    version : int
        The new champion.
    replaced : int or None
        The champion until then.
    reason : str
        In somebody's words.
    """

    time: datetime
    action: str
    version: int
    replaced: int | None
    reason: str


@dataclass(frozen=True, eq=False)
class Candidate:
    """A trained model with everything that a version of it will keep."""

    dataset: "Dataset"
    run: "TrainingRun"
    evaluation: Evaluation
    forest: Forest
    gate: GateReport


class Registry(Protocol):
    """Append-only list of versions, aliases that may move, and the history of their moves."""

    def register(self, candidate: Candidate) -> ModelVersion:
        """Keep *candidate* as the next version, wholly or not at all."""

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

    def get(self, version: int | str) -> ModelVersion:
        """Return the version of that number or alias.

        Raises
        ------
        VersionNotFoundError, DamagedVersionError
        """

    def alias(self, name: str) -> int | None:
        """Return the number that the alias stands for; None where it is not set."""

    def set_alias(self, name: str, version: int | None) -> None:
        """Let the alias stand for *version* from now on, or for none."""

    def record(self, change: AliasChange) -> None:
        """Add a line to the history."""

    def history(self) -> tuple[AliasChange, ...]:
        """All changes of the champion, oldest first."""
