"""irisml.releases: promotion, roll back, and which version serves"""

import json

import pytest

from irisml.errors import (
    ChampionMovedError,
    DamagedVersionError,
    GateRefusedError,
    NothingToRollBackError,
    VersionNotFoundError,
)
from irisml.registry.version import FOREST_FILE, MANIFEST
from irisml.releases import promote, roll_back, serving_version


def damage(registry, number):
    (registry.folder / "versions" / f"{number:04}" / FOREST_FILE).write_text("{}")


def refuse(registry, number):
    """Let the manifest say that the gate refused this version."""
    path = registry.folder / "versions" / f"{number:04}" / MANIFEST
    manifest = json.loads(path.read_text())
    manifest["gate"]["checks"][0].update(passed=False, reason="Too few are right.", values={})
    path.write_text(json.dumps(manifest))


def aliases(registry):
    return registry.alias("champion"), registry.alias("previous")


def test_promoting_keeps_the_old_champion_as_previous(registry):
    """Version 2 was champion; now 1 is, and the reason is in the history."""
    promote(registry, 1, "it looks better on stage")
    assert aliases(registry) == (1, 2)
    last = registry.history()[-1]
    assert (last.action, last.version, last.replaced, last.reason) == ("promote", 1, 2, "it looks better on stage")


def test_rolling_back_restores_the_previous_champion(registry):
    """And a second roll back undoes the first."""
    assert roll_back(registry, "too many misses").number == 1
    assert aliases(registry) == (1, 2)
    assert registry.history()[-1].action == "rollback"
    roll_back(registry, "it was better after all")
    assert aliases(registry) == (2, 1)


def test_a_roll_back_of_what_is_not_champion_any_more_does_nothing(registry):
    """The caller saw version 1 in service; it is 2."""
    with pytest.raises(ChampionMovedError, match="Meanwhile version 2 is live"):
        roll_back(registry, "", replacing=1)
    assert aliases(registry) == (2, 1)
    assert roll_back(registry, "", replacing=2).number == 1


def test_without_a_previous_champion_there_is_nothing_to_roll_back(registry):
    """After the first training, or after a kill between two steps of a promotion."""
    registry.set_alias("previous", None)
    with pytest.raises(NothingToRollBackError):
        roll_back(registry, "")
    registry.set_alias("previous", 2)
    with pytest.raises(NothingToRollBackError):
        roll_back(registry, "")


def test_promoting_the_champion_again_keeps_the_previous_one(registry):
    """Or a double click would lose the way back."""
    promote(registry, 2, "")
    assert aliases(registry) == (2, 1)


def test_a_promoted_challenger_is_challenger_no_more(registry):
    """One name for one thing."""
    registry.set_alias("challenger", 1)
    promote(registry, "challenger", "")
    assert registry.alias("challenger") is None


def test_a_damaged_version_is_not_promoted(registry):
    """And the champion stays."""
    damage(registry, 1)
    with pytest.raises(DamagedVersionError):
        promote(registry, 1, "")
    with pytest.raises(DamagedVersionError):
        roll_back(registry, "")
    assert aliases(registry) == (2, 1)


def test_what_the_gate_refused_needs_force(registry):
    """The error tells the gate's reasons."""
    refuse(registry, 1)
    with pytest.raises(GateRefusedError, match=r"refused version 1: Too few are right\."):
        promote(registry, 1, "")
    assert aliases(registry) == (2, 1)
    assert promote(registry, 1, "I know why", force=True).number == 1


def test_the_champion_serves(registry):
    """Not the newest."""
    promote(registry, 1, "")
    assert serving_version(registry).number == 1


def test_a_damaged_champion_gives_way_to_the_previous_one(registry, caplog):
    """With a warning."""
    damage(registry, 2)
    assert serving_version(registry).number == 1
    assert "Version 2 is damaged" in caplog.text


def test_without_aliases_the_newest_good_version_serves(registry):
    """Somebody deleted the folder of aliases."""
    for name in ("champion", "previous"):
        registry.set_alias(name, None)
    assert serving_version(registry).number == 2
    damage(registry, 2)
    assert serving_version(registry).number == 1


def test_what_the_gate_refused_never_serves_by_accident(registry):
    """Rather none than a bad one."""
    for name in ("champion", "previous"):
        registry.set_alias(name, None)
    refuse(registry, 2)
    assert serving_version(registry).number == 1
    refuse(registry, 1)
    with pytest.raises(VersionNotFoundError):
        serving_version(registry)
