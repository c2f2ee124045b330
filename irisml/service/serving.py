"""The serving version in memory: it follows the release log and keeps serving if the registry fails."""

import logging
import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from irisml.domain.errors import (
    DamagedDatasetError,
    DamagedVersionError,
    DatasetNotFoundError,
    IrisError,
    NewerFormatError,
    RegistryUnusableError,
    VersionNotFoundError,
)
from irisml.domain.i18n import fill, sentence
from irisml.model.flower_counts import DataStudy
from irisml.registry.dataset_version import DatasetVersion
from irisml.registry.protocol import CHALLENGER, Registry
from irisml.registry.reference import reference_version
from irisml.registry.release_log import Release
from irisml.registry.version import ModelVersion
from irisml.releases.champion import serving_version

_log = logging.getLogger(__name__)
LOOK_EVERY_S = 0.5
"""A check costs two disk accesses. Done at each slider change, it doubled the latency: file I/O releases the GIL, and
under load a thread waits to get it back."""


@dataclass(frozen=True)
class Notice:
    """Why the version in memory is not, or may not be, the champion; shown to the presenter.

    Parameters
    ----------
    kind : str
        "registry_unreadable", "registry_empty", "registry_exchanged", "champion_unusable" or "release_unreadable".
    template : str
        English sentence with placeholders; a page translates it.
    values : dict of str
        What the placeholders stand for.
    since : datetime
        In UTC.
    """

    kind: str
    template: str
    values: dict[str, object]
    since: datetime

    @property
    def registry_is_away(self) -> bool:
        """Whether the registry of the version in memory is unavailable: a challenger cannot be compared with it."""
        return self.kind in _AWAY


