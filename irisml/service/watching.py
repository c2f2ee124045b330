"""The watch over production in memory: computed from the events every two seconds while somebody looks."""

import logging
import math
import threading
import time
from collections.abc import Callable

from irisml.domain.errors import IrisError
from irisml.domain.measurements import predicted_species
from irisml.monitoring.drift import Flower
from irisml.monitoring.event_files import EventReader, events_folder
from irisml.monitoring.events import PredictionEvent
from irisml.monitoring.watch import HOURS, WatchReport, watch_report
from irisml.registry.protocol import Registry
from irisml.registry.version import ModelVersion
from irisml.service.serving import ServingModel

EVERY_S, _ASKED_WITHIN_S = 2.0, 30.0
_log = logging.getLogger(__name__)


class Watching:
    """Keeps the report of the watch.

    With `follow`, a thread computes it while somebody looks, and only the first request waits for the disk. Without
    it, as in a command or a test, each request computes.

    Parameters
    ----------
    registry : Registry
    serving : ServingModel
    location : str
        Of the registry, which has the folder of the events.
    clock : callable
        Returns seconds; for tests.
    """

    def __init__(
        self, registry: Registry, serving: ServingModel, location: str, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._registry, self._serving = registry, serving
        self._reader = EventReader(events_folder(location))
        self._clock = clock
        self._computing, self._starting = threading.Lock(), threading.Lock()
        self._report: WatchReport | None = None
        self._events: tuple[PredictionEvent, ...] = ()
        self._learned: tuple[str, tuple[Flower, ...]] = ("", ())
        self._asked_at = self._computed_at = -math.inf
        self._error: IrisError | None = None
        self._follows = False
        self._thread: threading.Thread | None = None

    def report(self) -> WatchReport:
        """Return the report of the last `HOURS` hours.

        Raises
        ------
        EventsUnusableError
            If the events cannot be read now.
        VersionNotFoundError, NothingServesError, RegistryUnusableError, DamagedDatasetError
            If there is no serving version, or the flowers that it learned from cannot be read.
        """
        self._asked_at = self._clock()
        if not self._follows:
            return self.compute()
        report = self._report
        if report is None or self._clock() - self._computed_at > _ASKED_WITHIN_S:
            with self._starting:  # of many who come at once, one computes
                if self._clock() - self._computed_at > EVERY_S:
                    self._error = None
                    self._compute_or_keep_error()
            report = self._report
        if self._error is not None:
            raise self._error.with_traceback(None)
        assert report is not None
        self._start_thread()
        return report

    def events(self) -> tuple[PredictionEvent, ...]:
        """Return the events of the last report, oldest first."""
        return self._events

    def compute(self, hours: float = HOURS) -> WatchReport:
        """Read the new events, and compute the report now; raises as `report`."""
        with self._computing:
            version = self._serving.current()
            challenger = self._serving.challenger()
            self._events = self._reader.read()
            self._report = watch_report(
                self._events,
                version=version.number,
                created=version.manifest.created,
                learned=self._learned_by(version),
                challenger=None if challenger is None else challenger.number,
                now=time.time(),
                hours=hours,
                n_damaged=self._reader.n_damaged,
            )
            return self._report

    def follow(self) -> None:
        """Let a thread compute from the second request on."""
        self._follows = True

    def _learned_by(self, version: ModelVersion) -> tuple[Flower, ...]:
        fingerprint = version.forest_sha256
        if self._learned[0] != fingerprint:
            from irisml.registry.learned import learned_lengths  # imports numpy, which a server needs first here

            forest = version.load_forest()
            lengths = learned_lengths(self._registry, version)
            self._learned = fingerprint, tuple((x, predicted_species(forest.predict_proba(x))) for x in lengths)
        return self._learned[1]

    def _compute_or_keep_error(self) -> None:
        try:
            self.compute()
            self._error = None
        except IrisError as error:
            self._error = error
        self._computed_at = self._clock()

    def _start_thread(self) -> None:
        with self._starting:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._compute_while_asked, name="irisml-watch", daemon=True)
                self._thread.start()

    def _compute_while_asked(self) -> None:
        pause = threading.Event()  # never set: a wait that does not delay the end of the process
        while self._clock() - self._asked_at < _ASKED_WITHIN_S:
            pause.wait(EVERY_S)
            try:
                self._compute_or_keep_error()
            except Exception:  # noqa: BLE001 - the thread must not end: the next report may succeed
                _log.exception("computing the watch failed")
