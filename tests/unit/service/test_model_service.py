"""irisml.service.model_service"""

import pytest

from irisml import ModelService, TrainingConfig
from irisml.domain.errors import InvalidConfigError, TrainingBusyError, VersionNotFoundError


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
    with pytest.raises(VersionNotFoundError):
        service.predict([5.1, 3.5, 1.4, 0.2])


def test_the_champion_predicts(service):
    """The talk's flower is a setosa."""
    assert service.predict([5.1, 3.5, 1.4, 0.2]).species == "setosa"
    assert service.serving_version().number == 2


def test_its_own_promotion_is_seen_at_once(service):
    """And its own roll back."""
    assert service.serving_version().number == 2
    service.promote(1)
    assert service.serving_version().number == 1
    service.roll_back()
    assert service.serving_version().number == 2


@pytest.mark.slow
def test_one_training_at_a_time(service):
    """A second one is refused while the first runs."""
    job = service.training.start(TrainingConfig(n_estimators=500))
    assert service.training.busy
    with pytest.raises(TrainingBusyError):
        service.training.start(TrainingConfig())
    assert service.training.ensure_first() is job
    job.cancel()
    assert not service.training.busy


@pytest.mark.slow
def test_a_new_champion_serves_as_soon_as_its_training_has_ended(service):
    """No look in between: whoever waited for the job sees its version."""
    assert service.serving_version().number == 2
    result = service.training.start(service.retrain_config()).wait(60)
    assert (result.promoted, service.serving_version().number) == (True, 3)


def test_what_cannot_be_trained_with_starts_no_process(service):
    """A bound that was tightened since the champion was trained."""
    with pytest.raises(InvalidConfigError):
        service.training.start(TrainingConfig(n_estimators=0))
    assert service.training.job is None


@pytest.mark.slow
def test_a_first_training_is_begun_once_however_it_ends(empty_registry, monkeypatch):
    """The gate refuses its version: a second one would end in the same way, for every visitor."""
    monkeypatch.setattr(
        "irisml.service.training_slot.TrainingConfig", lambda: TrainingConfig("decision_tree", max_depth=1)
    )
    service = ModelService()
    job = service.training.ensure_first()
    assert not job.wait(60).passed
    assert service.training.ensure_first() is job
    assert len(empty_registry.versions()) == 1


def test_retraining_takes_a_seed_that_no_version_had(service):
    """Versions 1 and 2 had 0 and 1; all else is the champion's."""
    assert service.retrain_config() == TrainingConfig(n_estimators=5, random_state=2)


def test_checks_are_of_the_champion_unless_told_otherwise(service):
    """Three of each."""
    assert [check.passed for check in (*service.check(), *service.check(1))] == [True] * 6
