"""irisml.releases.champion: promotion, roll back, and the serving version."""

import json
import os
import shutil

import pytest

from irisml import FolderRegistry, TrainingConfig, train_version
from irisml.domain.errors import (
    ChampionMovedError,
    DamagedVersionError,
    GateRefusedError,
    InvalidReasonError,
    MissingReasonError,
    NothingServesError,
    NothingToRollBackError,
    RegistryUnusableError,
    VersionNotFoundError,
)
from irisml.domain.findings import Finding
from irisml.model.gate_report import GateReport
from irisml.registry.actor import Actor
from irisml.registry.version import FOREST_FILE, MANIFEST
from irisml.releases.champion import aliases, champion_to_beat, promote, roll_back, serving_version

ALICE = Actor("command line", "alice")
PASSED = GateReport(None, (Finding("accuracy_floor", True, "Enough.", {}),))
REFUSED = GateReport(None, (Finding("accuracy_floor", False, "Too few.", {}),))


def damage(registry, number):
    (registry.folder / "versions" / f"{number:04}" / FOREST_FILE).write_text("{}")


def refuse(registry, number):
    """Edit the manifest so that the gate refused this version."""
    path = registry.folder / "versions" / f"{number:04}" / MANIFEST
    manifest = json.loads(path.read_text())
    manifest["gate"]["checks"][0].update(passed=False, reason="Too few are right.", values={})
    path.write_text(json.dumps(manifest))


def champions(registry):
    """Return the champions that roll backs can restore, the present one last."""
    return registry.releases().champions


def test_a_promotion_records_who_when_and_why(registry):
    release = promote(registry, 1, " it looks better on stage ", by=ALICE)
    assert registry.releases().releases[-1] == release
    assert (release.action, release.champion, release.replaced) == ("promote", 1, 2)
    assert (release.by, release.reason, release.forced) == (ALICE, "it looks better on stage", False)


def test_roll_back_goes_one_champion_further_back_each_time(registry):
    """1, 2, 1 were champion: back to 2, back to 1, then there is none before it."""
    promote(registry, 1)
    assert champions(registry) == (1, 2, 1)
    assert [roll_back(registry, "worse").champion for _ in range(2)] == [2, 1]
    with pytest.raises(NothingToRollBackError):
        roll_back(registry)
    assert champions(registry) == (1,)


@pytest.mark.parametrize("move", [lambda *args, **kwargs: promote(args[0], 1, **kwargs), roll_back])
@pytest.mark.parametrize("follows", [0, 1, 3])
def test_a_release_fails_if_the_champion_changed(registry, move, follows):
    """The expected release is not the newest; 0 means "none so far", not "any"."""
    with pytest.raises(ChampionMovedError, match="made version 2 the champion"):
        move(registry, follows=follows)
    assert registry.releases().last == 2
    assert move(registry, follows=2).champion == 1


def test_without_an_expected_release_a_lost_race_is_retried(registry, monkeypatch):
    """Another process writes a release in between."""
    release, quicker = FolderRegistry.release, [2]

    def late(self, *args, **kwargs):
        if quicker:
            release(self, "promote", quicker.pop(), follows=2, by=ALICE, reason="quicker")
        return release(self, *args, **kwargs)

    monkeypatch.setattr(FolderRegistry, "release", late)
    assert promote(registry, 1, "mine").number == 4
    assert [release.reason for release in registry.releases().releases[2:]] == ["quicker", "mine"]


def test_promoting_the_champion_again_keeps_the_previous_one(registry):
    """Otherwise a double click would lose the version to roll back to."""
    promote(registry, 2)
    assert champions(registry) == (1, 2)


def test_a_damaged_version_cannot_be_promoted_or_restored(registry):
    damage(registry, 1)
    for move in (lambda: promote(registry, 1), lambda: roll_back(registry)):
        with pytest.raises(DamagedVersionError):
            move()
    assert champions(registry) == (1, 2)


def test_promoting_a_refused_version_needs_force_and_a_reason(registry):
    """The error has the reasons of the gate, the history that it was forced."""
    refuse(registry, 1)
    with pytest.raises(GateRefusedError, match=r"refused version 1: Too few are right\."):
        promote(registry, 1)
    with pytest.raises(MissingReasonError):
        promote(registry, 1, "  ", force=True)
    assert champions(registry) == (1, 2)
    assert promote(registry, 1, "I know why", force=True).forced
    assert not promote(registry, 2, "and back", force=True).forced


