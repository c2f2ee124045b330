"""Reading of the alias files and the history of irisml 0.1, which had no release log.

The result depends on those files alone, so that two processes that migrate a registry at once
write the same records.
"""

import logging
import os
import re
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from irisml.registry.actor import Actor
from irisml.registry.disk import WrongContentError, read_file
from irisml.registry.release_log import PROMOTE, ROLL_BACK, Action, Release, ReleaseLog

ALIASES_FOLDER, HISTORY_FILE = "aliases", "history.jsonl"
_log = logging.getLogger(__name__)
_OLDER = Actor("older irisml")
_LARGEST_ALIAS, _LARGEST_HISTORY = 100, 64 * 1024 * 1024
_RECORD_START = re.compile(rb'(?=\{"time")')
"""If the writer of a line was killed, the next record is on the same line."""


class _Change(msgspec.Struct, frozen=True):
    time: datetime
    action: str
    version: int
    replaced: int | None
    reason: str


def read_legacy_releases(folder: Path) -> tuple[Release, ...]:
    """Return the history of an older registry as releases, completed from its aliases.

    Parameters
    ----------
    folder : Path
        The registry.

    Raises
    ------
    OSError
        If a file cannot be read now.
    """
    aliases = folder / ALIASES_FOLDER
    releases: list[Release] = []
    for change in _changes(aliases / HISTORY_FILE):
        action: Action = "roll_back" if change.action == "rollback" else "promote"
        _add(releases, action, change.version, change.replaced, change.reason, change.time)
    champion, previous = _alias(aliases / "champion"), _alias(aliases / "previous")
    known = {number for release in releases for number in (release.champion, release.replaced)}
    # A process that was killed between alias and history left an alias without a line in the history.
    if previous is not None and previous[0] not in known:
        _add(releases, PROMOTE, previous[0], _champion_of(releases), "", previous[1])
    if champion is not None and champion[0] != _champion_of(releases):
        _add(releases, PROMOTE, champion[0], _champion_of(releases), "", champion[1])
    return tuple(releases)


def legacy_stamp(folder: Path) -> tuple[tuple[int, int] | None, ...]:
    """Return the times and sizes of the files that `read_legacy_releases` reads, to detect a change.

    Raises
    ------
    OSError
        If they cannot be read now.
    """
    names = (HISTORY_FILE, "champion", "previous")
    return tuple(_stamp(folder / ALIASES_FOLDER / name) for name in names)


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        status = os.stat(path)  # noqa: PTH116 - as in disk.is_folder
    except FileNotFoundError:
        return None
    return status.st_mtime_ns, status.st_size


def _add(
    releases: list[Release], action: Action, champion: int, replaced: int | None, reason: str, time: datetime
) -> None:
    releases.append(
        Release(
            number=len(releases) + 1,
            follows=len(releases),
            action=ROLL_BACK if action == ROLL_BACK else PROMOTE,
            champion=champion,
            replaced=replaced,
            forced=False,
            by=_OLDER,
            reason=reason,
            time=time,
        )
    )


def _champion_of(releases: list[Release]) -> int | None:
    return ReleaseLog.of(releases).champion


def _changes(path: Path) -> list[_Change]:
    try:
        lines = read_file(path, _LARGEST_HISTORY).splitlines()
    except FileNotFoundError:
        return []
    except WrongContentError as error:
        _log.warning("the history of an older irisml is left out: %s", error)
        return []
    changes = []
    for line in lines:
        for record in filter(None, _RECORD_START.split(line)):
            try:
                changes.append(msgspec.json.decode(record, type=_Change))
            except msgspec.DecodeError as error:
                _log.warning("a part of %s cannot be read, its writer was interrupted: %s", path, error)
    return changes


def _alias(path: Path) -> tuple[int, datetime] | None:
    try:
        number = int(read_file(path, _LARGEST_ALIAS))
        changed = os.stat(path).st_mtime  # noqa: PTH116 - next to the read
    except FileNotFoundError:
        return None
    except ValueError as error:  # not a number, or not a regular file
        _log.warning("the alias %s is left out: %s", path, error)
        return None
    return number, datetime.fromtimestamp(changed, UTC)
