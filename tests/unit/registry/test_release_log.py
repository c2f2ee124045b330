"""irisml.registry.release_log: aliases are computed by replaying the releases."""

from datetime import UTC, datetime

import pytest

from irisml.registry.actor import Actor
from irisml.registry.release_log import Release, ReleaseLog


def log_of(*moves: str) -> ReleaseLog:
    """Replay moves like "promote 2" and "roll_back 1"."""
    log = ReleaseLog()
    for move in moves:
        action, champion = move.split()
        log = log.extended(
            [
                Release(
                    number=log.last + 1,
                    follows=log.last,
                    action=action,
                    champion=int(champion),
                    replaced=log.champion,
                    forced=False,
                    by=Actor("command line"),
                    reason="",
                    time=datetime(2026, 11, 26, tzinfo=UTC),
                )
            ]
        )
    return log


@pytest.mark.parametrize(
    ("moves", "champions"),
    [
        ([], ()),
        (["promote 1"], (1,)),
        (["promote 1", "promote 2", "promote 3"], (1, 2, 3)),
        (["promote 1", "promote 2", "promote 3", "roll_back 2"], (1, 2)),
        (["promote 1", "promote 2", "promote 3", "roll_back 2", "roll_back 1"], (1,)),
        (["promote 1", "promote 2", "roll_back 1", "promote 3"], (1, 3)),
        (["promote 1", "promote 2", "promote 2"], (1, 2)),  # a double click
        (["promote 1", "promote 2", "promote 1", "promote 3", "roll_back 1"], (1, 2, 1)),
        (["promote 1", "roll_back 5"], (1, 5)),  # a version that never was champion
    ],
)
def test_promotions_push_and_roll_backs_pop(moves, champions):
    """The last one is the champion; a roll back restores the one before it."""
    log = log_of(*moves)
    assert log.champions == champions
    assert (log.champion, log.previous) == (
        champions[-1] if champions else None,
        champions[-2] if champions[1:] else None,
    )


def test_the_challenger_is_newer_than_the_champion_and_never_served():
    """Of 1 to 5: 3 was rolled back, 4 and 5 never served, 1 is older."""
    log = log_of("promote 2", "promote 3", "roll_back 2")
    assert log.challenger([1, 2, 3, 4, 5]) == 5
    assert log.challenger([1, 2, 3]) is None
    assert ReleaseLog().challenger([1]) == 1


def test_a_release_number_must_follow_its_predecessor():
    with pytest.raises(ValueError, match="release 3 cannot follow release 1"):
        Release(
            number=3,
            follows=1,
            action="promote",
            champion=1,
            replaced=None,
            forced=False,
            by=Actor("image"),
            reason="",
            time=datetime.now(UTC),
        )
