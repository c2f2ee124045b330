"""The gate: whether a challenger may become champion.

A rule is a function that looks at a `Trial` and returns a `GateCheck`. To add one, write it
and give it a line in `GATE_RULES`.
"""

import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import msgspec

from irisml.comparison import changed_sides
from irisml.forest import Forest
from irisml.intervals import mcnemar_p
from irisml.measurements import SPECIES, TALK_SAMPLE, TYPICAL_FLOWERS
from irisml.prediction import predict
from irisml.scores import Evaluation
from irisml.sentences import sentence

ACCURACY_FLOOR = 0.9
"""About what a model reaches that looks at the petals only and draws two straight lines."""
RECALL_FLOOR = 0.8
"""A model that gives up on one species can still look good on average."""
SIGNIFICANCE = 0.05
FINDING_DIGITS = 4
"""With 1,500 out-of-fold predictions, four digits never round an accuracy below a floor up to it."""


def check_placeholders(reason: str, values: Mapping[str, object]) -> None:
    """Refuse a sentence that cannot be filled in, or that formats more than plain values: a manifest is not trusted.

    Raises
    ------
    ValueError

    Examples
    --------
    >>> check_placeholders("{accuracy:>300000000}", {"accuracy": 0.9})
    Traceback (most recent call last):
    ValueError: the reason '{accuracy:>300000000}' has the placeholder '{accuracy:>300000000}', not a plain name
    """
    for _, name, form, conversion in string.Formatter().parse(reason):  # raises ValueError where a brace is unbalanced
        if name is None:
            continue
        if not name.isidentifier() or form or conversion:
            found = f"{{{name}{f'!{conversion}' if conversion else ''}{f':{form}' if form else ''}}}"
            raise ValueError(f"the reason {reason!r} has the placeholder {found!r}, not a plain name")
        if name not in values:
            raise ValueError(f"the reason {reason!r} lacks the value {name!r}")


def finding_value(value: str | int | float) -> str | int:
    """Return a value of a finding as it is written: a measured share or probability with `FINDING_DIGITS`.

    Examples
    --------
    >>> finding_value(1349 / 1500), finding_value(0.9996)
    ('0.8993', '0.9996')
    """
    return f"{value:.{FINDING_DIGITS}g}" if isinstance(value, float) else value


class GateCheck(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one rule found.

    Parameters
    ----------
    rule : str
        A key of `GATE_RULES`.
    passed : bool
    reason : str
        English sentence with placeholders; a screen translates it before filling it.
    values : dict
        What the placeholders stand for.

    Examples
    --------
    >>> str(GateCheck("accuracy", True, "{n} of {of} are right.", {"n": 3, "of": 4}))
    '3 of 4 are right.'
    """

    rule: str
    passed: bool
    reason: str
    values: dict[str, str | int | float]

    def __post_init__(self) -> None:
        check_placeholders(self.reason, self.values)

    def __str__(self) -> str:
        return self.reason.format(**{name: finding_value(value) for name, value in self.values.items()})


class GateReport(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The gate's verdict, one check a rule.

    Parameters
    ----------
    champion : int or None
        Version that the challenger was compared with; None where there was none.
    checks : tuple of GateCheck
    """

    champion: int | None
    checks: tuple[GateCheck, ...]

    @property
    def passed(self) -> bool:
        """Whether every rule is content."""
        return all(check.passed for check in self.checks)

    @property
    def refusals(self) -> tuple[GateCheck, ...]:
        """The checks that failed."""
        return tuple(check for check in self.checks if not check.passed)


@dataclass(frozen=True, eq=False)
class Champion:
    """The version in service, as far as the gate needs it."""

    version: int
    evaluation: Evaluation
    data_fingerprint: str


@dataclass(frozen=True, eq=False)
class Trial:
    """A challenger before the gate, and the champion, if there is one."""

    forest: Forest
    evaluation: Evaluation
    data_fingerprint: str
    champion: Champion | None


def accuracy_floor(trial: Trial) -> GateCheck:
    """Cross-validated accuracy must reach `ACCURACY_FLOOR`."""
    accuracy = trial.evaluation.cross_validation.accuracy
    passed = accuracy >= ACCURACY_FLOOR
    reason = (
        sentence("Cross-validated accuracy is {accuracy}, at least {floor}.")
        if passed
        else sentence("Cross-validated accuracy is only {accuracy}; at least {floor} is required.")
    )
    return GateCheck("accuracy_floor", passed, reason, {"accuracy": accuracy, "floor": ACCURACY_FLOOR})


def recall_floor(trial: Trial) -> GateCheck:
    """The worst species' cross-validated recall must reach `RECALL_FLOOR`."""
    recalls = trial.evaluation.cross_validation.recalls
    worst = min(recalls)
    passed = worst >= RECALL_FLOOR
    reason = (
        sentence("The hardest species, {species}, has a recall of {recall}, at least {floor}.")
        if passed
        else sentence("The hardest species, {species}, has a recall of only {recall}; at least {floor} is required.")
    )
    values: dict[str, str | int | float] = {
        "species": SPECIES[recalls.index(worst)],
        "recall": worst,
        "floor": RECALL_FLOOR,
    }
    return GateCheck("recall_floor", passed, reason, values)


def self_check(trial: Trial) -> GateCheck:
    """Four flowers that no one could mistake must be called right."""
    known = [(TALK_SAMPLE, "setosa"), *((flower, species) for species, flower in TYPICAL_FLOWERS.items())]
    n_correct = sum(predict(trial.forest, flower).species == species for flower, species in known)
    passed = n_correct == len(known)
    reason = (
        sentence("All {n} known flowers are called right.")
        if passed
        else sentence("Only {n_correct} of {n} known flowers are called right.")
    )
    return GateCheck("self_check", passed, reason, {"n": len(known), "n_correct": n_correct})


def not_worse(trial: Trial) -> GateCheck:
    """On the same out-of-fold flowers the challenger must not be significantly worse (exact McNemar test)."""
    if trial.champion is None:
        return GateCheck("not_worse", True, sentence("There is no champion to compare with."), {})
    if trial.champion.data_fingerprint != trial.data_fingerprint:
        values: dict[str, str | int | float] = {"champion": trial.champion.version}
        reason = sentence("Champion {champion} learned from other data, so flowers cannot be compared one by one.")
        return GateCheck("not_worse", True, reason, values)
    changed = changed_sides(trial.evaluation.cross_validation, trial.champion.evaluation.cross_validation)
    won, lost = len(changed.won), len(changed.lost)
    p = mcnemar_p(lost, won)
    passed = not (lost > won and p < SIGNIFICANCE)
    reason = (
        sentence("Not worse than champion {champion} (flowers won: {won}, lost: {lost}; McNemar p = {p}).")
        if passed
        else sentence("Worse than champion {champion} (flowers won: {won}, lost: {lost}; McNemar p = {p}).")
    )
    return GateCheck(
        "not_worse", passed, reason, {"champion": trial.champion.version, "won": won, "lost": lost, "p": p}
    )


GATE_RULES: tuple[Callable[[Trial], GateCheck], ...] = (accuracy_floor, recall_floor, self_check, not_worse)


def gate(trial: Trial) -> GateReport:
    """Let every rule judge the challenger.

    Returns
    -------
    GateReport
        With every rule's check, so that a refusal tells all its reasons at once.
    """
    champion = trial.champion.version if trial.champion else None
    return GateReport(champion, tuple(rule(trial) for rule in GATE_RULES))
