"""Promotion, rollback and the choice of the serving version, even if a version is damaged.

The command line has no expectation: it reads the newest release, and retries if another process
was faster. A page, a job and an image pass the number of the newest release that they have seen.
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
"""Reasons that the program itself writes into the history; a page translates them."""
LONGEST_REASON = 200
_MOST_TRIES = 100
"""Without an expectation, a try fails only if another process releases at that moment; so few are needed."""
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
        Who promotes; by default the user of this process, see `irisml.registry.actor.current_actor`.
    force : bool
        Promote even if the gate refused the version; requires a reason.
    follows : int, optional
        Number of the newest release that the caller has seen (`ReleaseLog.last`); 0 for "there was none".
        If omitted, the current champion is replaced, whichever it is.

    Raises
    ------
    VersionNotFoundError, DamagedVersionError, NewerFormatError, GateRefusedError, ChampionMovedError
    InvalidReasonError, MissingReasonError
        In each case the champion is unchanged.

    Examples
    --------
    >>> from irisml import FolderRegistry
    >>> promote(FolderRegistry("no/such/folder"), 1, force=True)
    Traceback (most recent call last):
    irisml.domain.errors.MissingReasonError: Promoting a version that the gate refused requires a reason; ...
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
    """Make the previous champion the champion again; a second rollback goes one champion further back.

    Parameters
    ----------
    reason, by, follows
        As for `promote`.

    Raises
    ------
    ChampionMovedError
        If there is a newer release than *follows*.
    NothingToRollBackError
        If there is no previous champion.
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
    """Strip a reason, and check that the history can store it.

    Raises
    ------
    InvalidReasonError
        If it has more than `LONGEST_REASON` characters, or bytes that are not text in the terminal, or NUL.
    """
    text = reason.strip()
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InvalidReasonError(n=len(text), most=LONGEST_REASON) from error
    if len(text) > LONGEST_REASON or "\0" in text:
        raise InvalidReasonError(n=len(text), most=LONGEST_REASON)
    return text


def aliases(registry: Registry) -> dict[str, int]:
    """Return the version number of each alias that is set."""
    challenger = registry.alias(CHALLENGER)
    log = registry.releases()  # read once: champion and previous belong together
    numbers = {CHAMPION: log.champion, PREVIOUS: log.previous}
    if challenger is not None and not log.has_served(challenger):
        numbers[CHALLENGER] = challenger
    return {name: number for name, number in numbers.items() if number is not None}


def champion_to_beat(registry: Registry) -> Champion | None:
    """Return the serving version, which the gate compares a challenger with; None if no version can serve."""
    version = champion_of(registry)
    return None if version is None else Champion.of(version)


def champion_of(registry: Registry) -> ModelVersion | None:
    """Return the serving version; None if no version can serve."""
    try:
        return serving_version(registry)
    except (VersionNotFoundError, NothingServesError):
        return None


def _warn(text: str) -> None:
    _log.warning("%s", text)


def serving_version(registry: Registry, tell: Callable[[str], None] = _warn) -> ModelVersion:
    """Return the champion, verified; if it is damaged, the champion before it, and so on.

    If no champion can serve, return the newest version that passed the gate.

    Parameters
    ----------
    registry : Registry
    tell : callable, optional
        Called with a sentence about each version that cannot serve; logs it by default.

    Raises
    ------
    VersionNotFoundError
        If there is no version.
    NothingServesError
        If there are versions, but none was promoted or passed the gate.
    RegistryUnusableError
        If a file cannot be read now: a temporary error must not change the serving version.
    """
    log = registry.releases()
    forced = {release.champion for release in log.releases if release.forced}
    for number in dict.fromkeys(reversed(log.champions)):
        if version := _able_to_serve(registry, number, tell):
            # Aliases of irisml 0.1 were not signed: with a key, an alias of a refused version is not trusted.
            if signing_key() and version.manifest.gate.refusals and number not in forced:
                tell(f"version {number} is champion, but the gate refused it and no signed release forced it")
                continue
            return version
    versions = registry.versions()
    for version in reversed(versions):
        # A version that the gate refused must not be served by accident.
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
        tell(f"version {number} was champion, but no longer exists")
    return None
