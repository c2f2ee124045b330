"""What a training ends with, in short."""

import msgspec

from irisml.registry.version import ModelVersion


class TrainingResult(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
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
        Whether it became champion; one that passed did not if the champion changed while it was judged.
    reasons : tuple of str
        The gate's findings.
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
    reasons: tuple[str, ...]

    @classmethod
    def of(cls, version: ModelVersion, *, promoted: bool) -> "TrainingResult":
        """Tell a version's figures in short."""
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
            promoted=promoted,
            reasons=tuple(map(str, version.manifest.gate.checks)),
        )
