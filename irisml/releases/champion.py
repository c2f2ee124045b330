"""Which version serves: promotion, roll back, and what to do when a version is damaged.

A person at a terminal has no expectation: the newest release is read, and read again where somebody
else is quicker. A page, a job and an image pass the number of the newest release that they have seen.
"""

import logging
from collections.abc import Callable

from irisml.domain.errors import (
    ChampionMovedError,
    DamagedVersionError,
    GateRefusedError,
    InvalidReasonError,
    MissingReasonError,
    NewerFormatError,
    NothingServesError,
    NothingToRollBackError,
    VersionNotFoundError,
)
from irisml.domain.i18n import sentence
from irisml.registry.actor import Actor, current_actor
from irisml.registry.protocol import CHALLENGER, CHAMPION, PREVIOUS, Registry
from irisml.registry.release_log import PROMOTE, ROLL_BACK, Release, ReleaseLog
from irisml.registry.signing import signing_key
from irisml.registry.version import ModelVersion
from irisml.releases.gate import Champion

PASSED_THE_GATE, UNDONE = sentence("passed the gate"), sentence("undone on the page")
CAME_WITH_THE_IMAGE = sentence("came with the image, passed the gate")
"""Reasons that the program itself writes into the history; a screen translates these."""
LONGEST_REASON = 200
_MOST_TRIES = 100
"""Somebody without an expectation wins sooner: each lost try is another one's release."""
_log = logging.getLogger(__name__)


def promote(
    registry: Registry,
    version: int | str,
    reason: str = "",
    *,
    by: Actor | None = None,
    force: bool = False,
    follows: int | None = None,
) -> Release:
    """Make a version the champion.

    Parameters
    ----------
    version : int or str
        Number or alias.
    reason : str
        Recorded in the history; at most `LONGEST_REASON` characters.
    by : Actor, optional
        Who does it; by default the user of this process, see `irisml.registry.actor.current_actor`.
    force : bool
        Promote even what the gate refused; this needs a reason.
    follows : int, optional
        Number of the newest release that the caller has seen (`ReleaseLog.last`); 0 for "there was none".
        Left out, the champion is replaced whoever it is by now.

    Raises
    ------
    VersionNotFoundError, DamagedVersionError, NewerFormatError, GateRefusedError, ChampionMovedError
    InvalidReasonError, MissingReasonError
        And the champion is unchanged.

    Examples
    --------
    >>> from irisml import FolderRegistry
    >>> promote(FolderRegistry("no/such/folder"), 1, force=True)
    Traceback (most recent call last):
    irisml.domain.errors.MissingReasonError: A version that the gate refused is promoted with a reason only: ...
    """
    reason = checked_reason(reason)
    if force and not reason:
        raise MissingReasonError

    def move(log: ReleaseLog) -> Release:
        promoted = registry.get(version, verified=True)
        refusals = promoted.manifest.gate.refusals
        if refusals and not force:
            raise GateRefusedError(version=promoted.number, reasons=refusals)
        return registry.release(
            PROMOTE,
            promoted.number,
            follows=log.last,
            by=by or current_actor(),
            reason=reason,
            forced=bool(refusals),
        )

    return _with_expectation(registry, follows, move)


def roll_back(registry: Registry, reason: str = "", *, by: Actor | None = None, follows: int | None = None) -> Release:
    """Make the champion before this one the champion again; a second roll back goes one further.

    Parameters
    ----------
    reason, by, follows
        As for `promote`.

    Raises
    ------
    ChampionMovedError
        If there is a newer release than *follows*.
    NothingToRollBackError
        If there was no champion before this one.
    VersionNotFoundError, DamagedVersionError, NewerFormatError
        If that version cannot serve; the champion is unchanged.
    InvalidReasonError
    """
    reason = checked_reason(reason)

    def move(log: ReleaseLog) -> Release:
        if log.previous is None:
            raise NothingToRollBackError
        registry.get(log.previous, verified=True)
        return registry.release(ROLL_BACK, log.previous, follows=log.last, by=by or current_actor(), reason=reason)

    return _with_expectation(registry, follows, move)


def _with_expectation(registry: Registry, follows: int | None, move: Callable[[ReleaseLog], Release]) -> Release:
    for _ in range(_MOST_TRIES - 1):
        log = registry.releases()
        try:
            if follows is not None and log.last != follows and log.releases:
                raise log.moved()
            return move(log)
        except ChampionMovedError:
            if follows is not None:
                raise
    return move(registry.releases())


def checked_reason(reason: str) -> str:
    """Return a reason without white space around it, if the history can keep it.

    Raises
    ------
    InvalidReasonError
        If it has more than `LONGEST_REASON` characters, or bytes that were no text in a terminal.
    """
    text = reason.strip()
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InvalidReasonError(n=len(text), most=LONGEST_REASON) from error
    if len(text) > LONGEST_REASON:
        raise InvalidReasonError(n=len(text), most=LONGEST_REASON)
    return text


def aliases(registry: Registry) -> dict[str, int]:
    """Return the aliases that stand for a version, with its number."""
    challenger = registry.alias(CHALLENGER)
    log = registry.releases()  # read once: champion and previous belong together
    numbers = {CHAMPION: log.champion, PREVIOUS: log.previous}
    if challenger is not None and not log.has_served(challenger):
        numbers[CHALLENGER] = challenger
    return {name: number for name, number in numbers.items() if number is not None}


def champion_to_beat(registry: Registry) -> Champion | None:
    """Return what the gate compares a challenger with: the version that serves; None where none could."""
    try:
        return Champion.of(serving_version(registry))
    except (VersionNotFoundError, NothingServesError):
        return None


def _warn(text: str) -> None:
    _log.warning("%s", text)


def serving_version(registry: Registry, tell: Callable[[str], None] = _warn) -> ModelVersion:
    """Return the champion, able to serve from memory; where it is damaged, the champion before it, and so on.

    Where no version was ever promoted, the newest that passed the gate serves.

    Parameters
    ----------
    registry : Registry
    tell : callable, optional
        Takes a sentence about each version that cannot serve; by default the log does.

    Raises
    ------
    VersionNotFoundError
        If there is no version.
    NothingServesError
        If there are versions, but none was promoted or passed the gate.
    RegistryUnusableError
        If something cannot be read now: that is no reason to serve another version.
    """
    log = registry.releases()
    forced = {release.champion for release in log.releases if release.forced}
    for number in dict.fromkeys(reversed(log.champions)):
        if version := _able_to_serve(registry, number, tell):
            # Aliases of irisml 0.1 were not signed: with a key, one that names a refused version proves nothing.
            if signing_key() and version.manifest.gate.refusals and number not in forced:
                tell(f"version {number} is champion, but the gate refused it and no signed release forced it")
                continue
            return version
    versions = registry.versions()
    for version in reversed(versions):
        # What the gate refused must not come into service by accident.
        if version.manifest.gate.passed and (able := _able_to_serve(registry, version.number, tell)):
            return able
    refused = next((version for version in reversed(versions) if not version.manifest.gate.passed), None)
    if refused is None:
        raise VersionNotFoundError(version=CHAMPION)
    raise NothingServesError(version=refused.number, reasons=refused.manifest.gate.refusals)


def _able_to_serve(registry: Registry, number: int, tell: Callable[[str], None]) -> ModelVersion | None:
    try:
        return registry.get(number, verified=True)
    except (DamagedVersionError, NewerFormatError) as error:
        tell(str(error))
    except VersionNotFoundError:
        tell(f"version {number} was champion, but is not there any more")
    return None
