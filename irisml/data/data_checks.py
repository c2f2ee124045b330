"""Checks of a data set before anything is fitted on it.

A check is a function that takes a `CheckedData` and returns a `Finding`. To add one, write the function and list it
in `DATA_CHECKS`. Only rows that the parent does not have are examined; the balance is that of the whole data set.
"""

from collections.abc import Callable, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from irisml.data.checked_data import NEAR_CM, CheckedData, disagreeing_rows
from irisml.data.drift import drift_tests
from irisml.domain.findings import Finding, Severity, Values
from irisml.domain.i18n import sentence
from irisml.domain.intervals import binomial_tail
from irisml.domain.measurements import FEATURES, SPECIES

FEWEST_OF_A_SPECIES = 15
"""A fold holds out a fifth; with fewer than twelve flowers left, three of which are outliers, nothing can be said."""
MOST_UNBALANCED = 3
COINCIDENCE_RATE = 0.005
"""Of flowers that agree with a held-out one in all four lengths by chance: 0.2 % of those drawn from the species'
normal distributions, rounded up."""
NEAR_RATE = 0.1
"""Of flowers that differ by less than `NEAR_CM` from some reference flower: 8 % of those drawn, rounded up."""
SIGNIFICANCE, REFUSAL_SIGNIFICANCE = 0.05, 0.001
"""A warning may be wrong once in twenty times; a refusal stops the work, so once in a thousand."""
_UNITS = {"mm": 10.0, "inches": 1 / 2.54, "dm": 0.1}
_SHIFT_OF_A_UNIT = 0.5
"""Shift of the logarithm of a feature's median, a factor of 1.65: the smallest unit here is a factor of 2.54."""
_CERTAIN = 5
"""Standard errors: the setosa petal width is rounded to one of six values, so its median is a coarse one."""
_NEAR_A_UNIT = 0.2
_NUMBERS_SHOWN = 10

Check = Callable[[CheckedData], Finding]


def columns(checked: CheckedData) -> Finding:
    """Look for two columns that fit the reference better if they are exchanged."""
    if np.isnan(checked.medians).all():
        return _too_few("columns", checked)
    pair = _exchanged(checked)
    if pair is None:
        return Finding("columns", True, sentence("No two columns fit the reference better if they are exchanged."), {})
    first, second = (FEATURES[i] for i in pair)
    reason = sentence("{first} and {second} look exchanged: the other way round, {n} rows fit the reference.")
    values: Values = {"first": first, "second": second, "n": len(checked.examined)}
    return Finding("columns", False, reason, values, rows=_rows(checked.examined))


def _exchanged(checked: CheckedData) -> tuple[int, int] | None:
    """Return the exchange of two columns that fits best, if it halves a large misfit."""
    known = ~np.isnan(checked.medians[:, 0])
    medians, reference, spread = checked.medians[known], checked.reference_medians[known], checked.spread[known]
    as_given = _misfit(medians, reference, spread)
    if as_given <= _MISFIT:
        return None

    def exchanged(pair: tuple[int, int]) -> float:
        order = list(range(len(FEATURES)))
        order[pair[0]], order[pair[1]] = pair[1], pair[0]
        return _misfit(medians[:, order], reference, spread)

    best = min(combinations(range(len(FEATURES)), 2), key=exchanged)
    return best if exchanged(best) < as_given / 2 else None


_MISFIT = 2.0
"""Mean distance of the medians from the reference's, in standard deviations of a species."""


def _misfit(medians: NDArray[np.float64], reference: NDArray[np.float64], spread: NDArray[np.float64]) -> float:
    return float(np.mean(np.abs(medians - reference) / spread)) if len(medians) else 0.0


def units(checked: CheckedData) -> Finding:
    """Compare the median of each feature of each species with the reference: a constant factor is another unit."""
    if np.isnan(checked.medians).all():
        return _too_few("units", checked)
    if _exchanged(checked) is not None:
        return Finding("units", True, sentence("Not decided: two columns look exchanged."), {})
    with np.errstate(invalid="ignore", divide="ignore"):
        shifts = np.log(checked.medians / checked.reference_medians)
    # The standard error of a median is about 1.25 s / sqrt(n); relative to the median, it is that of its logarithm.
    n = np.array([[max(1, len(checked.of_species(k)))] for k in range(len(SPECIES))])
    n_known = np.array([[(checked.reference.y == k).sum()] for k in range(len(SPECIES))])
    errors = 1.25 * checked.spread / checked.reference_medians * np.sqrt(1 / n + 1 / n_known)
    found = np.nan_to_num((np.abs(shifts) > _SHIFT_OF_A_UNIT) & (np.abs(shifts) > _CERTAIN * errors)).astype(bool)
    if not found.any():
        reason = sentence("All four lengths are of the size that they have in the reference.")
        return Finding("units", True, reason, {})
    column = int(found.sum(axis=0).argmax())
    of = np.flatnonzero(found[:, column])
    shift = float(shifts[of, column].mean())
    rows = np.concatenate([checked.of_species(int(k)) for k in of])
    unit, factor = min(_UNITS.items(), key=lambda item: abs(shift - np.log(item[1])))
    values: Values = {
        "feature": FEATURES[column],
        "species": ", ".join(SPECIES[k] for k in of),
        "ratio": float(np.exp(shift)),
        "n": len(rows),
    }
    if abs(shift - np.log(factor)) < _NEAR_A_UNIT:
        reason = sentence(
            "{feature} of {species} is {ratio} times what the reference has ({n} rows): it looks like {unit}. "
            "Convert it to cm."
        )
        return Finding("units", False, reason, {**values, "unit": unit}, rows=_rows(np.sort(rows)))
    reason = sentence(
        "{feature} of {species} is {ratio} times what the reference has ({n} rows). Is it the right column, in cm?"
    )
    return Finding("units", False, reason, values, rows=_rows(np.sort(rows)))


