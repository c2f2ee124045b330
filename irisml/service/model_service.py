"""Facade over the registry, the serving version and the training slot, for pages, API and command line."""

import warnings
from collections.abc import Sequence
from contextlib import suppress

import msgspec

from irisml.domain.errors import (
    DamagedDatasetError,
    DamagedVersionError,
    DatasetNotFoundError,
    IrisError,
    NewerFormatError,
    VersionNotFoundError,
)
from irisml.domain.findings import Finding
from irisml.domain.measurements import Measurement
from irisml.domain.settings import settings
from irisml.jobs.checks import check_version
from irisml.model.config import TrainingConfig
from irisml.model.prediction import Prediction, predict
from irisml.monitoring.event_files import EventWriter, events_folder
from irisml.monitoring.recorder import Recorder
from irisml.registry import Registry, open_registry, registry_location
from irisml.registry.actor import Actor
from irisml.registry.dataset_version import DatasetRecord
from irisml.registry.release_log import Release
from irisml.registry.version import ModelVersion
from irisml.releases.bundled import adopt_bundled_model
from irisml.releases.champion import promote, roll_back
from irisml.service.serving import ServingModel
from irisml.service.training_slot import TrainingSlot
from irisml.service.watching import Watching


class ModelService:
    """Facade over a registry, its serving version and at most one training.

    Use one per process: pages, API and health check share it. Safe to share between threads: readers take one
    reference, and only starting a training locks.

    Parameters
    ----------
    location : str, optional
        As for `open_registry`.

    Attributes
    ----------
    registry : Registry
    serving : ServingModel
        The version in memory.
    watching : Watching
        The watch over production.
    recorder : Recorder
        Takes the predictions as events.
    training_slot : TrainingSlot
        The training of this process.

    Examples
    --------
    >>> ModelService("no/such/folder").versions()
    ()
    """

    def __init__(self, location: str | None = None) -> None:
        self.location = registry_location(location)
        self.registry: Registry = open_registry(self.location)
        self.serving = ServingModel(self.registry)
        self.watching = Watching(self.registry, self.serving, self.location)
        self.recorder = _recorder(self.location, self.serving)
        self.training_slot = TrainingSlot(self.location, self.serving, on_end=self._refresh)

    def adopt_bundled_model(self, bundled: Registry) -> ModelVersion:
        """Add the model of a container image; see `irisml.releases.bundled.adopt_bundled_model`."""
        version = adopt_bundled_model(self.registry, bundled)
        self._refresh()
        return version

    def serving_version(self) -> ModelVersion:
        """Return the serving version; see `ServingModel.current`."""
        return self.serving.current()

    @property
    def champion(self) -> ModelVersion:
        """Deprecated: use `serving_version`, which says that it may read files."""
        warnings.warn("ModelService.champion: use serving_version()", DeprecationWarning, stacklevel=2)
        return self.serving_version()

    def predict(self, x: Measurement | Sequence[float]) -> Prediction:
        """Predict the species of one flower with the serving version; see `irisml.predict`."""
        return predict(self.serving_version().load_forest(), x)

    def versions(self) -> tuple[ModelVersion, ...]:
        """Return all readable versions, oldest first."""
        return self.registry.versions()

    def find(self, version: int) -> ModelVersion | None:
        """Return a verified version; None if it is missing, damaged or written by a newer irisml.

        Raises
        ------
        RegistryUnusableError
            If it cannot be read now.
        """
        try:
            return self.registry.get(version, verified=True)
        except (VersionNotFoundError, DamagedVersionError, NewerFormatError):
            return None

    def dataset_of(self, version: ModelVersion) -> DatasetRecord | None:
        """Return the record of the data set that a version learned from; None if it is missing or damaged.

        Raises
        ------
        RegistryUnusableError
            If it cannot be read now.
        """
        try:
            return self.registry.dataset(version.manifest.dataset).record
        except (DatasetNotFoundError, DamagedDatasetError, NewerFormatError):
            return None

    def compared_with(self, version: ModelVersion) -> ModelVersion | None:
        """Return the version that the gate compared a version with; None if there was none, or it cannot be used.

        Raises
        ------
        RegistryUnusableError
            If it cannot be read now.
        """
        champion = version.manifest.gate.champion
        return None if champion is None else self.find(champion)

    def check(self, version: int | str | None = None) -> tuple[Finding, ...]:
        """Run the checks on a version, by default the serving version; see `check_version`."""
        return check_version(self.serving_version() if version is None else self.registry.get(version))

    def promote(
        self,
        version: int | str,
        reason: str = "",
        *,
        by: Actor | None = None,
        force: bool = False,
        follows: int | None = None,
    ) -> Release:
        """Make a version the champion; see `irisml.releases.champion.promote`."""
        release = promote(self.registry, version, reason, by=by, force=force, follows=follows)
        self._refresh()
        return release

    def roll_back(self, reason: str = "", *, by: Actor | None = None, follows: int | None = None) -> Release:
        """Make the previous champion the champion again; see `irisml.releases.champion.roll_back`."""
        release = roll_back(self.registry, reason, by=by, follows=follows)
        self._refresh()
        return release

    def retrain_config(self) -> TrainingConfig:
        """Return the serving version's configuration with an unused `random_state`, for Retrain on the page.

        Raises
        ------
        VersionNotFoundError, NothingServesError
            If no version can serve.
        """
        used = {version.manifest.config.random_state for version in self.versions()}
        free = next(random_state for random_state in range(len(used) + 1) if random_state not in used)
        return msgspec.structs.replace(self.serving_version().manifest.config, random_state=free)

    def _refresh(self) -> None:
        with suppress(IrisError):  # no version serves yet: the next request raises the reason
            self.serving.look()


def _recorder(location: str, serving: ServingModel) -> Recorder:
    kept = settings()
    writer = EventWriter(events_folder(location), kept.events_days)
    return Recorder(writer, serving.challenger, keeps=kept.events)
