"""irisml.service"""

import pytest

from irisml import ModelService, TrainingConfig
from irisml.errors import RegistryUnusableError, TrainingBusyError, VersionNotFoundError
from irisml.releases import promote


@pytest.fixture
def service(registry):
    return ModelService()


def test_the_environment_names_the_registry(service, registry):
    """As for the command line."""
    assert service.location == str(registry.folder)
    assert [version.number for version in service.versions()] == [1, 2]


def test_without_a_version_there_is_no_model(empty_registry):
    """It says so, and does not make one by itself."""
    service = ModelService()
    assert not service.has_model
    with pytest.raises(VersionNotFoundError):
        service.predict([5.1, 3.5, 1.4, 0.2])


def test_the_champion_predicts(service):
    """The talk's flower is a setosa."""
    assert service.predict([5.1, 3.5, 1.4, 0.2]).species == "setosa"
    assert service.champion.number == 2


def test_its_own_promotion_is_seen_at_once(service):
    """And its own roll back."""
    assert service.champion.number == 2
    service.promote(1, "")
    assert service.champion.number == 1
    service.roll_back("")
    assert service.champion.number == 2


def test_a_promotion_by_another_process_is_seen_at_the_next_look(service, registry, monkeypatch):
    """Looks are half a second apart; in between the champion is the one it knew."""
    now = [100.0]
    monkeypatch.setattr("irisml.service.time.monotonic", lambda: now[0])
    assert service.champion.number == 2
    promote(registry, 1, "")
    now[0] += 0.4
    assert service.champion.number == 2
    now[0] += 0.2
    assert service.champion.number == 1


def test_a_disk_that_is_gone_for_a_moment_takes_no_model_away(service, monkeypatch, caplog):
    """What is in memory answers, and the log says so; without one in memory it is an error."""
    assert service.champion.number == 2
    now = service._looked + 60
    monkeypatch.setattr("irisml.service.time.monotonic", lambda: now)

    def gone(name):
        raise RegistryUnusableError(path="share", problem="Host is down")

    monkeypatch.setattr(service.registry, "alias", gone)
    assert service.champion.number == 2
    assert "version 2 goes on serving: share cannot be used: Host is down" in caplog.text
    service._serving = None
    with pytest.raises(RegistryUnusableError):
        _ = service.champion


@pytest.mark.slow
def test_one_training_at_a_time(service):
    """A second one is refused while the first runs."""
    job = service.start_training(TrainingConfig(n_estimators=500))
    assert service.training
    with pytest.raises(TrainingBusyError):
        service.start_training(TrainingConfig())
    assert service.ensure_training() is job
    job.cancel()
    assert not service.training


@pytest.mark.slow
def test_a_new_champion_serves_as_soon_as_its_training_has_ended(service):
    """No look in between: whoever waited for the job sees its version."""
    assert service.champion.number == 2
    result = service.start_training(service.retrain_config()).wait(60)
    assert (result.promoted, service.champion.number) == (True, 3)


def test_retraining_takes_a_seed_that_no_version_had(service):
    """Versions 1 and 2 had 0 and 1; all else is the champion's."""
    assert service.retrain_config() == TrainingConfig(n_estimators=5, random_state=2)


def test_checks_are_of_the_champion_unless_told_otherwise(service):
    """Three of each."""
    assert [check.passed for check in (*service.check(), *service.check(1))] == [True] * 6
