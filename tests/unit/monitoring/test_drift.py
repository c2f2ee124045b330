"""Tests of the drift of the four lengths."""

import random

import pytest
from scipy.stats import ks_2samp, mannwhitneyu

from irisml.monitoring.drift import FEWEST, holm, ks_p, ks_statistic, length_drifts, mann_whitney_p
from tests.unit.monitoring.halls import DRIFTS, LEARNED, answered, hall, longer_petals


def test_holm_corrects_for_the_number_of_tests_and_keeps_their_order():
    assert holm([0.01, 0.02, 0.03, 0.04]) == pytest.approx([0.04, 0.06, 0.06, 0.06])
    assert holm([0.5, 0.9]) == [1.0, 1.0]


def test_a_drift_over_all_answers_is_corrected_for_four_lengths_and_two_stages(asked):
    shifted = asked(60, 3, DRIFTS["0.5 cm"])
    drift = length_drifts(shifted, LEARNED)[2]
    raw = ks_p(drift.statistic, 60, len(LEARNED))
    assert drift.p == pytest.approx(min(1.0, 8 * raw))


def test_a_drift_within_a_species_is_corrected_for_the_species_too(asked):
    shifted = asked(480, 0, DRIFTS["one species"])
    drift = length_drifts(shifted, LEARNED)[0]
    ours, theirs = (sorted(x[0] for x, species in flowers if species == "virginica") for flowers in (shifted, LEARNED))
    assert drift.p == pytest.approx(min(1.0, 24 * mann_whitney_p(ours, theirs)))


def test_events_of_another_version_count_over_all_answers_but_not_within_a_species(asked):
    unknown = [(x, None) for x, _ in asked(480, 0, DRIFTS["one species"])]
    assert alarms(length_drifts(unknown, LEARNED)) == []
    assert alarms(length_drifts([(x, None) for x, _ in asked(200, 0, DRIFTS["mm"])], LEARNED)) == ["petal_width"]


def alarms(drifts) -> list[str]:
    return [drift.feature for drift in drifts if drift.drifted]


@pytest.mark.parametrize(("n", "m"), [(30, 120), (60, 120), (400, 120), (5000, 120)])
def test_statistic_and_p_agree_with_scipy(n, m):
    draw = random.Random(n)
    a, b = sorted(draw.gauss(0.1, 1) for _ in range(n)), sorted(draw.gauss(0, 1) for _ in range(m))
    expected = ks_2samp(a, b, method="exact" if n < 1000 else "asymp")
    assert ks_statistic(a, b) == pytest.approx(expected.statistic)
    assert ks_p(expected.statistic, n, m) == pytest.approx(expected.pvalue, abs=0.02)


@pytest.mark.parametrize(("n", "m"), [(10, 40), (30, 40), (300, 40)])
def test_the_test_of_a_shift_agrees_with_scipy(n, m):
    draw = random.Random(n)
    a, b = ([round(draw.gauss(mean, 1), 1) for _ in range(k)] for mean, k in ((0.4, n), (0, m)))
    expected = mannwhitneyu(a, b, method="asymptotic").pvalue
    assert mann_whitney_p(sorted(a), sorted(b)) == pytest.approx(expected, rel=1e-9)


@pytest.fixture(scope="module")
def asked(forest):
    """Make a hall and have a forest answer it."""
    return lambda n, seed, drift=lambda x, species: x: answered(hall(n, seed, drift), forest)


def test_of_1000_halls_without_drift_at_most_5_percent_raise_an_alarm(asked):
    n_events = [30, 60, 200, 800]
    n_alarms = sum(bool(alarms(length_drifts(asked(n_events[seed % 4], seed), LEARNED))) for seed in range(1000))
    assert n_alarms <= 50


@pytest.mark.parametrize(
    ("drift", "n", "feature"),
    [("0.5 cm", 60, "petal_length"), ("mm", 30, "petal_width"), ("one species", 160, "sepal_length")],
)
def test_a_planted_drift_is_found_with_this_n(asked, drift, n, feature):
    found = [alarms(length_drifts(asked(n, seed, DRIFTS[drift]), LEARNED)) for seed in range(100)]
    assert sum(feature in one for one in found) >= 80


def test_below_thirty_events_nothing_is_said(asked):
    drifts = length_drifts(asked(FEWEST - 1, 0, DRIFTS["mm"]), LEARNED)
    assert [drift.p for drift in drifts] == [None] * 4
    assert alarms(drifts) == []
    assert {len(drift.values) for drift in drifts} == {FEWEST - 1}


def test_a_wrong_unit_is_a_drift_of_that_length_alone(asked):
    """The forest answers virginica for nearly all, so within that species the other lengths differ, too."""
    assert alarms(length_drifts(asked(200, 0, DRIFTS["mm"]), LEARNED)) == ["petal_width"]


def test_a_drift_of_one_species_names_it(asked):
    [drift] = [one for one in length_drifts(asked(480, 0, DRIFTS["one species"]), LEARNED) if one.drifted]
    assert (drift.feature, drift.species, drift.direction) == ("sepal_length", "virginica", "larger")


def test_the_direction_of_a_drift_is_said(asked):
    drifts = length_drifts(asked(400, 0, longer_petals), LEARNED)
    assert [drift.direction for drift in drifts] == ["none", "none", "larger", "none"]
    smaller = length_drifts(asked(400, 0, lambda x, _: (x[0], x[1] - 0.5, x[2], x[3])), LEARNED)
    assert smaller[1].direction == "smaller"
    wider = length_drifts(asked(800, 0, lambda x, species: (x[0] + 0.8 * (species - 1), *x[1:])), LEARNED)
    assert wider[0].direction == "spread"


def test_every_length_is_in_one_class_of_the_histogram(asked):
    for drift in length_drifts(asked(200, 1), LEARNED):
        assert (sum(drift.counts), sum(drift.learned_counts)) == (200, 120)
        assert len(drift.edges) == len(drift.counts) + 1


def test_without_events_there_is_no_test():
    assert length_drifts([], LEARNED) == ()
