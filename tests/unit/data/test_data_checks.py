"""Tests of irisml.data.data_checks: each check refuses what it is for, and lets clean data pass."""

from dataclasses import replace

import numpy as np
import pytest

from irisml import Dataset
from irisml.data.data_checks import DATA_CHECKS
from irisml.domain.measurements import FEATURES
from tests.unit.data.flowers import IRIS, SMALLEST, TEST_ROWS, drawn, findings, refusals


def test_the_reference_passes_every_check():
    found = findings(IRIS, parent=None)
    assert found.keys() == {check.__name__ for check in DATA_CHECKS}
    assert [rule for rule, finding in found.items() if not finding.passed] == []


def test_at_most_one_clean_resample_in_twenty_is_refused():
    """The reference resampled with replacement, and new flowers drawn from its species; of 1,000 each, none was."""
    n = 60
    resampled = sum(
        bool(refusals(IRIS.take(np.random.default_rng(seed).integers(0, 150, 150)), parent=None)) for seed in range(n)
    )
    new = sum(bool(refusals(IRIS.followed_by(drawn(seed, 17), "150 + 51"))) for seed in range(n))
    assert (resampled * 20 <= n, new * 20 <= n) == (True, True)


@pytest.mark.parametrize("feature", ["sepal_width", "petal_length", "petal_width"])
def test_a_column_in_inches_is_refused_with_its_unit(feature):
    """Sepals of two inches are below what an iris can have: the reader refuses those."""
    X = IRIS.X.copy()
    X[:, FEATURES.index(feature)] /= 2.54
    found = findings(Dataset(np.maximum(X, SMALLEST), IRIS.y, "one column in inches"))["units"]
    assert found.refuses
    assert str(found).startswith(f"{feature} of ")
    assert "is 0.39" in str(found)
    assert "it looks like inches" in str(found)


@pytest.mark.parametrize("feature", ["petal_length", "petal_width"])
def test_one_species_in_inches_is_refused_though_the_others_are_not(feature):
    new = drawn(2, 20)
    X = new.X.copy()
    X[:20, FEATURES.index(feature)] /= 2.54
    found = findings(IRIS.followed_by(Dataset(np.maximum(X, SMALLEST), new.y, "setosa in inches"), "more"))["units"]
    assert found.refuses
    assert (found.values["species"], found.values["n"]) == ("setosa", 20)


@pytest.mark.parametrize("n", [3, 4, 5, 6, 10])
def test_a_few_clean_flowers_are_not_refused(n):
    """The median of three setosa petal widths is coarse: 0.1, 0.2 or 0.4 cm."""
    refused = 0
    for seed in range(200):
        rows = np.random.default_rng(seed).integers(0, 50, n)
        few = Dataset(IRIS.X[rows] + 0.06, IRIS.y[rows], "a few setosas")
        refused += "units" in refusals(IRIS.followed_by(few, "more"))
    assert refused == 0


def test_petal_widths_in_millimetres_are_refused():
    """The only feature of which some values in mm are possible in cm."""
    wide = IRIS.X[:50].copy()
    wide[:, 3] = np.minimum(wide[:, 3] * 10, 5)
    others = IRIS.take(range(50, 150))
    assert "units" in refusals(Dataset(wide, IRIS.y[:50], "mm").followed_by(others, "a third in mm"))


@pytest.mark.parametrize(("first", "second"), [(0, 2), (1, 2), (0, 1)])
def test_exchanged_columns_are_refused(first, second):
    X = IRIS.X.copy()
    X[:, [first, second]] = X[:, [second, first]]
    found = findings(Dataset(np.maximum(X, SMALLEST), IRIS.y, "exchanged"))["columns"]
    assert found.refuses
    assert (found.values["first"], found.values["second"]) == (FEATURES[first], FEATURES[second])
    assert not findings(Dataset(np.maximum(X, SMALLEST), IRIS.y, "exchanged"))[
        "units"
    ].refuses  # one cause, one refusal


def test_many_rows_outside_the_range_of_their_species_are_refused_and_one_warns():
    far = drawn(1, 10)
    X = far.X.copy()
    X[:1, 2] = 4.0
    one = findings(IRIS.followed_by(Dataset(X, far.y, "one of 30"), "more"))["ranges"]
    assert (one.passed, one.severity, one.rows) == (False, "warn", (150,))
    X[:4, 2] = 4.0
    assert "ranges" in refusals(IRIS.followed_by(Dataset(X, far.y, "four of 30"), "more"))


def test_copies_of_the_held_out_flowers_are_refused_even_below_the_rounding():
    rows = list(TEST_ROWS)
    for shift in (0.0, 0.03, -0.049):
        leaked = IRIS.followed_by(Dataset(IRIS.X[rows] + shift, IRIS.y[rows], "held out"), "leaked")
        found = findings(leaked)["leak"]
        assert found.refuses
        assert (found.values["k"], found.rows) == (30, tuple(range(150, 180)))


