"""The one training that a process runs at a time."""

import threading
from collections.abc import Callable

from irisml.domain.errors import RegistryUnusableError, TrainingBusyError
from irisml.domain.i18n import Phrase
from irisml.jobs.training_job import TrainingJob
from irisml.model.config import TrainingConfig
from irisml.registry.actor import Actor
from irisml.registry.version import REFERENCE_NUMBER
from irisml.service.serving import ServingModel


class TrainingSlot:
    """At most one training at a time, in a child process. Safe to share between threads.

    Parameters
    ----------
    location : str
        Registry of the new version, as for `open_registry`.
    serving : ServingModel
        A training starts only while its registry can be read.
    on_end : callable
        Called in another thread when a training has ended.

    Attributes
    ----------
    job : TrainingJob or None
        The training that runs, or the last one that ended.

    Examples
    --------
    >>> from irisml import FolderRegistry
    >>> TrainingSlot("models", ServingModel(FolderRegistry("models")), lambda: None).busy
    False
    """

    def __init__(self, location: str, serving: ServingModel, on_end: Callable[[], None]) -> None:
        self.job: TrainingJob | None = None
        self._location = location
        self._serving = serving
        self._on_end = on_end
        self._lock = threading.Lock()

    @property
    def busy(self) -> bool:
        """Whether a training runs."""
        return self.job is not None and self.job.running

    def start(
        self,
        config: TrainingConfig,
        *,
        by: Actor | None = None,
        dataset: int = REFERENCE_NUMBER,
        as_challenger: bool = False,
        searches: bool = False,
    ) -> TrainingJob:
        """Start a training; see `TrainingJob`.

        Raises
        ------
        TrainingBusyError
            If one runs.
        InvalidConfigError, UnknownModelTypeError
        RegistryUnusableError
            If the registry of the serving version is unavailable: a version that was compared with nothing would
            replace it.
        """
        config.validate()
        if (notice := self._serving.notice) and notice.registry_is_away:
            raise RegistryUnusableError(path=self._location, problem=Phrase(notice.template, notice.values))
        with self._lock:
            if self.busy:
                raise TrainingBusyError
            return self._start(config, by, dataset, as_challenger=as_challenger, searches=searches)

    def ensure_first(self) -> TrainingJob:
        """Return the training that runs or has ended; else start one with the default configuration.

        One that has ended is not repeated: it would end in the same way for every visitor. Call it only where
        the registry has no version: what the gate refused once it refuses again.
        """
        with self._lock:
            return self.job or self._start(TrainingConfig(), Actor("server"))

    def _start(
        self,
        config: TrainingConfig,
        by: Actor | None,
        dataset: int = REFERENCE_NUMBER,
        *,
        as_challenger: bool = False,
        searches: bool = False,
    ) -> TrainingJob:
        self.job = TrainingJob(
            config,
            self._location,
            on_end=self._on_end,
            by=by,
            dataset=dataset,
            as_challenger=as_challenger,
            searches=searches,
        )
        return self.job