class ServingModel:
    """The serving version, kept in memory and replaced in one step.

    With `follow`, a thread checks the registry twice per second, and no request waits for the
    disk. Without it, as in a command or a test, the first request after half a second checks.

    Parameters
    ----------
    registry : Registry
    clock : callable
        Returns seconds; for tests.

    Examples
    --------
    >>> from irisml import FolderRegistry
    >>> ServingModel(FolderRegistry("no/such/folder")).current()
    Traceback (most recent call last):
    irisml.domain.errors.VersionNotFoundError: There is no version champion. ...
    """

    def __init__(self, registry: Registry, clock: Callable[[], float] = time.monotonic) -> None:
        self.notice: Notice | None = None
        self._registry = registry
        self._clock = clock
        self._version: ModelVersion | None = None
        self._study: tuple[str, DataStudy | None] = ("", None)
        self._datasets: tuple[DatasetVersion, ...] = (reference_version(),)
        self._challenger: ModelVersion | None = None
        self._challenger_number: int | None = None
        self._newest: Release | None = None
        self._error: IrisError | None = None
        self._looked_at = -math.inf
        self._looking = threading.Lock()
        self._thread: threading.Thread | None = None
        self._told: set[str] = set()

    def current(self) -> ModelVersion:
        """Return the serving version.

        Raises
        ------
        VersionNotFoundError, NothingServesError
            If no version can serve yet.
        RegistryUnusableError
            If the registry cannot be read, and nothing was read from it before.
        """
        version = self._version
        if version is None and self._thread is not None and self._error is not None:
            raise self._error.with_traceback(None)  # the thread has just checked; a request need not wait
        if version is None or (self._thread is None and self._clock() - self._looked_at > LOOK_EVERY_S):
            self.look()
            version = self._version
        assert version is not None
        return version

    def in_memory(self) -> int | None:
        """Return the number of the serving version without looking at the registry; None if none was read yet."""
        version = self._version
        return None if version is None else version.number

    def study(self) -> DataStudy | None:
        """Return the study of the data set that the serving version learned from; None if there is none."""
        fingerprint, study = self._study
        return study if fingerprint == self.current().manifest.data_fingerprint else None

    def challenger(self) -> ModelVersion | None:
        """Return the challenger in memory, which a shadow asks; None if no version waits or it cannot be read."""
        return self._challenger

    def datasets(self) -> tuple[DatasetVersion, ...]:
        """Return the data sets of the registry, oldest first; at least the reference."""
        self.current()
        return self._datasets

    def look(self) -> None:
        """Check the registry now, and load its champion.

        While a version is in memory, no error is raised: it keeps serving, and `notice` has the reason.

        Raises
        ------
        VersionNotFoundError, NothingServesError, RegistryUnusableError
            If there is no version in memory.
        """
        with self._looking:
            self._looked_at = self._clock()
            try:
                away = self._refreshed()
                self._follow_log(away)
                self._error = None
            except IrisError as error:
                if self._version is None:
                    self._error = error
                    raise
                self._notify(_UNREADABLE, problem=error)

    def follow(self) -> None:
        """Start the thread that checks the registry; it ends with the process."""
        if self._thread is None:
            self._registry.follow()
            self._thread = threading.Thread(target=self._look_for_ever, name="irisml-serving", daemon=True)
            self._thread.start()

    def _refreshed(self) -> RegistryUnusableError | None:
        """Let the registry read what is new; return why it cannot, as what it has read before may still answer."""
        try:
            self._registry.refresh()
        except RegistryUnusableError as error:
            return error
        return None

    def _look_for_ever(self) -> None:
        pause = threading.Event()  # never set: a wait that does not delay the end of the process
        while True:
            pause.wait(LOOK_EVERY_S)
            try:
                self.look()
            except IrisError:
                continue  # no serving version yet: `current` raises the error
            except Exception:  # noqa: BLE001 - the thread must not end: the next check may succeed
                _log.exception("checking the registry failed")

    def _follow_log(self, away: RegistryUnusableError | None) -> None:
        log, version = self._registry.releases(), self._version
        if version is not None and not log.last and (self._newest is not None or not self._registry.versions()):
            self._notify(_EMPTY)  # an unmounted file share often looks like an empty folder
            return
        newest = log.releases[-1] if log.releases else None
        # While the serving version is not the champion, this is done at each check: damage may be repaired.
        if version is None or version.number != log.champion or newest != self._newest:
            found = serving_version(self._registry, self._tell_once)
            if version is not None and _of_another_registry(found, version):
                self._notify(_OTHER_REGISTRY)
                return
            if version is None or (found.number, found.forest_sha256) != (version.number, version.forest_sha256):
                self._version = version = found
                _log.info("version %s serves", found.number, extra={"event": "version_serves"})
        self._newest = newest
        self._look_at_data(version)
        self._look_at_challenger()
        if log.champion is not None and version.number != log.champion:
            self._notify(_FALLEN_BACK, champion=log.champion)
        elif log.last in log.unreadable:
            self._notify(_UNREADABLE_RELEASE, release=log.last)
        elif away is not None:
            self._notify(_UNREADABLE, problem=away)
        elif self.notice is not None:
            _log.warning("the registry can be read again: version %s serves", version.number)
            self.notice = None
            self._told.clear()

    def _look_at_data(self, version: ModelVersion) -> None:
        """Read the data sets, and the study of the one that serves until there is one.

        What cannot be read now is read at the next look; until then what was read before stands.
        """
        try:
            self._datasets = self._registry.datasets()
            if self._study[0] == version.manifest.data_fingerprint:
                return
            study = self._registry.study(version.manifest.dataset)
        except (RegistryUnusableError, DatasetNotFoundError, DamagedDatasetError, NewerFormatError) as error:
            self._tell_once(f"the data sets cannot be read now: {error}")
            return
        if study is not None and study.fingerprint == version.manifest.data_fingerprint:
            self._study = study.fingerprint, study

    def _look_at_challenger(self) -> None:
        try:
            number = self._registry.alias(CHALLENGER)
            if number == self._challenger_number:
                return
            self._challenger = None if number is None else self._registry.get(number, verified=True)
            self._challenger_number = number
        except RegistryUnusableError as error:
            self._tell_once(f"the challenger cannot be read now: {error}")  # the one before is asked until then
        except (VersionNotFoundError, DamagedVersionError, NewerFormatError) as error:
            self._challenger, self._challenger_number = None, number
            self._tell_once(f"the challenger cannot be asked in the background: {error}")

    def _notify(self, kind: str, **values: object) -> None:
        """Set and log `notice`, once per reason."""
        assert self._version is not None
        values = {"version": self._version.number, **values}
        before = self.notice
        if before is None or (before.kind, before.values) != (kind, values):
            since = before.since if before is not None and before.kind == kind else datetime.now(UTC)
            self.notice = Notice(kind, _TEMPLATES[kind], values, since)
            self._tell_once(fill(_TEMPLATES[kind], values))

    def _tell_once(self, text: str) -> None:
        if text not in self._told:  # otherwise it would be logged twice per second
            self._told.add(text)
            _log.warning("%s", text)


def _of_another_registry(found: ModelVersion, version: ModelVersion) -> bool:
    ids = {found.manifest.registry, version.manifest.registry}
    return None not in ids and len(ids) > 1


_UNREADABLE, _EMPTY, _OTHER_REGISTRY = "registry_unreadable", "registry_empty", "registry_exchanged"
_FALLEN_BACK, _UNREADABLE_RELEASE = "champion_unusable", "release_unreadable"
_TEMPLATES = {
    _UNREADABLE: sentence("Version {version} keeps serving from memory: {problem}"),
    _EMPTY: sentence(
        "Version {version} keeps serving from memory: the registry is empty. Is its folder still mounted?"
    ),
    _OTHER_REGISTRY: sentence(
        "Version {version} keeps serving from memory: its registry was replaced by another one. "
        "Restart the server to use the new registry."
    ),
    _FALLEN_BACK: sentence("Version {version} serves, because champion {champion} cannot be used. See the log."),
    _UNREADABLE_RELEASE: sentence(
        "Version {version} serves, but release {release}, the newest one, cannot be read. See the log."
    ),
}
_AWAY = {_UNREADABLE, _EMPTY, _OTHER_REGISTRY}