@pytest.mark.parametrize("shift", [(0.1, 0, 0, 0), (0.05, 0, 0, 0), (0.059, -0.059, 0.059, -0.059)])
def test_copies_with_altered_lengths_are_refused(shift):
    """They are no copies up to the rounding, but nearer to a reference flower than new flowers are."""
    altered = Dataset(np.maximum(IRIS.X + np.array(shift), SMALLEST), IRIS.y, "altered")
    found = findings(IRIS.followed_by(altered, "more"))["leak"]
    assert found.refuses
    assert "copies with altered lengths" in str(found)


def test_fifteen_wrong_labels_of_150_new_flowers_are_refused():
    refused = 0
    for seed in range(20):
        new = drawn(seed)
        y = new.y.copy()
        rows = np.random.default_rng(seed).choice(150, 15, replace=False)
        y[rows] = (y[rows] + 1) % 3
        refused += "labels" in refusals(replace(new, y=y))
    assert refused == 20


def test_rows_that_are_too_few_are_said_to_be():
    assert "too few to say" in str(findings(IRIS.followed_by(drawn(1, 1), "three"))["units"])
    nothing_new = findings(IRIS.take(range(100)))
    assert {str(nothing_new[rule]) for rule in ("units", "columns", "ranges", "labels")} == {
        "There is no new row to examine."
    }


def test_only_rows_that_the_parent_does_not_have_are_examined():
    """Clean flowers can be added to a data set with a leak that was forced."""
    rows = list(TEST_ROWS)
    leaked = IRIS.followed_by(Dataset(IRIS.X[rows] + 0.03, IRIS.y[rows], "held out"), "leaked")
    assert "leak" not in refusals(leaked.followed_by(drawn(7, 17), "and clean ones"), parent=leaked)


def test_one_copy_of_a_held_out_flower_is_a_coincidence_that_is_told():
    row = TEST_ROWS[3]
    found = findings(IRIS.followed_by(Dataset(IRIS.X[[row]] + 0.03, IRIS.y[[row]], "one"), "150 + 1"))["leak"]
    assert (found.passed, found.rows) == (True, (150,))
    assert "left out wherever that flower is judged" in str(found)


def test_a_reference_flower_that_is_known_as_such_is_no_leak():
    """A resample holds many of them twice: their identity says that they are the same flower."""
    assert findings(IRIS.take([*range(150), *TEST_ROWS]), parent=None)["leak"].passed


def test_rows_copied_twice_warn_and_two_species_of_one_flower_too():
    new = drawn(3, 10)
    twice = findings(IRIS.followed_by(new.followed_by(new.take(range(5)), "copied"), "more"))["repeated_rows"]
    assert (twice.passed, twice.severity) == (False, "warn")
    assert "copied twice" in str(twice)
    other = replace(new.take([0]), y=np.array([1]))
    contradiction = findings(IRIS.followed_by(new.followed_by(other, "x"), "more"))["repeated_rows"]
    assert "another species" in str(contradiction)


def test_too_few_of_a_species_are_refused_and_an_imbalance_warns():
    assert "class_balance" in refusals(IRIS.take([*range(14), *range(50, 150)]), parent=None)
    unbalanced = findings(IRIS.take([*range(16), *range(50, 150)]), parent=None)["class_balance"]
    assert (unbalanced.passed, unbalanced.severity) == (False, "warn")


def test_swapped_labels_are_refused_with_their_rows():
    rows = np.array([50, 52, 56, 58, 63, 104, 110, 115, 120, 129, 140, 143, 144, 147, 148])
    y = IRIS.y.copy()
    y[rows] = 3 - y[rows]
    found = findings(replace(IRIS, y=y))["labels"]
    assert found.refuses
    assert found.values["n"] == 15
    assert set(found.rows) <= set(rows.tolist())


def test_a_shifted_feature_warns_and_too_few_flowers_say_nothing():
    new = drawn(4, 20)
    shifted = Dataset(new.X + np.array([0, 0, 0.4, 0]), new.y, "longer petals")
    found = findings(IRIS.followed_by(shifted, "more"))["drift"]
    assert (found.passed, found.severity) == (False, "warn")
    assert found.values["feature"] == "petal_length"
    few = findings(IRIS.followed_by(shifted.take(range(5)), "more"))["drift"]
    assert few.passed
    assert "too few to say" in str(few)


def test_drift_of_clean_flowers_is_claimed_in_at_most_one_case_in_twenty():
    n = 60
    claimed = sum(not findings(IRIS.followed_by(drawn(seed, 20), "more"))["drift"].passed for seed in range(n))
    assert claimed * 20 <= n
