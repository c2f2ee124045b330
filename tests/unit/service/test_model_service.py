"""Tests of irisml.service.model_service."""

import pytest

from irisml import ModelService, TrainingConfig
from irisml.domain.errors import InvalidConfigError, TrainingBusyError, VersionNotFoundError


@pytest.fixture
def service(registry):
    return ModelService()


def test_the_registry_is_read_from_the_environment(service, registry):
    """As on the command line."""
    assert service.location == str(registry.folder)
    assert [version.number for version in service.versions()] == [1, 2]


def test_without_a_version_predict_fails(empty_registry):
    """No training starts automatically."""
    service = ModelService()
    with pytest.raises(VersionNotFoundError):
        service.predict([5.1, 3.5, 1.4, 0.2])


def test_the_champion_predicts(service):
    """The flower of the talk is a setosa."""
    assert service.predict([5.1, 3.5, 1.4, 0.2]).species == "setosa"
    assert service.serving_version().number == 2


def test_promotion_and_roll_back_take_effect_at_once(service):
    assert service.serving_version().number == 2
    service.promote(1)
    assert service.serving_version().number == 1
    service.roll_back()
    assert service.serving_version().number == 2


@pytest.mark.slow
def test_one_training_at_a_time(service):
    """A second one is refused while the first runs."""
    job = service.training_slot.start(TrainingConfig(n_estimators=500))
    assert service.training_slot.busy
    with pytest.raises(TrainingBusyError):
        service.training_slot.start(TrainingConfig())
    assert service.training_slot.ensure_first() is job
    job.cancel()
    assert not service.training_slot.busy


@pytest.mark.slow
def test_a_new_champion_serves_when_its_training_ends(service):
    """Without waiting for the next look at the registry."""
    assert service.serving_version().number == 2
    result = service.training_slot.start(service.retrain_config()).wait(60)
    assert (result.promoted, service.serving_version().number) == (True, 3)


def test_an_invalid_configuration_starts_no_process(service):
    """For example if a bound was tightened since the champion was trained."""
    with pytest.raises(InvalidConfigError):
        service.training_slot.start(TrainingConfig(n_estimators=0))
    assert service.training_slot.job is None


@pytest.mark.slow
def test_the_first_training_starts_only_once(empty_registry, monkeypatch):
    """Otherwise each visitor would start another training that the gate refuses."""
    monkeypatch.setattr(
        "irisml.service.training_slot.TrainingConfig", lambda: TrainingConfig("decision_tree", max_depth=1)
    )
    service = ModelService()
    job = service.training_slot.ensure_first()
    assert not job.wait(60).passed
    assert service.training_slot.ensure_first() is job
    assert len(empty_registry.versions()) == 1


def test_retraining_uses_an_unused_random_state(service):
    """Versions 1 and 2 have 0 and 1; the rest is the champion's configuration."""
    assert service.retrain_config() == TrainingConfig(n_estimators=5, random_state=2)


def test_check_defaults_to_the_champion(service):
    assert [check.passed for check in (*service.check(), *service.check(1))] == [True] * 6


def test_the_old_names_of_the_serving_version_and_its_forest_still_work(service):
    with pytest.warns(DeprecationWarning, match=r"use serving_version\(\)"):
        version = service.champion
    with pytest.warns(DeprecationWarning, match=r"use load_forest\(\)"):
        assert version.forest is version.load_forest()