@pytest.mark.parametrize("reason", ["x" * 201, "d\udce9mo"])
def test_an_invalid_reason_changes_nothing(registry, reason):
    """Too long, or bytes that are not valid text."""
    for move in (lambda: promote(registry, 1, reason), lambda: roll_back(registry, reason)):
        with pytest.raises(InvalidReasonError, match="at most 200 characters"):
            move()
    assert registry.releases().last == 2


def test_the_champion_serves_even_if_not_the_newest(registry):
    promote(registry, 1, "")
    assert serving_version(registry).number == 1


def test_the_previous_champion_serves_if_the_champion_is_damaged(registry, caplog):
    damage(registry, 2)
    assert serving_version(registry).number == 1
    assert "Version 2 is damaged" in caplog.text


def test_damaged_champions_are_skipped_one_by_one(registry):
    """1, 2, 3 were champion; 3 and 2 are damaged."""
    third = train_version(registry, TrainingConfig(n_estimators=5, random_state=2)).version
    damage(registry, third)
    assert serving_version(registry).number == 2
    damage(registry, 2)
    assert serving_version(registry).number == 1


def test_no_other_version_serves_after_a_transient_read_error(registry, monkeypatch):
    """The share is unavailable for a moment."""
    real = os.open

    def away(path, *args, **kwargs):
        if "0002" in str(path):
            raise OSError(112, "Host is down")
        return real(path, *args, **kwargs)

    monkeypatch.setattr(os, "open", away)
    with pytest.raises(RegistryUnusableError, match="Host is down"):
        serving_version(registry)


def test_without_a_release_the_newest_accepted_version_serves(registry):
    """A process was killed between registration and promotion."""
    shutil.rmtree(registry.folder / "releases")
    assert serving_version(registry).number == 2
    damage(registry, 2)
    assert serving_version(registry).number == 1


def test_a_refused_version_does_not_serve_without_a_forced_release(registry):
    """If all are refused, none serves and the error has the reason."""
    shutil.rmtree(registry.folder / "releases")
    refuse(registry, 2)
    assert serving_version(registry).number == 1
    refuse(registry, 1)
    with pytest.raises(NothingServesError, match=r"the gate refused version 2\. Too few are right\."):
        serving_version(registry)


def test_without_a_version_nothing_serves(empty_registry):
    """The error differs from that of a refused version."""
    with pytest.raises(VersionNotFoundError):
        serving_version(empty_registry)


def test_the_gate_compares_with_the_serving_version(registry):
    """If the champion is damaged, that is version 1."""
    assert champion_to_beat(registry).version == 2
    damage(registry, 2)
    assert champion_to_beat(registry).version == 1


def test_with_a_key_a_refused_champion_needs_a_signed_forced_release(registry, monkeypatch, tmp_path):
    """Aliases of irisml 0.1 are not signed: anybody who can write the folder could name a refused version."""
    monkeypatch.setenv("IRISML_SIGNING_KEY", "correct horse")
    site, source = FolderRegistry(tmp_path / "site"), FolderRegistry(registry.folder, signed=False)
    good, bad = (site.adopt(source.get(n), gate).number for n, gate in ((1, PASSED), (2, REFUSED)))
    promote(site, good)
    shutil.rmtree(site.folder / "releases")
    (site.folder / "aliases").mkdir()
    (site.folder / "aliases/champion").write_text(str(bad))
    fresh = FolderRegistry(site.folder)
    assert fresh.alias("champion") == bad
    assert serving_version(fresh).number == good
    promote(fresh, bad, "I know why", force=True)
    assert serving_version(fresh).number == bad


def test_aliases_are_read_from_one_state_of_the_log(registry, monkeypatch):
    """A promotion in between cannot make one version both champion and previous."""
    alias = FolderRegistry.alias

    def slowly(self, name):
        found = alias(self, name)
        promote(registry, 1)
        return found

    monkeypatch.setattr(FolderRegistry, "alias", slowly)
    assert aliases(registry) == {"champion": 1, "previous": 2}


def test_a_replaced_version_counts_as_served(registry):
    """Also if the release that promoted it is lost."""
    promote(registry, 1)
    shutil.rmtree(registry.folder / "releases/000002")
    log = FolderRegistry(registry.folder).releases()
    assert log.has_served(2)
    assert log.challenger([1, 2]) is None


def test_an_unreadable_champion_is_an_error_and_not_none(registry, monkeypatch):
    """The gate must not skip the comparison because of a transient error."""

    def away(*_, **__):
        raise RegistryUnusableError(path="share", problem="Host is down")

    monkeypatch.setattr(FolderRegistry, "get", away)
    with pytest.raises(RegistryUnusableError):
        champion_to_beat(registry)