def _too_few(rule: str, checked: CheckedData) -> Finding:
    if not len(checked.examined):
        return _nothing_new(rule)
    return Finding(rule, True, sentence("{n} new rows are too few to say."), {"n": len(checked.examined)})


def ranges(checked: CheckedData) -> Finding:
    """Count rows far outside the range of their species in the reference; refuse more than one in ten."""
    far = []
    for k in range(len(SPECIES)):
        known, rows = checked.reference.X[checked.reference.y == k], checked.of_species(k)
        margin = (known.max(axis=0) - known.min(axis=0)) / 2
        outside = (checked.dataset.X[rows] < known.min(axis=0) - margin) | (
            checked.dataset.X[rows] > known.max(axis=0) + margin
        )
        far += rows[outside.any(axis=1)].tolist()
    n = len(checked.examined)
    if not n:
        return _nothing_new("ranges")
    if not far:
        return Finding("ranges", True, sentence("No row is far outside the range of its species ({n} rows)."), {"n": n})
    reason = sentence("{k} of {n} rows are far outside the range of their species (rows {rows}).")
    return _listed("ranges", reason, sorted(far), n, "refuse" if len(far) * 10 > n else "warn")


def leak(checked: CheckedData) -> Finding:
    """Refuse copies of the held-out flowers, and altered ones of any, more than chance explains (binomial tests)."""
    copies, n = checked.copies_of_test_flowers, len(checked.new_flowers)
    near = checked.near_a_reference_flower
    if binomial_tail(len(near), n, NEAR_RATE) < REFUSAL_SIGNIFICANCE and len(copies) * 2 < len(near):
        reason = sentence(
            "{k} of {n} new flowers differ by less than {near} cm from a reference flower (by chance: {expected}; rows "
            "{rows}). Are they copies with altered lengths?"
        )
        told: Values = {
            "k": len(near),
            "n": n,
            "near": NEAR_CM,
            "expected": n * NEAR_RATE,
            "rows": _numbers(near.tolist()),
        }
        return Finding("leak", False, reason, told, rows=_rows(near))
    if not len(copies):
        return Finding("leak", True, sentence("None of {n} new flowers is a copy of a held-out flower."), {"n": n})
    values: Values = {"k": len(copies), "n": n, "rows": _numbers(copies.tolist()), "expected": n * COINCIDENCE_RATE}
    if binomial_tail(len(copies), n, COINCIDENCE_RATE) < REFUSAL_SIGNIFICANCE:
        reason = sentence(
            "{k} of {n} new flowers have the measurements of a held-out flower (by chance: {expected}; rows {rows}). "
            "A model that learns them has seen its test."
        )
        return Finding("leak", False, reason, values, rows=_rows(copies))
    reason = sentence(
        "{k} of {n} new flowers have the measurements of a held-out flower, as happens by chance (rows {rows}). "
        "They are left out wherever that flower is judged."
    )
    return Finding("leak", True, reason, values, rows=_rows(copies))


def repeated_rows(checked: CheckedData) -> Finding:
    """Warn of new flowers that occur more than once, and of one with two species; refuse if most are repeats."""
    seen: dict[tuple[float, ...], list[int]] = {}
    for row in checked.new_flowers.tolist():
        seen.setdefault(tuple(checked.dataset.X[row].tolist()), []).append(row)
    repeated = [row for rows in seen.values() for row in rows[1:]]
    two_species = [
        row for rows in seen.values() if len({int(checked.dataset.y[row]) for row in rows}) > 1 for row in rows
    ]
    n = len(checked.new_flowers)
    if two_species:
        reason = sentence(
            "{k} of {n} new flowers have the measurements of another one, but another species (rows {rows})."
        )
        return _listed("repeated_rows", reason, sorted(two_species), n)
    if len(repeated) * 20 > n:
        reason = sentence(
            "{k} of {n} new flowers repeat another one (rows {rows}). Was a part of the file copied twice?"
        )
        return _listed("repeated_rows", reason, sorted(repeated), n, "refuse" if len(repeated) * 2 > n else "warn")
    reason = sentence("{k} of {n} new flowers repeat another one.")
    return Finding("repeated_rows", True, reason, {"k": len(repeated), "n": n}, "warn")


