"""Record predictions off the hot path: a bounded queue, and one thread that asks the shadow and writes files."""

import logging
import secrets
import threading
import time
from bisect import bisect_left
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from irisml.domain.errors import IrisError
from irisml.model.prediction import Prediction
from irisml.monitoring.event_files import EventWriter
from irisml.monitoring.events import Door, PredictionEvent, event_of, with_shadow
from irisml.registry.version import ModelVersion

LATENCY_MS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 50.0)
"""Upper limits of the classes of latencies that are counted."""
_MOST_QUEUED = 10_000
_WRITE_EVERY_S = 0.5
_QUEUE_FULL = "they come faster than they can be written"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a recorder has counted since its start.

    Parameters
    ----------
    n_predictions : dict of (int, str, str) to int
        By version, species and door.
    n_dropped : int
        Events that were not written: the queue was full, or the disk refused them.
    latency_counts : tuple of int
        Predictions by time: up to each of `LATENCY_MS`, and beyond; not cumulative.
    latency_sum_ms : float
    problem : str
        Why events are being dropped; empty while they are written.
    """

    n_predictions: dict[tuple[int, str, str], int]
    n_dropped: int
    latency_counts: tuple[int, ...]
    latency_sum_ms: float
    problem: str


class Recorder:
    """Takes predictions without waiting, and writes them in a thread.

    Parameters
    ----------
    writer : EventWriter or None
        None keeps no event; predictions are counted all the same.
    keeps : bool
        Whether new events are kept; the writer deletes old ones in any case.
    challenger : callable
        Returns the version that waits, or None; called in the thread.
    most_queued : int
        Events that wait to be written; further ones are dropped and counted.

    Attributes
    ----------
    instance : str
        Name of this instance, which its folder of events has, too.

    Examples
    --------
    >>> Recorder(None, lambda: None).recorded().n_dropped
    0
    """

    def __init__(
        self,
        writer: EventWriter | None,
        challenger: Callable[[], ModelVersion | None],
        *,
        keeps: bool = True,
        most_queued: int = _MOST_QUEUED,
    ) -> None:
        self.instance = secrets.token_hex(4) if writer is None else writer.instance
        self._writer, self._challenger = writer, challenger
        self._keeps, self._most_queued = keeps, most_queued
        self._queue: deque[PredictionEvent] = deque()
        self._counting = threading.Lock()
        self._n_predictions: Counter[tuple[int, str, str]] = Counter()
        self._latency_counts = [0] * (len(LATENCY_MS) + 1)
        self._latency_sum_ms = 0.0
        self._n_dropped = 0
        self._problem = ""
        self._thread: threading.Thread | None = None
        self._ending = threading.Event()

    def record(self, predictions: Sequence[Prediction], version: ModelVersion, door: Door, seconds: float) -> None:
        """Count predictions of a version, and queue their events; takes microseconds, and never waits for a disk.

        Parameters
        ----------
        predictions : sequence of Prediction
        version : ModelVersion
            That answered.
        door : str
        seconds : float
            Time that all of them took.
        """
        if not predictions:
            return
        now, ms = time.time(), 1000 * seconds / len(predictions)
        events: list[PredictionEvent] = []
        if self._keeps and self._writer is not None and self._thread is not None:
            dataset = version.manifest.dataset
            events = [
                event_of(prediction, version=version.number, dataset=dataset, door=door, ms=ms, time=now)
                for prediction in predictions
            ]
        with self._counting:
            self._latency_counts[bisect_left(LATENCY_MS, ms)] += len(predictions)
            self._latency_sum_ms += 1000 * seconds
            for prediction in predictions:
                self._n_predictions[version.number, prediction.species, door] += 1
            free = max(0, self._most_queued - len(self._queue))
            self._queue.extend(events[:free])
            n_over = max(0, len(events) - free)
            self._n_dropped += n_over
        if n_over:
            self._tell(_QUEUE_FULL)

    def start(self) -> None:
        """Start the thread; it ends with the process, or by `stop`."""
        if self._writer is not None and self._thread is None:
            self._thread = threading.Thread(target=self._write_for_ever, name="irisml-events", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Write what is queued, and end the thread."""
        self._ending.set()
        if self._thread is not None:
            self._thread.join(timeout=5)

    def write_queued(self) -> None:
        """Ask the shadow about the queued events, and write them; what the disk refuses is dropped and counted."""
        assert self._writer is not None
        with self._counting:
            events = list(self._queue)
            self._queue.clear()
        if not events:
            return
        try:
            self._writer.write(self._shadowed(events))
        except Exception as error:
            with self._counting:
                self._n_dropped += len(events)
            if not isinstance(error, OSError):
                raise
            self._tell(error.strerror or str(error))
        else:
            if self._problem:
                _log.warning("events of predictions are written again; dropped so far: %s", self._n_dropped)
            self._problem = ""

    def _tell(self, problem: str) -> None:
        if problem != self._problem:
            _log.warning("events of predictions are dropped: %s", problem)
        self._problem = problem

    def recorded(self) -> Recorded:
        """Return the counts since the start."""
        with self._counting:
            counts, latencies = dict(self._n_predictions), tuple(self._latency_counts)
            return Recorded(counts, self._n_dropped, latencies, self._latency_sum_ms, self._problem)

    def _shadowed(self, events: list[PredictionEvent]) -> list[PredictionEvent]:
        challenger = self._challenger()
        if challenger is None:
            return events
        try:
            forest = challenger.load_forest()
        except IrisError as error:
            _log.warning("the challenger is not asked in the background: %s", error)
            return events
        return [
            event if event.version == challenger.number else with_shadow(event, challenger.number, forest)
            for event in events
        ]

    def _write_for_ever(self) -> None:
        while not self._ending.wait(_WRITE_EVERY_S):
            self._write_safely()
        self._write_safely()
        if self._writer is not None:
            self._writer.close()

    def _write_safely(self) -> None:
        try:
            if self._writer is not None:
                self._writer.sweep()
            self.write_queued()
        except Exception:  # noqa: BLE001 - the thread must not end: the next events may be written
            _log.exception("writing events failed")
