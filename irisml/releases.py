"""Which version serves: promotion, roll back, and what to do when a version is damaged."""

import logging
from datetime import UTC, datetime

from irisml.errors import (
    ChampionMovedError,
    DamagedVersionError,
    GateRefusedError,
    NothingToRollBackError,
    VersionNotFoundError,
)
from irisml.promotion import Champion
from irisml.registry.protocol import CHALLENGER, CHAMPION, PREVIOUS, AliasChange, Registry
from irisml.registry.version import ModelVersion
from irisml.sentences import sentence

PASSED_THE_GATE, UNDONE = sentence("passed the gate"), sentence("undone on the page")
CAME_WITH_THE_IMAGE = sentence("came with the image, passed the gate")
"""Reasons that the program itself writes into the history; a screen translates these."""
_log = logging.getLogger(__name__)


def promote(
    registry: Registry, version: int | str, reason: str, *, force: bool = False, replacing: int | None = None
) -> ModelVersion:
    """Make a version the champion; the champion until now becomes "previous".

    Parameters
    ----------
    version : int or str
        Number or alias.
    reason : str
        Recorded in the history.
    force : bool
        Promote even what the gate refused.
    replacing : int, optional
        The champion as far as the caller knows: where it is another one by now, nothing is done.

    Raises
    ------
    VersionNotFoundError, DamagedVersionError, GateRefusedError, ChampionMovedError
        And the champion is unchanged.
    """
    _refuse_if_moved(registry, replacing)
    promoted = registry.get(version)
    _ = promoted.forest  # a damaged one must not become champion
    refusals = promoted.manifest.gate.refusals
    if refusals and not force:
        raise GateRefusedError(version=promoted.number, reasons=" ".join(map(str, refusals)))
    _move_champion(registry, promoted.number, "promote", reason)
    return promoted


def roll_back(registry: Registry, reason: str, *, replacing: int | None = None) -> ModelVersion:
    """Make the previous champion the champion again; rolling back twice changes nothing.

    Parameters
    ----------
    reason : str
        Recorded in the history.
    replacing : int, optional
        The champion as far as the caller knows: where it is another one by now, nothing is done.

    Raises
    ------
    ChampionMovedError
        If the champion is not *replacing* any more.
    NothingToRollBackError
        If there is no previous champion.
    VersionNotFoundError, DamagedVersionError
        If it is gone or damaged, and the champion is unchanged.
    """
    _refuse_if_moved(registry, replacing)
    number, champion = registry.alias(PREVIOUS), registry.alias(CHAMPION)
    if number is None or number == champion:
        raise NothingToRollBackError
    restored = registry.get(number)
    _ = restored.forest
    _move_champion(registry, number, "rollback", reason)
    return restored


def champion_to_beat(registry: Registry) -> Champion | None:
    """Return what the gate compares a challenger with; None where there is no champion that could serve."""
    try:
        champion = registry.get(CHAMPION)
        _ = champion.forest
    except (VersionNotFoundError, DamagedVersionError):
        return None  # a damaged one serves no one, so there is nothing that a challenger could be worse than
    return champion.as_champion()


def _refuse_if_moved(registry: Registry, replacing: int | None) -> None:
    champion = registry.alias(CHAMPION)
    if replacing is not None and champion != replacing:
        raise ChampionMovedError(champion=champion)


def _move_champion(registry: Registry, number: int, action: str, reason: str) -> None:
    replaced = registry.alias(CHAMPION)
    # In this order a process that is killed in between leaves the old champion in service, if without a way back.
    if replaced is not None and replaced != number:
        registry.set_alias(PREVIOUS, replaced)
    registry.set_alias(CHAMPION, number)
    if registry.alias(CHALLENGER) == number:
        registry.set_alias(CHALLENGER, None)
    registry.record(AliasChange(datetime.now(UTC), action, number, replaced, reason))


def serving_version(registry: Registry) -> ModelVersion:
    """Return the champion; where it is damaged or none was ever chosen, the last good version.

    Raises
    ------
    VersionNotFoundError
        If there is no version that could serve.
    """
    for wanted in (CHAMPION, PREVIOUS):
        try:
            version = registry.get(wanted)
            _ = version.forest
        except DamagedVersionError as error:
            _log.warning("%s", error)
        except VersionNotFoundError:
            continue
        else:
            return version
    for version in reversed(registry.versions()):
        # What the gate refused must not come into service by accident.
        if version.manifest.gate.passed:
            try:
                _ = version.forest
            except DamagedVersionError as error:
                _log.warning("%s", error)
            else:
                return version
    raise VersionNotFoundError(version=CHAMPION)
