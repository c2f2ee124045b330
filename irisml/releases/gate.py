"""The gate: rules that decide whether a challenger becomes champion.

A rule is a function that takes a `Challenger` and returns a `Finding`. To add one, write the
function and list it in `GATE_RULES`.
"""

from collections.abc import Callable
from dataclasses import dataclass

from irisml.domain.findings import Finding, Values
from irisml.domain.i18n import sentence
from irisml.domain.measurements import SPECIES, TALK_SAMPLE, TALK_SPECIES, TYPICAL_FLOWERS
from irisml.model.comparison import disagreements
from irisml.model.flower_counts import Yardstick
from irisml.model.forest import Forest
from irisml.model.gate_report import GateReport
from irisml.model.prediction import predict
from irisml.model.scores import Evaluation
from irisml.registry.dataset_version import DatasetRecord
from irisml.registry.version import REFERENCE_NUMBER, ModelVersion

ACCURACY_FLOOR = 0.9
"""About the accuracy of two straight decision boundaries on the petal measurements."""
RECALL_FLOOR = 0.8
"""A model that misclassifies most of one species can still have a good mean accuracy."""
SIGNIFICANCE = 0.05


@dataclass(frozen=True, eq=False)
class Champion:
    """What the gate compares a challenger with: the serving version."""

    version: int
    evaluation: Evaluation
    judged_by: str

    @classmethod
    def of(cls, version: ModelVersion) -> "Champion":
        """Take what the gate needs from a version."""
        return cls(version.number, version.evaluation, version.manifest.judged_by)


@dataclass(frozen=True, eq=False)
class Challenger:
    """A trained model that wants to be champion, and the champion to compare it with, if there is one.

    Parameters
    ----------
    forest : Forest
    evaluation : Evaluation
    judged_by : str
        Fingerprint of the reference flowers of *evaluation*.
    champion : Champion or None
    yardsticks : tuple of Yardstick
        Simple models on the same flowers; empty for a version of an older irisml.
    dataset : DatasetRecord or None
        What it learned from; None for the reference.
    """

    forest: Forest
    evaluation: Evaluation
    judged_by: str
    champion: Champion | None
    yardsticks: tuple[Yardstick, ...] = ()
    dataset: DatasetRecord | None = None


def sound_data(challenger: Challenger) -> Finding:
    """Refuse what learned from a data set that the data checks refused: forcing data is not forcing a release."""
    if challenger.dataset is None or challenger.dataset.number == REFERENCE_NUMBER:
        return Finding("sound_data", True, sentence("It learned from the reference."), {})
    refused = [check.rule for check in challenger.dataset.checks if check.refuses]
    values: Values = {"dataset": challenger.dataset.number, "n": challenger.dataset.n_samples}
    if refused:
        reason = sentence("Data set {dataset} was added although checks refused it: {checks}.")
        return Finding("sound_data", False, reason, {**values, "checks": ", ".join(refused)})
    reason = sentence("Data set {dataset} ({n} flowers) passed its checks.")
    return Finding("sound_data", True, reason, values)


def accuracy_floor(challenger: Challenger) -> Finding:
    """Require a cross-validated accuracy of at least `ACCURACY_FLOOR`."""
    accuracy = challenger.evaluation.cross_validation.accuracy
    passed = accuracy >= ACCURACY_FLOOR
    reason = (
        sentence("Cross-validated accuracy is {accuracy} (required: {floor}).")
        if passed
        else sentence("Cross-validated accuracy is only {accuracy}; at least {floor} is required.")
    )
    return Finding("accuracy_floor", passed, reason, {"accuracy": accuracy, "floor": ACCURACY_FLOOR})


def recall_floor(challenger: Challenger) -> Finding:
    """Require a cross-validated recall of at least `RECALL_FLOOR` for every species."""
    recalls = challenger.evaluation.cross_validation.recalls
    worst = min(recalls)
    passed = worst >= RECALL_FLOOR
    reason = (
        sentence("The hardest species, {species}, has a cross-validated recall of {recall} (required: {floor}).")
        if passed
        else sentence("The hardest species, {species}, has a recall of only {recall}; at least {floor} is required.")
    )
    values: Values = {
        "species": SPECIES[recalls.index(worst)],
        "recall": worst,
        "floor": RECALL_FLOOR,
    }
    return Finding("recall_floor", passed, reason, values)


