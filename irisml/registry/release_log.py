"""The release log: who made which version the champion, when and why; all aliases are computed from it.

A `Release` is an immutable record with a number. Its `follows` is the number of the record
that its writer had seen last, and `follows + 1` is the only number that it may take: two
writers who have seen the same state cannot both succeed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

import msgspec

from irisml.domain.errors import ChampionMovedError
from irisml.registry.actor import Actor

PROMOTE: Final = "promote"
ROLL_BACK: Final = "roll_back"
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
        Number of the record before, 0 for the first: what the writer had seen.
    action : str
        "promote" or "roll_back".
    champion : int
        The version that serves from now on.
    replaced : int or None
        The champion until then.
    forced : bool
        Whether the gate had refused that version.
    by : Actor
    reason : str
        In somebody's words.
    time : datetime
        In UTC.
    registry : str or None
        Id of the registry that it belongs to; None in what an older irisml wrote.
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
    """All releases of a registry so far, and what follows from them.

    Parameters
    ----------
    releases : tuple of Release
        Those that can be read, oldest first.
    last : int
        Number of the newest one, readable or not; 0 where there is none. This is what a caller expects of `release`.
    champions : tuple of int
        The champions that a roll back goes through, the present one last.
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
        """Return the log with more records behind it.

        Parameters
        ----------
        records : iterable of Release or int
            In order; the number alone stands for one that cannot be read, and the champion stays the last one known.
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
        """Make the error that says who changed the champion last; not for an empty log."""
        newest = self.releases[-1]
        return ChampionMovedError(champion=newest.champion, by=newest.by, time=newest.time)

    @property
    def champion(self) -> int | None:
        """Number of the champion; None where nothing was released yet."""
        return self.champions[-1] if self.champions else None

    @property
    def previous(self) -> int | None:
        """Number of the version that a roll back restores; None where there is none."""
        return self.champions[-2] if len(self.champions) > 1 else None

    def has_served(self, version: int) -> bool:
        """Whether that version was champion at any time."""
        return any(version in (release.champion, release.replaced) for release in self.releases)

    def challenger(self, numbers: Iterable[int]) -> int | None:
        """Return the newest of these versions that is newer than the champion and never served; else None."""
        newer = (number for number in numbers if number > (self.champion or 0) and not self.has_served(number))
        return max(newer, default=None)


def _apply(champions: list[int], release: Release) -> None:
    """Let a release change the stack of champions, the present one last."""
    if release.replaced is not None and champions[-1:] != [release.replaced]:
        champions.append(release.replaced)  # the record that put it there cannot be read
    if release.action == ROLL_BACK and release.champion in champions:
        while champions[-1] != release.champion:
            champions.pop()
    # Promoting the champion once more must not make it its own predecessor.
    elif champions[-1:] != [release.champion]:
        champions.append(release.champion)
