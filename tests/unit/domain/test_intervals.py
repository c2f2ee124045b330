"""Tests of irisml.domain.intervals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from irisml.domain.intervals import binomial_tail, mcnemar_p, wilson_interval


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_interval_equals_that_of_scipy(counts):
    n_correct, n = counts
    theirs = binomtest(n_correct, n).proportion_ci(method="wilson")
    assert wilson_interval(n_correct, n) == pytest.approx((theirs.low, theirs.high), abs=1e-12)


def test_the_interval_of_30_of_30_starts_at_0_886():
    """The talk's accuracy of 1.00."""
    low, high = wilson_interval(30, 30)
    assert (round(low, 3), high) == (0.886, 1.0)


def test_a_higher_confidence_gives_a_wider_interval():
    (low95, high95), (low99, high99) = wilson_interval(20, 30), wilson_interval(20, 30, confidence=0.99)
    assert low99 < low95 < high95 < high99


@given(st.integers(0, 60), st.integers(0, 60))
def test_mcnemar_equals_the_binomial_test_of_scipy(only_first, only_second):
    """Exact and two-sided; 1 if there are no disagreements."""
    n = only_first + only_second
    theirs = binomtest(only_first, n).pvalue if n else 1.0
    assert mcnemar_p(only_first, only_second) == pytest.approx(theirs, abs=1e-12)


@given(st.integers(1, 6000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), st.floats(0.001, 0.999))
def test_the_binomial_tail_equals_that_of_scipy_also_for_thousands(counts, rate):
    k, n = counts
    theirs = binomtest(k, n, rate, alternative="greater").pvalue
    assert binomial_tail(k, n, rate) == pytest.approx(theirs, rel=1e-6, abs=1e-200)


@pytest.mark.parametrize(("k", "rate", "tail"), [(0, 0.0, 1.0), (1, 0.0, 0.0), (3, 1.0, 1.0)])
def test_the_binomial_tail_of_a_certain_or_impossible_event(k, rate, tail):
    assert binomial_tail(k, 3, rate) == tail


@pytest.mark.parametrize("n", [1, 3, 40, 70, 812])
def test_the_interval_contains_its_own_share_at_both_ends(n):
    assert wilson_interval(0, n)[0] == 0.0
    assert wilson_interval(n, n)[1] == 1.0
