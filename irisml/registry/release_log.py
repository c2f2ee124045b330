"""Release log: who made which version the champion, when and why; all aliases are computed from it.

A `Release` is an immutable record with a number. Its `follows` is the number of the record
that its writer had read last, and `follows + 1` is the only number that it may take: of two
writers who have read the same state, only one succeeds.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

import msgspec

from irisml.domain.errors import ChampionMovedError
from irisml.domain.i18n import sentence
from irisml.registry.actor import Actor

PROMOTE: Final = "promote"
ROLL_BACK: Final = "roll_back"
MOVED_IN_MLFLOW: Final = sentence("the alias was moved in MLflow")
"""Reason of a release that somebody made by moving MLflow's alias champion."""
Action = Literal["promote", "roll_back"]


class Release(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One change of the champion.

    Parameters
    ----------
    format : int
        Number of this format.
    number : int
        From 1, without gaps.
    follows : int
        Number of the previous record, which the writer had read; 0 for the first.
    action : str
        "promote" or "roll_back".
    champion : int
        Number of the new champion.
    replaced : int or None
        Number of the champion before.
    forced : bool
        Whether the gate had refused that version.
    by : Actor
    reason : str
        Free text.
    time : datetime
        In UTC.
    registry : str or None
        Id of the registry that it belongs to; None if an older irisml wrote it.
    """

    format: int = 1
    number: int
    follows: int
    action: Action
    champion: int
    replaced: int | None
    forced: bool
    by: Actor
    reason: str
    time: datetime
    registry: str | None = None

    def __post_init__(self) -> None:
        if self.follows != self.number - 1 or self.number < 1:
            raise ValueError(f"release {self.number} cannot follow release {self.follows}")


@dataclass(frozen=True)
class ReleaseLog:
    """All releases of a registry, and the aliases computed from them.

    Parameters
    ----------
    releases : tuple of Release
        Those that can be read, oldest first.
    last : int
        Number of the newest one, readable or not; 0 if there is none. Callers pass it to `release` as *follows*.
    champions : tuple of int
        Stack of champions for roll backs, the current one last.
    unreadable : tuple of int
        Numbers of the records that are damaged, or were written by a newer irisml.

    Examples
    --------
    >>> log = ReleaseLog()
    >>> log.champion, log.previous, log.last
    (None, None, 0)
    """

    releases: tuple[Release, ...] = ()
    last: int = 0
    champions: tuple[int, ...] = ()
    unreadable: tuple[int, ...] = ()

    @classmethod
    def of(cls, releases: Iterable[Release]) -> "ReleaseLog":
        """Replay releases, oldest first."""
        return cls().extended(releases)

    def extended(self, records: "Iterable[Release | int]") -> "ReleaseLog":
        """Return the log with more records appended.

        Parameters
        ----------
        records : iterable of Release or int
            In order; a number stands for a record that cannot be read, which leaves the champion unchanged.
        """
        releases, champions, unreadable = list(self.releases), list(self.champions), list(self.unreadable)
        last = self.last
        for record in records:
            if isinstance(record, Release):
                last = record.number
                releases.append(record)
                _apply(champions, record)
            else:
                last = record
                unreadable.append(record)
        return ReleaseLog(tuple(releases), last, tuple(champions), tuple(unreadable))

    def moved(self) -> ChampionMovedError:
        """Return the error that names the author of the last release; the log must not be empty."""
        newest = self.releases[-1]
        return ChampionMovedError(champion=newest.champion, by=newest.by, time=newest.time)

    @property
    def champion(self) -> int | None:
        """Number of the champion; None if there is no release yet."""
        return self.champions[-1] if self.champions else None

    @property
    def previous(self) -> int | None:
        """Number of the version that a roll back restores; None if there is none."""
        return self.champions[-2] if len(self.champions) > 1 else None

    def has_served(self, version: int) -> bool:
        """Whether that version was champion at any time."""
        return any(version in (release.champion, release.replaced) for release in self.releases)

    def challenger(self, numbers: Iterable[int]) -> int | None:
        """Return the newest of these versions that is newer than the champion and never served; else None."""
        newer = (number for number in numbers if number > (self.champion or 0) and not self.has_served(number))
        return max(newer, default=None)


def _apply(champions: list[int], release: Release) -> None:
    """Apply a release to the stack of champions, the current one last."""
    if release.replaced is not None and champions[-1:] != [release.replaced]:
        champions.append(release.replaced)  # the record of its promotion cannot be read
    if release.action == ROLL_BACK and release.champion in champions:
        while champions[-1] != release.champion:
            champions.pop()
    # Promoting the champion once more must not make it its own predecessor.
    elif champions[-1:] != [release.champion]:
        champions.append(release.champion)
