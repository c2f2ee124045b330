"""Tests of the release log on MLflow: which tickets count, decided alike by every reader."""

from datetime import UTC, datetime

import msgspec
import pytest

from irisml.domain.errors import InvalidSettingError, NewerFormatError
from irisml.registry.location import local_folder, mlflow_address, shown_location
from irisml.registry.mlflow.mirror import Entry, decode_release, replay
from irisml.registry.release_log import Release
from tests.unit.registry.faults import ALICE


def ticket(number, follows, champion=1):
    release = Release(
        number=follows + 1,
        follows=follows,
        action="promote",
        champion=champion,
        replaced=None,
        forced=False,
        by=ALICE,
        reason="",
        time=datetime(2026, 1, 1, tzinfo=UTC),
    )
    return Entry(number=number, content=msgspec.json.encode(release).decode(), token="t")


def replayed(*tickets):
    return replay(tickets, lambda item: decode_release(item.content.encode()))


def test_of_two_who_saw_the_same_the_lower_number_has_it():
    found = replayed(ticket(1, 0, 7), ticket(2, 0, 8), ticket(3, 1, 9))
    assert [release.champion for release in found.log.releases] == [7, 9]
    assert found.counted == {1, 3}
    assert found.log.last == 2


def test_a_deleted_ticket_that_was_a_release_is_an_unreadable_one():
    """Its number is known from the one that follows it; later releases count."""
    found = replayed(ticket(1, 0, 7), ticket(3, 2, 9), ticket(4, 3, 10))
    assert [release.champion for release in found.log.releases] == [7, 9, 10]
    assert (found.log.last, found.log.unreadable) == (4, (2,))


def test_a_deleted_ticket_that_was_no_release_leaves_no_trace():
    found = replayed(ticket(1, 0, 7), ticket(3, 1, 9))
    assert (found.log.last, found.log.unreadable) == (2, ())


def test_a_ticket_that_follows_a_release_that_never_was_does_not_count():
    """Nothing is missing that could have been release 2."""
    assert replayed(ticket(1, 0), ticket(2, 2)).log.last == 1


def test_an_unreadable_ticket_at_the_end_is_reported_and_can_be_followed():
    damaged = Entry(number=2, content="{", token="t")
    found = replayed(ticket(1, 0), damaged)
    assert (found.log.last, found.log.unreadable, found.newer) == (2, (2,), None)
    assert found.problems[0].startswith("ticket 2 of the releases cannot be used")
    assert replayed(ticket(1, 0), damaged, ticket(3, 2)).log.last == 3


def test_a_ticket_without_tags_is_no_release_and_no_damage():
    """The server shows a version a moment before its tags; taken for a release, it would shift the numbers."""
    bare = Entry(number=2)
    assert replayed(ticket(1, 0), bare).log.last == 1
    assert replayed(ticket(1, 0), bare, ticket(3, 1)).log.last == 2
    assert replayed(ticket(1, 0), bare).problems == ()


def test_a_ticket_of_a_newer_irisml_is_told_apart():
    newer = Entry(number=2, content='{"format": 9}', token="t")
    assert isinstance(replayed(ticket(1, 0), newer).newer, NewerFormatError)


@pytest.mark.parametrize(
    "location",
    [
        "mlflow+http://",
        "mlflow+ftp://host",
        "mlflow+http://host:0",
        "mlflow+http://host:99999",
        "mlflow+http://host?name=",
        "mlflow+http://host?name=a/b",
        "mlflow+http://host?other=1",
        "mlflow+http://host#x",
        "mlflow+http://user:secret@host",
        "mlflow+http://user:p/secret@host",
        "mlflow+http://host?name=iris-releases",
        "mlflow+sqlite:///mlflow.db",
        "http://host:5000",  # not a folder of that name
        "azureml://user:secret@host",
    ],
)
def test_an_address_that_is_none_is_refused_without_its_password(location):
    with pytest.raises(InvalidSettingError, match="IRISML_REGISTRY") as raised:
        mlflow_address(location)
    assert "secret" not in str(raised.value)


def test_each_registry_has_a_folder_of_its_own(monkeypatch):
    monkeypatch.setenv("IRISML_LOCAL", "kept")
    same_words = ["mlflow+http://a:1?name=iris_a", "mlflow+http://a:1?name=iris-a"]
    locations = ["mlflow+http://a:1", "mlflow+http://a:1?name=b", "mlflow+https://a:1/path", *same_words]
    assert len({local_folder(location) for location in locations}) == len(locations)
    assert shown_location(locations[1]) == locations[1]
