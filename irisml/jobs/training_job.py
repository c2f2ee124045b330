"""Training in a child process, so that serving stays fast and is not affected by a crash.

The child is ``python -m irisml train --progress=json``. It prints one of the `irisml.jobs.events` per
line; other lines, which libraries print, are ignored. A version is created by a rename, so a
child that is cancelled or killed leaves no version.
"""

import logging
import os
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cached_property

import msgspec

from irisml.domain.errors import TrainingCancelledError, TrainingFailedError, TrainingInterruptedError
from irisml.domain.i18n import Phrase, sentence
from irisml.jobs.child_process import CANCEL, child_environment, irisml_command
from irisml.jobs.events import Event, Failure, TrainingResult
from irisml.model.config import TrainingConfig
from irisml.model.search_result import SearchResult
from irisml.registry.actor import Actor
from irisml.registry.version import REFERENCE_NUMBER
from irisml.training.progress import Progress

_log = logging.getLogger(__name__)
_LOW_PRIORITY = 10
_KILL_AFTER_S = 5
_OURS = "Error: "


class TrainingJob:
    """A training under way in a child process.

    Parameters
    ----------
    config : TrainingConfig
    registry_location : str
        As for `open_registry`.
    by : Actor, optional
        Who trains; by default the user of the child process.
    dataset : int, optional
        Number of the data set to learn from; by default the reference.
    as_challenger : bool
        Whether a version that passes the gate waits instead of becoming champion.
    searches : bool
        Whether the child searches for the configuration first, see `irisml.jobs.searching`: *config* gives its seed.
    on_end : callable, optional
        Called once, in another thread, when the child has ended, before `running` becomes false.

    Attributes
    ----------
    found : SearchResult or None
        What the search has found; None before, and without one.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as models:
    ...     TrainingJob(TrainingConfig("decision_tree"), models).wait().version
    1
    """

    def __init__(
        self,
        config: TrainingConfig,
        registry_location: str,
        on_end: Callable[[], None] = lambda: None,
        *,
        by: Actor | None = None,
        dataset: int = REFERENCE_NUMBER,
        as_challenger: bool = False,
        searches: bool = False,
    ) -> None:
        self.config = config
        self.found: SearchResult | None = None
        self.progress: Progress | None = None
        self._folds: list[tuple[int, int]] = []
        self._result: TrainingResult | None = None
        self._cancelled = False
        self._on_end = on_end
        self._started = time.monotonic()
        options = [f"--data={dataset}", *([f"--by={by.kind}"] if by else [])]
        if searches:
            # One process: a second core stays with the visitors, and a cancellation leaves no workers behind.
            options += [f"--random-state={config.random_state}", "--jobs=1"]
        else:
            options += [*config.as_options(), *(["--as-challenger"] if as_challenger else [])]
        self._child = subprocess.Popen(
            irisml_command(registry_location, "search" if searches else "train", "--progress=json", *options),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=child_environment(),
            encoding="utf-8",
            errors="replace",  # a library may print bytes that are not text
            creationflags=getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0),  # exists on Windows only
        )
        if os.name != "nt":
            os.setpriority(os.PRIO_PROCESS, self._child.pid, _LOW_PRIORITY)
        self._failed: Failure | None = None
        self._errors: list[str] = []
        self._readers = [threading.Thread(target=read, daemon=True) for read in (self._read_output, self._read_errors)]
        for reader in self._readers:
            reader.start()

    @property
    def running(self) -> bool:
        """Whether the child has not ended yet."""
        return any(reader.is_alive() for reader in self._readers) or self._child.poll() is None

    @property
    def folds(self) -> tuple[tuple[int, int], ...]:
        """Folds of the cross-validation so far: correct predictions and number of flowers of each, in order."""
        return tuple(self._folds)

    @property
    def cancelled(self) -> bool:
        """Whether `cancel` was called in time."""
        return self._cancelled and self._result is None

    @property
    def seconds_left(self) -> float | None:
        """Estimated time to the end in seconds; None before the first fits are done."""
        if self.progress is None or self.progress.done < 2:
            return None
        elapsed = time.monotonic() - self._started
        return elapsed * (self.progress.of - self.progress.done) / self.progress.done

    def cancel(self) -> None:
        """End the child; nothing is saved. No effect once it has ended or is saving its version.

        The child decides whether to end or to save; one that does not react is killed, unless it is saving.
        """
        if not self.running:
            return
        self._cancelled = True
        assert self._child.stdin is not None
        with suppress(OSError, ValueError):  # the child has just ended
            self._child.stdin.write(f"{CANCEL}\n")
            self._child.stdin.flush()
        try:
            self._child.wait(_KILL_AFTER_S)
        except subprocess.TimeoutExpired:
            if self._saving:
                return
            self._child.kill()
            self._child.wait()
        for reader in self._readers:  # until they have ended, too, `running` is true
            reader.join(_KILL_AFTER_S)

    @property
    def _saving(self) -> bool:
        return self.progress is not None and self.progress.step == "save"

    def wait(self, timeout: float | None = None) -> TrainingResult:
        """Wait for the end and return the result.

        Parameters
        ----------
        timeout : float, optional
            Maximum time to wait, in seconds.

        Raises
        ------
        TrainingFailedError
            If the child ended without a result.
        TrainingCancelledError
            If it was cancelled before it had a result.
        TimeoutError
            If it is still running after *timeout*.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        for reader in self._readers:
            reader.join(None if deadline is None else max(0.0, deadline - time.monotonic()))
            if reader.is_alive():
                raise TimeoutError(f"the training is still running after {timeout} s")
        self._child.wait()
        if failure := self.failure():
            raise failure
        assert self._result is not None
        return self._result

    def failure(self) -> TrainingFailedError | TrainingCancelledError | None:
        """Why there is no result; None while the child runs, or if there is a result."""
        return None if self.running or self._result is not None else self._failure

    @cached_property
    def _failure(self) -> TrainingFailedError | TrainingCancelledError:
        exit_code = self._child.wait()
        if self._cancelled and not self._saving:
            return TrainingCancelledError()
        _log.error("training process ended with %s:\n%s", exit_code, "\n".join(self._errors))
        if self._failed is not None:
            return TrainingFailedError(problem=Phrase(self._failed.template, self._failed.values))
        kind = TrainingInterruptedError if self._saving else TrainingFailedError
        # Only lines with this prefix are errors of irisml; a library's warning does not explain a killed process.
        ours = [line.removeprefix(_OURS) for line in self._errors if line.startswith(_OURS)]
        if ours:
            return kind(problem=ours[-1])
        ended = sentence("its process was ended by signal {code} (is there enough memory?).")
        if exit_code >= 0:
            ended = sentence("its process ended with exit code {code}.")
        return kind(problem=Phrase(ended, {"code": abs(exit_code)}))

    def _read_output(self) -> None:
        assert self._child.stdout is not None
        with self._child.stdout as lines:
            for line in lines:
                try:
                    event = msgspec.json.decode(line, type=Event)
                except msgspec.DecodeError:
                    _log.warning("the training process printed: %.200s", line.rstrip())
                    continue
                if isinstance(event, Progress):
                    self.progress = event
                    if event.n_correct is not None and event.n_test is not None:
                        self._folds.append((event.n_correct, event.n_test))
                elif isinstance(event, Failure):
                    self._failed = event
                elif isinstance(event, SearchResult):
                    self.found = event
                else:
                    self._result = event
        assert self._child.stdin is not None
        with suppress(OSError):  # a cancellation that came too late cannot be flushed
            self._child.stdin.close()
        said = {"event": "training_ended", "duration_ms": round(1000 * (time.monotonic() - self._started))}
        _log.info("a training ended", extra=said)
        self._on_end()

    def _read_errors(self) -> None:
        assert self._child.stderr is not None
        with self._child.stderr as lines:
            self._errors.extend(line.rstrip() for line in lines if line.strip())
