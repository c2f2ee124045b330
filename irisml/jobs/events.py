"""What a training tells while it runs and at its end: the lines that the child process writes and the job reads."""

from typing import Literal

import msgspec

from irisml.domain.errors import IrisError
from irisml.registry.version import ModelVersion
from irisml.training.progress import Progress

Outcome = Literal["promoted", "refused", "champion_moved", "not_released"]


class Failure(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="event", tag="failure"):
    """Why a training ended without a version.

    Parameters
    ----------
    template : str
        English sentence with placeholders; a screen translates it before filling it.
    values : dict of str
        What the placeholders stand for.
    """

    template: str
    values: dict[str, str | int | float]

    @classmethod
    def of(cls, error: IrisError) -> "Failure":
        """Take the words of an error apart, so that another process can put them together."""
        values = error.values.items()
        return cls(error.template, {name: v if isinstance(v, int | float) else str(v) for name, v in values})


class TrainingResult(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="event", tag="result"):
    """What a training ends with; also the object that ``irisml train --json`` prints.

    Parameters
    ----------
    version : int
        Number of the new version.
    n_correct, n_test : int
        Right answers on the held-out flowers.
    accuracy : float
        Their share, in [0, 1].
    interval : tuple of (float, float)
        95 % Wilson interval of the accuracy.
    cross_validated : float
        Accuracy over all out-of-fold answers, in [0, 1].
    cross_validated_interval : tuple of (float, float)
        95 % Wilson interval of that, for *n_samples* flowers.
    n_samples : int
        Flowers of the data set, each judged out of fold.
    passed : bool
        Whether the version passed the gate.
    promoted : bool
        Whether it became champion.
    outcome : str
        "promoted"; "refused" by the gate; "champion_moved": it passed, but another version became champion while it
        was judged; "not_released": it passed, but the release could not be written, see *problem*.
    reasons : tuple of str
        The gate's findings.
    problem : str
        Why a version that passed is not champion; empty otherwise.
    same_trees_as : int or None
        An older version that has the very same trees: nothing changes for any flower.
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

    @classmethod
    def of(
        cls, version: ModelVersion, outcome: Outcome, *, problem: str = "", same_trees_as: int | None = None
    ) -> "TrainingResult":
        """Sum a version up."""
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
        )


Event = Progress | TrainingResult | Failure
