"""Events of a training: lines of JSON that the child process writes and the job reads."""

from collections.abc import Mapping
from typing import Literal

import msgspec

from irisml.domain.errors import IrisError
from irisml.domain.i18n import fill
from irisml.model.search_result import SearchResult
from irisml.registry.version import REFERENCE_NUMBER, ModelVersion
from irisml.training.progress import Progress

Outcome = Literal["promoted", "challenger", "refused", "champion_moved", "not_released"]


def plain_values(values: Mapping[str, object]) -> dict[str, str | int | float]:
    """Return values that can be written as JSON: anything but a number becomes text."""
    return {name: v if isinstance(v, int | float) else fill("{v}", {"v": v}) for name, v in values.items()}


class Failure(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="event", tag="failure"):
    """Why a training ended without a version.

    Parameters
    ----------
    template : str
        English sentence with placeholders; a page translates it before filling it in.
    values : dict of str
        What the placeholders stand for.
    """

    template: str
    values: dict[str, str | int | float]

    @classmethod
    def of(cls, error: IrisError) -> "Failure":
        """Create a failure from an error, with values that can be written as JSON."""
        return cls(error.template, plain_values(error.values))


class TrainingResult(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="event", tag="result"):
    """Result of a training; also the object that ``irisml train --json`` prints.

    Parameters
    ----------
    version : int
        Number of the new version.
    n_correct, n_test : int
        Correct predictions on the held-out flowers, and number of these.
    accuracy : float
        n_correct / n_test, in [0, 1].
    interval : tuple of (float, float)
        95 % Wilson interval of the accuracy.
    cross_validated : float
        Accuracy over all out-of-fold predictions, in [0, 1].
    cross_validated_interval : tuple of (float, float)
        95 % Wilson interval of *cross_validated*, for *n_samples* flowers.
    n_samples : int
        Flowers of the data set, each predicted out of fold.
    passed : bool
        Whether the version passed the gate.
    promoted : bool
        Whether it became champion.
    outcome : str
        "promoted"; "challenger": it passed, and waits as it should; "refused" by the gate; "champion_moved": it passed,
        but another version became champion in the meantime; "not_released": it passed, but the release could not be
        written, see *problem*.
    reasons : tuple of str
        Reasons of the gate's checks.
    problem : str
        Why a version that passed is not champion; empty otherwise.
    same_trees_as : int or None
        An older version with identical trees: no prediction changes.
    dataset : int
        Number of the data set that it learned from.
    """

    version: int
    n_correct: int
    n_test: int
    accuracy: float
    interval: tuple[float, float]
    cross_validated: float
    cross_validated_interval: tuple[float, float]
    n_samples: int
    passed: bool
    promoted: bool
    outcome: Outcome
    reasons: tuple[str, ...]
    problem: str = ""
    same_trees_as: int | None = None
    dataset: int = REFERENCE_NUMBER

    @classmethod
    def of(
        cls, version: ModelVersion, outcome: Outcome, *, problem: str = "", same_trees_as: int | None = None
    ) -> "TrainingResult":
        """Create the result from a version."""
        evaluation = version.evaluation
        return cls(
            version=version.number,
            n_correct=evaluation.n_correct,
            n_test=evaluation.n_test,
            accuracy=evaluation.accuracy,
            interval=evaluation.interval,
            cross_validated=evaluation.cross_validation.accuracy,
            cross_validated_interval=evaluation.cross_validation.interval,
            n_samples=evaluation.cross_validation.n_samples,
            passed=version.manifest.gate.passed,
            promoted=outcome == "promoted",
            outcome=outcome,
            reasons=tuple(map(str, version.manifest.gate.checks)),
            problem=problem,
            same_trees_as=same_trees_as,
            dataset=version.manifest.dataset,
        )


Event = Progress | SearchResult | TrainingResult | Failure
