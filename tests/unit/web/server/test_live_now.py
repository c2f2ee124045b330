"""What every page asks for every four seconds."""

from irisml.service.model_service import ModelService
from irisml.training.progress import Progress
from web.server.live_now import Now, now


class Job:
    """A training at some point."""

    def __init__(self, progress=None, *, running=True):
        self.progress, self.running = progress, running


def test_without_a_version_there_is_none(tmp_path):
    assert now(ModelService(str(tmp_path / "models"))) == Now(None, False, 0, 0, 0, 0)


def test_a_training_is_told_before_and_with_its_progress(registry):
    service = ModelService(str(registry.folder))
    assert now(service) == Now(2, False, 0, 0, 0, 0)
    service.training_slot.job = Job()
    assert now(service) == Now(2, True, 0, 0, 0, 0)
    service.training_slot.job = Job(Progress("cross-validate", 7, 51, 29, 30))
    assert now(service) == Now(2, True, 7, 51, 0, 0)
    service.training_slot.job = Job(Progress("save", 51, 51), running=False)
    assert now(service) == Now(2, False, 0, 0, 0, 0)


def test_a_promotion_is_told_without_a_wait(registry):
    service = ModelService(str(registry.folder))
    service.promote(1, "back")
    assert now(service).version == 1