def self_check(challenger: Challenger) -> Finding:
    """Require that four typical flowers are classified correctly."""
    known = [(TALK_SAMPLE, TALK_SPECIES), *((flower, species) for species, flower in TYPICAL_FLOWERS.items())]
    n_correct = sum(predict(challenger.forest, flower).species == species for flower, species in known)
    passed = n_correct == len(known)
    reason = (
        sentence("All {n} typical flowers are classified correctly.")
        if passed
        else sentence("Only {n_correct} of {n} typical flowers are classified correctly.")
    )
    return Finding("self_check", passed, reason, {"n": len(known), "n_correct": n_correct})


def not_worse(challenger: Challenger) -> Finding:
    """Refuse a challenger that is significantly worse on the same out-of-fold flowers (exact McNemar test)."""
    if challenger.champion is None:
        return Finding("not_worse", True, sentence("There is no champion to compare with."), {})
    if challenger.champion.judged_by != challenger.judged_by:
        values: Values = {"champion": challenger.champion.version}
        reason = sentence("Champion {champion} was judged by other flowers, so they cannot be compared one by one.")
        return Finding("not_worse", True, reason, values)
    found = disagreements(challenger.evaluation.cross_validation, challenger.champion.evaluation.cross_validation)
    won, lost, p = len(found.won), len(found.lost), found.p
    passed = not (lost > won and p < SIGNIFICANCE)
    reason = (
        sentence(
            "Not significantly worse than champion {champion} (flowers won: {won}, lost: {lost}; McNemar p = {p})."
        )
        if passed
        else sentence(
            "Significantly worse than champion {champion} (flowers won: {won}, lost: {lost}; McNemar p = {p})."
        )
    )
    return Finding(
        "not_worse", passed, reason, {"champion": challenger.champion.version, "won": won, "lost": lost, "p": p}
    )


def no_better_yardstick(challenger: Challenger) -> Finding:
    """Refuse a challenger that any simple model beats significantly on the same flowers (exact McNemar test)."""
    if not challenger.yardsticks:
        return Finding("no_better_yardstick", True, sentence("No simple model was measured beside this one."), {})
    ours = challenger.evaluation.cross_validation
    compared = [(yardstick, disagreements(ours, yardstick)) for yardstick in challenger.yardsticks]
    better = [(one, found) for one, found in compared if len(found.lost) > len(found.won) and found.p < SIGNIFICANCE]
    passed = not better
    best, found = max(better or compared, key=lambda pair: pair[0].n_correct)
    reason = (
        sentence(
            "No simple model is significantly better. The best, {name}: {n_correct} of {n}; this one: {ours} "
            "(flowers won: {won}, lost: {lost}; McNemar p = {p})."
        )
        if passed
        else sentence(
            "A simple model is significantly better: {name}, {n_correct} of {n}; this one: {ours} "
            "(flowers won: {won}, lost: {lost}; McNemar p = {p})."
        )
    )
    values: Values = {
        "name": best.name,
        "n_correct": best.n_correct,
        "n": best.n_samples,
        "ours": ours.n_correct,
        "won": len(found.won),
        "lost": len(found.lost),
        "p": found.p,
    }
    return Finding("no_better_yardstick", passed, reason, values)


GATE_RULES: tuple[Callable[[Challenger], Finding], ...] = (
    sound_data,
    accuracy_floor,
    recall_floor,
    self_check,
    no_better_yardstick,
    not_worse,
)


def gate(challenger: Challenger) -> GateReport:
    """Apply every rule to the challenger.

    Returns
    -------
    GateReport
        With the checks of all rules, so that a refusal lists all its reasons.
    """
    champion = challenger.champion.version if challenger.champion else None
    return GateReport(champion, tuple(rule(challenger) for rule in GATE_RULES))
