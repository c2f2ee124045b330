"""What was last read from the tracking server: small, immutable, and kept on the disk for a start without it."""

from typing import Any

import msgspec

from irisml.domain.errors import NewerFormatError
from irisml.registry.release_log import Release, ReleaseLog
from irisml.registry.version_files import check_format

RELEASE_FORMAT = 1
REGISTRY_TAG, ALIAS_TAG, DELETED_TAG = "irisml.registry", "irisml.alias", "irisml.deleted"
CONTENT_TAG, SIGNATURE_TAG, FILES_TAG = "irisml.content", "irisml.signature", "irisml.files"
TOKEN_TAG, STUDY_TAG, STUDY_SIGNATURE_TAG = "irisml.registration", "irisml.study", "irisml.study_signature"


class Entry(msgspec.Struct, frozen=True):
    """A version of one of the three registered models.

    Parameters
    ----------
    number : int
        Given by MLflow, from 1, never twice.
    content : str
        SHA-256 of version.json or dataset.json; the record itself for a release; empty for what irisml did not write.
    signature : str
    files : str
        Address of the folder with its files.
    run_id, source : str
        As MLflow shows them.
    token : str
        Random; by which a writer that got no answer finds what it has written.
    study, study_signature : str
        Of a data set; empty where there is none.
    """

    number: int
    content: str = ""
    signature: str = ""
    files: str = ""
    run_id: str = ""
    source: str = ""
    token: str = ""
    study: str = ""
    study_signature: str = ""


class Mirror(msgspec.Struct, frozen=True):
    """State of a registry on a tracking server.

    Parameters
    ----------
    registry : str or None
        Its id; None if nobody has written yet.
    versions, datasets, tickets : tuple of Entry
        Of the three registered models, by number. Tickets are attempts to release: see `replay`.
    latest : tuple of int
        Highest number of each of the three, to see what is new.
    alias : int or None
        Version to which MLflow's alias "champion" points.
    alias_release : int
        Number of the release for which irisml set that alias.
    """

    registry: str | None = None
    versions: tuple[Entry, ...] = ()
    datasets: tuple[Entry, ...] = ()
    tickets: tuple[Entry, ...] = ()
    latest: tuple[int, int, int] = (0, 0, 0)
    alias: int | None = None
    alias_release: int = 0


def tags(item: dict[str, Any]) -> dict[str, str]:
    """Return the tags of an answer of MLflow by key."""
    return {tag["key"]: tag.get("value", "") for tag in item.get("tags", ())}


def entry(item: dict[str, Any]) -> Entry:
    """Read a version of a registered model from an answer of MLflow."""
    found = tags(item)
    return Entry(
        number=int(item["version"]),
        content=found.get(CONTENT_TAG, ""),
        signature=found.get(SIGNATURE_TAG, ""),
        files=found.get(FILES_TAG, ""),
        run_id=item.get("run_id", ""),
        source=item.get("source", ""),
        token=found.get(TOKEN_TAG, ""),
        study=found.get(STUDY_TAG, ""),
        study_signature=found.get(STUDY_SIGNATURE_TAG, ""),
    )


class Replay(msgspec.Struct, frozen=True):
    """The releases among the tickets.

    Parameters
    ----------
    log : ReleaseLog
    counted : frozenset of int
        Numbers of the tickets that became releases.
    newer : NewerFormatError or None
        If a newer irisml wrote the last ticket.
    problems : tuple of str
        What could not be read, for the log.
    """

    log: ReleaseLog
    counted: frozenset[int]
    newer: NewerFormatError | None
    problems: tuple[str, ...]


def replay(tickets: tuple[Entry, ...], read: "Any") -> Replay:
    """Decide which tickets are releases: those whose writer had seen the release before.

    MLflow gives each ticket a number of its own, but has no compare-and-set. So a ticket is an attempt, and each
    reader decides alike, in the order of the numbers: it counts if its *follows* is the number of the last release
    that counts. Of two writers who have seen the same release, the one with the lower number has it.

    A ticket that was deleted or cannot be read may have been a release. Where the next one follows a release that is
    missing, that is how many of them were.

    Parameters
    ----------
    tickets : tuple of Entry
        By number.
    read : callable
        Returns the `Release` of a ticket; raises ValueError or NewerFormatError if it is unusable.
    """
    records: list[Release | int] = []
    counted, problems = set(), []
    last = missing = before = trailing = 0
    newer: NewerFormatError | None = None
    for ticket in tickets:
        if not ticket.token:  # not of irisml, or not wholly visible yet: a gap, whose size the next one tells
            continue
        missing += ticket.number - before - 1
        before = ticket.number
        try:
            release: Release = read(ticket)
        except (ValueError, NewerFormatError) as error:
            problems.append(f"ticket {ticket.number} of the releases cannot be used: {error}")
            missing += 1
            trailing += 1
            newer = error if isinstance(error, NewerFormatError) else None
            continue
        if not last <= release.follows <= last + missing:
            continue  # another writer was faster
        records += range(last + 1, release.number)
        records.append(release)
        counted.add(ticket.number)
        last, missing, trailing, newer = release.number, 0, 0, None
    records += range(last + 1, last + 1 + trailing)  # whether they were releases will show with the next one
    return Replay(ReleaseLog().extended(records), frozenset(counted), newer, tuple(problems))


def decode_release(content: bytes) -> Release:
    """Read the record of a ticket.

    Raises
    ------
    NewerFormatError
    ValueError
        If its content is invalid.
    """
    check_format(content, RELEASE_FORMAT, "a release")
    return msgspec.json.decode(content, type=Release)
