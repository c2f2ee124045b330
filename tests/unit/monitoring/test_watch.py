"""Tests of the report of the watch."""

from datetime import UTC, datetime

import pytest

from irisml.monitoring.events import Shadow
from irisml.monitoring.watch import least_sure, watch_report
from tests.unit.monitoring.halls import LEARNED, event, hall, in_millimetres

NOW = 100_000.0
ABOUT = {"version": 2, "created": datetime.fromtimestamp(NOW - 660, UTC), "learned": LEARNED, "now": NOW}


def report(events, **changes):
    return watch_report(events, **{**ABOUT, "challenger": None, **changes})


def events(n, drift=lambda x, species: x, **changes):
    return [event(x, **{"time": NOW - 60, "species": by_petal(x), **changes}) for x in hall(n, 1, drift)]


def by_petal(x) -> str:
    """What a model of one length would answer."""
    return "setosa" if x[2] < 2.5 else "versicolor" if x[2] < 4.9 else "virginica"


def test_without_events_there_is_nothing_to_say():
    empty = report([])
    assert (empty.n, empty.too_few, empty.alarm, empty.outside, empty.answers) == (0, True, False, None, ())
    assert "Too few to say: 0 of at least 30" in str(empty.proposal)


@pytest.mark.parametrize(("n", "too_few"), [(29, True), (30, False)])
def test_below_thirty_is_too_few(n, too_few):
    assert report(events(n)).too_few is too_few


def test_answers_are_counted_by_version_and_species():
    asked = [
        *events(6, version=1, species="setosa"),
        *events(3, version=2, species="virginica"),
        *events(1, version=2, species="setosa"),
    ]
    first, second = report(asked).answers
    assert (first.version, first.counts) == (1, (6, 0, 0))
    assert (second.version, second.counts) == (2, (1, 0, 3))
    low, high = second.shares[2].interval
    assert low < second.shares[2].share == 0.75 < high


def test_outside_latency_and_age_are_those_of_the_events():
    asked = [event(time=NOW, outside=k == 0, ms=float(k + 1)) for k in range(100)]
    found = report(asked)
    assert (found.outside.k, found.outside.n) == (1, 100)
    assert found.latency_ms == (50.0, 95.0)
    assert found.age_s == 660


def test_events_that_are_too_old_do_not_count():
    asked = [event(time=NOW - 3 * 3600), event(time=NOW - 3600)]
    assert report(asked, hours=2).n == 1
    assert report(asked, hours=4).since == NOW - 3 * 3600


def test_an_alarm_says_why_another_training_would_not_help():
    found = report(events(60, in_millimetres))
    assert found.alarm
    assert [drift.feature for drift in found.drifted] == ["petal_width"]
    assert "would not help" in str(found.proposal)
    assert not report(events(60)).alarm


def test_the_shadow_counts_what_the_challenger_would_have_answered_otherwise():
    other = Shadow(4, "virginica", 0.6)
    same = Shadow(4, "versicolor", 0.9)
    older = Shadow(3, "setosa", 0.9)
    asked = [
        *(event(time=NOW, species="versicolor", shadow=same) for _ in range(8)),
        event((6.0, 2.7, 5.1, 1.6), time=NOW, species="versicolor", shadow=other),
        event(time=NOW, species="setosa", shadow=other),
        event((6.1, 2.7, 5.1, 1.6), time=NOW, species="versicolor", shadow=other),
        event(time=NOW, species="versicolor", shadow=older),
    ]
    shadow = report(asked, challenger=4).shadow
    assert (shadow.version, shadow.otherwise.k, shadow.otherwise.n) == (4, 3, 11)
    kind = shadow.kinds[0]
    assert (kind.answered, kind.would_answer, kind.n, kind.x) == ("versicolor", "virginica", 2, (6.1, 2.7, 5.1, 1.6))
    assert report(asked, challenger=None).shadow is None
    assert report(asked, challenger=5).shadow is None


def test_the_least_sure_flowers_come_first_and_once():
    asked = [
        event((5.0, 3.0, 1.5, 0.2), time=NOW, version=2, probability=1.0),
        event((6.0, 2.7, 5.1, 1.6), time=NOW, version=2, probability=0.51),
        event((6.0, 2.7, 5.1, 1.6), time=NOW, version=2, probability=0.51),
        event((6.1, 2.7, 5.0, 1.7), time=NOW, version=2, probability=0.6),
        event((6.2, 2.7, 5.0, 1.7), time=NOW - 90_000, version=2, probability=0.4),
        event((6.3, 2.7, 5.0, 1.7), time=NOW, version=1, probability=0.4),
    ]
    ordered = ((6.0, 2.7, 5.1, 1.6), (6.1, 2.7, 5.0, 1.7))
    assert least_sure(asked, 9, version=2, now=NOW) == ordered
    assert least_sure(asked, 1, version=2, now=NOW) == ordered[:1]
