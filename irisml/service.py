"""The one door to the model for pages, API and command line."""

import logging
import math
import threading
import time
from collections.abc import Sequence

import msgspec

from irisml.checks import Check, check_in_child, check_version
from irisml.config import TrainingConfig
from irisml.errors import DamagedVersionError, RegistryUnusableError, TrainingBusyError, VersionNotFoundError
from irisml.jobs import TrainingJob
from irisml.measurements import Measurement
from irisml.prediction import Prediction, predict
from irisml.registry import Registry, open_registry, registry_location
from irisml.registry.protocol import CHAMPION
from irisml.registry.version import ModelVersion
from irisml.releases import promote, roll_back, serving_version
from irisml.seeding import seed

_log = logging.getLogger(__name__)
_LOOK_EVERY_S = 0.5
"""Reading a file lets go of Python's lock: done at every release of a slider, it doubles the time to an answer."""


class ModelService:
    """A registry, the version that serves, and at most one training.

    Safe to share between threads: readers take one reference, and only starting a training locks.

    Parameters
    ----------
    location : str, optional
        As for `open_registry`.

    Examples
    --------
    >>> ModelService("no/such/folder").has_model
    False
    """

    def __init__(self, location: str | None = None) -> None:
        self.location = registry_location(location)
        self.registry: Registry = open_registry(self.location)
        self.job: TrainingJob | None = None
        self._job_lock = threading.Lock()
        self._serving: tuple[int | None, ModelVersion] | None = None
        self._looked = -math.inf

    def seed(self, image: Registry) -> ModelVersion:
        """Add the model that an image brings along; see `irisml.seeding.seed`."""
        version = seed(self.registry, image)
        self._look_again()
        return version

    @property
    def has_model(self) -> bool:
        """Whether a version can serve.

        Raises
        ------
        RegistryUnusableError
            If that cannot be found out.
        """
        try:
            _ = self.champion
        except VersionNotFoundError:
            return False
        return True

    @property
    def champion(self) -> ModelVersion:
        """The version that serves; a promotion by this process is seen at once, by another within half a second.

        Raises
        ------
        VersionNotFoundError
            If no version can serve yet.
        RegistryUnusableError
            If the registry cannot be read, and nothing was read from it before.
        """
        serving, now = self._serving, time.monotonic()
        if serving is None or now - self._looked > _LOOK_EVERY_S:
            self._looked = now
            try:
                wanted = self.registry.alias(CHAMPION)
                if serving is None or serving[0] != wanted:
                    serving = self._serving = (wanted, serving_version(self.registry))
            except RegistryUnusableError as error:
                if serving is None:
                    raise
                # A disk in the network may be gone for a moment; the model is in memory and can answer.
                _log.warning("version %s goes on serving: %s", serving[1].number, error)
        return serving[1]

    def predict(self, x: Measurement | Sequence[float]) -> Prediction:
        """Ask the champion which species a flower is; see `irisml.predict`."""
        return predict(self.champion.forest, x)

    def versions(self) -> tuple[ModelVersion, ...]:
        """All readable versions, oldest first."""
        return self.registry.versions()

    def find(self, version: int) -> ModelVersion | None:
        """Return a version that can be shown and can predict; None where it is gone or damaged."""
        try:
            found = self.registry.get(version)
            _ = found.forest
        except (VersionNotFoundError, DamagedVersionError):
            return None
        return found

    def check(self, version: int | str | None = None) -> tuple[Check, ...]:
        """Run the checks on a version, by default on the champion; see `check_version`."""
        return check_version(self.champion if version is None else self.registry.get(version))

    def check_in_child(self) -> tuple[Check, ...]:
        """Run the checks on the champion in a process of its own; see `irisml.checks.check_in_child`."""
        return check_in_child(self.location, self.champion.number)

    def promote(
        self, version: int | str, reason: str, *, force: bool = False, replacing: int | None = None
    ) -> ModelVersion:
        """Make a version the champion; see `irisml.releases.promote`."""
        promoted = promote(self.registry, version, reason, force=force, replacing=replacing)
        self._look_again()
        return promoted

    def roll_back(self, reason: str, *, replacing: int | None = None) -> ModelVersion:
        """Go back to the previous champion; see `irisml.releases.roll_back`."""
        restored = roll_back(self.registry, reason, replacing=replacing)
        self._look_again()
        return restored

    @property
    def training(self) -> bool:
        """Whether a training is under way in this process."""
        return self.job is not None and self.job.running

    def start_training(self, config: TrainingConfig) -> TrainingJob:
        """Start a training in a child process.

        Raises
        ------
        TrainingBusyError
            If one is under way.
        """
        with self._job_lock:
            if self.training:
                raise TrainingBusyError
            return self._start(config)

    def ensure_training(self) -> TrainingJob:
        """Return the training that is under way or has failed; else start one with the default configuration.

        One that has failed is not begun anew by itself: it would fail again for every visitor.
        """
        with self._job_lock:
            if self.job is not None and (self.job.running or self.job.failure is not None):
                return self.job
            return self._start(TrainingConfig())

    def retrain_config(self) -> TrainingConfig:
        """Return the champion's configuration with a seed that no version had: the page's Retrain.

        Raises
        ------
        VersionNotFoundError
            If no version can serve.
        """
        used = {version.manifest.config.random_state for version in self.versions()}
        free = next(seed for seed in range(len(used) + 1) if seed not in used)
        return msgspec.structs.replace(self.champion.manifest.config, random_state=free)

    def _start(self, config: TrainingConfig) -> TrainingJob:
        self.job = TrainingJob(config, self.location, on_end=self._look_again)
        return self.job

    def _look_again(self) -> None:
        self._looked = -math.inf
