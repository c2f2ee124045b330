"""Facade over the registry, the serving version and the training slot, for pages, API and command line."""

import threading
from collections.abc import Sequence
from contextlib import suppress

import msgspec

from irisml.actor import Actor
from irisml.checks import Check, check_version
from irisml.config import TrainingConfig
from irisml.errors import (
    DamagedVersionError,
    IrisError,
    NewerFormatError,
    RegistryUnusableError,
    TrainingBusyError,
    VersionNotFoundError,
)
from irisml.jobs import TrainingJob
from irisml.measurements import Measurement
from irisml.prediction import Prediction, predict
from irisml.registry import Registry, open_registry, registry_location
from irisml.registry.release_log import Release
from irisml.registry.version import ModelVersion
from irisml.releases import promote, roll_back
from irisml.seeding import seed
from irisml.sentences import Phrase
from irisml.serving import ServingModel


class ModelService:
    """A registry, the version that serves, and at most one training.

    Safe to share between threads: readers take one reference, and only starting a training locks.

    Parameters
    ----------
    location : str, optional
        As for `open_registry`.

    Examples
    --------
    >>> ModelService("no/such/folder").versions()
    ()
    """

    def __init__(self, location: str | None = None) -> None:
        self.location = registry_location(location)
        self.registry: Registry = open_registry(self.location)
        self.serving = ServingModel(self.registry)
        self.job: TrainingJob | None = None
        self._job_lock = threading.Lock()

    def seed(self, image: Registry) -> ModelVersion:
        """Add the model that an image brings along; see `irisml.seeding.seed`."""
        version = seed(self.registry, image)
        self._look_again()
        return version

    @property
    def champion(self) -> ModelVersion:
        """The version that serves; see `ServingModel.current`."""
        return self.serving.current()

    def predict(self, x: Measurement | Sequence[float]) -> Prediction:
        """Ask the champion which species a flower is; see `irisml.predict`."""
        return predict(self.champion.forest, x)

    def versions(self) -> tuple[ModelVersion, ...]:
        """All readable versions, oldest first."""
        return self.registry.versions()

    def find(self, version: int) -> ModelVersion | None:
        """Return a version that can be shown and can predict; None where it is absent, damaged or of a newer irisml.

        Raises
        ------
        RegistryUnusableError
            If it cannot be read now.
        """
        try:
            return self.registry.get(version, verified=True)
        except (VersionNotFoundError, DamagedVersionError, NewerFormatError):
            return None

    def check(self, version: int | str | None = None) -> tuple[Check, ...]:
        """Run the checks on a version, by default on the one that serves; see `check_version`."""
        return check_version(self.champion if version is None else self.registry.get(version))

    def promote(
        self,
        version: int | str,
        reason: str = "",
        *,
        by: Actor | None = None,
        force: bool = False,
        follows: int | None = None,
    ) -> Release:
        """Make a version the champion; see `irisml.releases.promote`."""
        release = promote(self.registry, version, reason, by=by, force=force, follows=follows)
        self._look_again()
        return release

    def roll_back(self, reason: str = "", *, by: Actor | None = None, follows: int | None = None) -> Release:
        """Make the champion before this one the champion again; see `irisml.releases.roll_back`."""
        release = roll_back(self.registry, reason, by=by, follows=follows)
        self._look_again()
        return release

    @property
    def training(self) -> bool:
        """Whether a training is under way in this process."""
        return self.job is not None and self.job.running

    def start_training(self, config: TrainingConfig, *, by: Actor | None = None) -> TrainingJob:
        """Start a training in a child process.

        Raises
        ------
        TrainingBusyError
            If one is under way.
        InvalidConfigError, UnknownModelTypeError
        RegistryUnusableError
            If the registry of the version in memory is away: a version that was compared with nobody would replace it.
        """
        config.validate()
        if (notice := self.serving.notice) and notice.registry_is_away:
            raise RegistryUnusableError(path=self.location, problem=Phrase(notice.template, notice.values))
        with self._job_lock:
            if self.training:
                raise TrainingBusyError
            return self._start(config, by)

    def ensure_first_training(self) -> TrainingJob:
        """Return the training that is under way or has ended; else start one with the default configuration.

        One that has ended is not begun again by itself: it would end in the same way for every visitor. Call it
        only where the registry has no version: what the gate refused once it refuses again.
        """
        with self._job_lock:
            return self.job or self._start(TrainingConfig(), Actor("server"))

    def retrain_config(self) -> TrainingConfig:
        """Return the champion's configuration with a seed that no version had: the page's Retrain.

        Raises
        ------
        VersionNotFoundError, NothingServesError
            If no version can serve.
        """
        used = {version.manifest.config.random_state for version in self.versions()}
        free = next(random_state for random_state in range(len(used) + 1) if random_state not in used)
        return msgspec.structs.replace(self.champion.manifest.config, random_state=free)

    def _start(self, config: TrainingConfig, by: Actor | None) -> TrainingJob:
        self.job = TrainingJob(config, self.location, on_end=self._look_again, by=by)
        return self.job

    def _look_again(self) -> None:
        with suppress(IrisError):  # nothing serves yet: whoever asks is told
            self.serving.look()