def class_balance(checked: CheckedData) -> Finding:
    """Refuse too few flowers of a species; warn if one species has many times as many as another."""
    counts = checked.dataset.class_counts
    fewest, most = min(counts), max(counts)
    values: Values = {
        "fewest": fewest,
        "rarest": SPECIES[counts.index(fewest)],
        "most": most,
        "commonest": SPECIES[counts.index(most)],
        "floor": FEWEST_OF_A_SPECIES,
    }
    if fewest < FEWEST_OF_A_SPECIES:
        reason = sentence("Only {fewest} flowers are {rarest}; at least {floor} of each species are required.")
        return Finding("class_balance", False, reason, values)
    if most > MOST_UNBALANCED * fewest:
        reason = sentence(
            "{most} flowers are {commonest}, but only {fewest} are {rarest}: rare species are learned badly."
        )
        return Finding("class_balance", False, reason, values, "warn")
    reason = sentence("{fewest} to {most} flowers of each species (required: {floor}).")
    return Finding("class_balance", True, reason, values)


def labels(checked: CheckedData) -> Finding:
    """Refuse labels that disagree with their neighbours more often than the reference's own (binomial test)."""
    reference = checked.reference
    k_known, n_known = len(disagreeing_rows(reference, reference)), reference.n_samples
    wrong, n = checked.disagreeing(checked.examined), len(checked.examined)
    if not n:
        return _nothing_new("labels")
    rate = k_known / n_known
    p = binomial_tail(len(wrong), n, rate)
    values: Values = {
        "k": len(wrong),
        "n": n,
        "expected": n * rate,
        "k_known": k_known,
        "n_known": n_known,
        "p": p,
        "rows": _numbers(wrong.tolist()),
    }
    if p < SIGNIFICANCE:
        reason = sentence(
            "{k} of {n} labels disagree with most of their five nearest reference flowers (expected: {expected}, as in "
            "the reference {k_known} of {n_known}; p = {p}). Look at them (rows {rows})."
        )
        return Finding("labels", False, reason, values, "refuse" if p < REFUSAL_SIGNIFICANCE else "warn", _rows(wrong))
    reason = sentence(
        "{k} of {n} labels disagree with most of their five nearest reference flowers (expected: {expected}, as in the "
        "reference {k_known} of {n_known})."
    )
    return Finding("labels", True, reason, values, rows=_rows(wrong))


def _nothing_new(rule: str) -> Finding:
    return Finding(rule, True, sentence("There is no new row to examine."), {})


def drift(checked: CheckedData) -> Finding:
    """Warn if a feature of a species differs from the parent's (Mann-Whitney test, Holm's correction)."""
    if checked.parent is None or not len(checked.examined):
        reason = sentence("There are no new rows to compare with those of the parent.")
        return Finding("drift", True, reason, {}, "warn")
    tests = drift_tests(checked.parent, checked.dataset.take(checked.examined))
    if not tests:
        reason = sentence("{n} new rows are too few to say whether the flowers have changed.")
        return Finding("drift", True, reason, {"n": len(checked.examined)}, "warn")
    largest = tests[0]
    values: Values = {
        "feature": largest.feature,
        "species": largest.species,
        "difference": round(largest.difference, 3),
        "n_new": largest.n_new,
        "n_before": largest.n_before,
        "p": largest.p,
        "n_tests": len(tests),
    }
    if largest.p < SIGNIFICANCE:
        reason = sentence(
            "{feature} of {species} differs by {difference} cm from the parent ({n_new} and {n_before} flowers; "
            "Mann-Whitney, p = {p} corrected for {n_tests} tests)."
        )
        return Finding("drift", False, reason, values, "warn")
    reason = sentence(
        "No shift can be claimed: the smallest p is {p}, for {feature} of {species} ({n_new} and {n_before} flowers; "
        "Mann-Whitney, corrected for {n_tests} tests)."
    )
    return Finding("drift", True, reason, values, "warn")


DATA_CHECKS: tuple[Check, ...] = (columns, units, ranges, leak, repeated_rows, class_balance, labels, drift)


def check_data(checked: CheckedData) -> tuple[Finding, ...]:
    """Apply every check, so that a refusal lists all its reasons.

    Examples
    --------
    >>> from irisml import load_iris
    >>> iris = load_iris()
    >>> findings = check_data(CheckedData(iris, iris, None, tuple(range(30))))
    >>> all(finding.passed for finding in findings)
    True
    """
    return tuple(check(checked) for check in DATA_CHECKS)


def _rows(rows: NDArray[np.int64]) -> tuple[int, ...]:
    return tuple(rows.tolist())


def _listed(rule: str, reason: str, rows: Sequence[int], n: int, severity: Severity = "warn") -> Finding:
    values: Values = {"k": len(rows), "n": n, "rows": _numbers(rows)}
    return Finding(rule, False, reason, values, severity, tuple(rows))


def _numbers(rows: Sequence[int]) -> str:
    """List row numbers from 1, as people count."""
    shown = ", ".join(str(row + 1) for row in rows[:_NUMBERS_SHOWN])
    return f"{shown}, …" if len(rows) > _NUMBERS_SHOWN else shown
