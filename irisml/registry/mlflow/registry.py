"""Registry on an MLflow tracking server: for a team, and for several instances of the app."""

import logging
import os
import re
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from msgspec import structs

from irisml.domain.errors import (
    ChampionMovedError,
    DamagedDatasetError,
    DamagedVersionError,
    DatasetNotFoundError,
    IrisError,
    NewerFormatError,
    RegistryUnusableError,
    TrackingServerError,
    VersionNotFoundError,
)
from irisml.model.flower_counts import DataStudy
from irisml.model.gate_report import GateReport
from irisml.registry.actor import Actor
from irisml.registry.dataset_version import DATASET_FORMAT, DatasetDraft, DatasetVersion
from irisml.registry.location import local_folder, mlflow_address
from irisml.registry.mlflow.dataset_run import publish_dataset
from irisml.registry.mlflow.file_cache import FileCache, write_over
from irisml.registry.mlflow.mirror import (
    CONTENT_TAG,
    SIGNATURE_TAG,
    STUDY_SIGNATURE_TAG,
    STUDY_TAG,
    Entry,
    Mirror,
    Replay,
    replay,
)
from irisml.registry.mlflow.model_folder import check_installed, model_folder_in_child, write_model_folder
from irisml.registry.mlflow.reader import Reader
from irisml.registry.mlflow.rest import RefusedError, Rest
from irisml.registry.mlflow.store import DATASETS, RELEASES, VERSIONS, Store
from irisml.registry.mlflow.training_run import publish
from irisml.registry.protocol import ALIASES, CHAMPION, PREVIOUS, Candidate
from irisml.registry.reference import reference_version
from irisml.registry.release_log import MOVED_IN_MLFLOW, PROMOTE, Action, Release, ReleaseLog
from irisml.registry.signing import sign, signing_key
from irisml.registry.version import ESTIMATOR_FILE, FORMAT, REFERENCE_NUMBER, ModelVersion
from irisml.registry.version_files import write_model

_log = logging.getLogger(__name__)
_NUMBER = re.compile(r"[0-9]{1,9}")
_WHOLE_EVERY_S = 60.0
"""So often the lists are read again as a whole, to see what was deleted in MLflow."""
_LONGEST_PAUSE_S = 30.0
_SEEN_TWICE_S = 1.0
_AGAIN_AFTER_S = (0.02, 0.05, 0.1, 0.2, 0.5)


class MlflowRegistry:
    """Registry on a tracking server.

    A command reads the server at each call. In a server process, see `follow`, reads take what `refresh` has read
    last, so that no visitor waits for the network, and the last state is kept on the disk for a start without the
    tracking server.

    Safe to share between threads and processes.

    Parameters
    ----------
    location : str
        ``mlflow+http://host:5000``; see `irisml.registry.location.mlflow_address`.
    folder : Path, optional
        For copies of files; by default `local_folder`.
    clock : callable
        Returns seconds; for tests.

    Raises
    ------
    InvalidSettingError
        If *location* is not such an address.

    Examples
    --------
    >>> MlflowRegistry("mlflow+http://127.0.0.1:1", Path("no/such/folder")).versions()
    Traceback (most recent call last):
    irisml.domain.errors.TrackingServerError: mlflow+http://127.0.0.1:1 cannot be used: ...
    """

    def __init__(
        self, location: str, folder: Path | None = None, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        address = mlflow_address(location)
        assert address is not None, location
        self.location = str(address)
        self.folder = local_folder(location) if folder is None else folder
        self._clock = clock
        self._rest = Rest(address.url)
        self._store = Store(self._rest, address.name)
        cache = FileCache(self.folder / "files")
        self._reader = Reader(self._rest, cache, self.location)
        self._copies = Reader(None, cache, self.location)
        self._kept = self.folder / "mirror.json"
        self._mirror: Mirror | None = None
        self._replayed: tuple[Mirror, Replay] | None = None
        self._fetched: set[str] = set()
        self._follows = False
        self._refreshing = threading.Lock()
        self._whole_at = -_WHOLE_EVERY_S
        self._pause_s, self._next_at = 0.0, -1.0
        self._away: OSError | None = None
        self._odd: tuple[tuple[int | None, int], float] | None = None
        self._told: set[str] = set()

    def __repr__(self) -> str:
        return f"MlflowRegistry({self.location!r})"

    # --- following the server ---------------------------------------------------------------------------

    def follow(self) -> None:
        """From now on answer from memory; the caller calls `refresh` again and again."""
        self._follows = self._rest.keeps_connections = True

    def refresh(self) -> None:
        """Read what is new, and record a champion that was chosen in MLflow.

        After a failure the server is asked again after a pause, which doubles up to half a minute.

        Raises
        ------
        RegistryUnusableError
            If the server cannot be read now.
        """
        with self._usable():
            if self._follows and self._away is not None and self._clock() < self._next_at:
                raise self._away
            try:
                mirror = self._read_server()
            except OSError as error:
                self._pause_s = min(_LONGEST_PAUSE_S, max(0.5, 2 * self._pause_s))
                self._away, self._next_at = error, self._clock() + self._pause_s
                raise
            self._away, self._pause_s = None, 0.0
            if self._follows:
                self._settle(mirror)

    @property
    def _reading(self) -> Reader:
        return self._copies if self._follows else self._reader

    def _state(self) -> Mirror:
        """Return the state to answer from.

        Raises
        ------
        OSError
            If there is none, and the server cannot be read now.
        """
        if not self._follows:
            return self._read_server()
        if self._mirror is None:
            self._mirror = self._from_disk()
        if self._mirror is None:
            if self._away is not None:
                raise self._away
            return self._read_server()
        return self._mirror

    def _read_server(self, *, whole: bool = False) -> Mirror:
        with self._refreshing:
            before = self._mirror or Mirror()
            whole = whole or self._clock() - self._whole_at >= _WHOLE_EVERY_S
            mirror = self._store.read(before, whole=whole)
            if self._follows:
                self._fetch(mirror)  # before anybody sees it
            if whole:
                self._whole_at = self._clock()
            if mirror != before:
                self._keep(mirror)
            self._mirror = mirror
            return mirror

    def _fetch(self, mirror: Mirror) -> None:
        """Copy the files of versions and data sets that are not here yet, so that later reads need no network."""
        for item in (*mirror.versions, *mirror.datasets):
            if item.content and item.content not in self._fetched:
                try:
                    self._fetch_entry(item, mirror)
                except (DamagedVersionError, DamagedDatasetError, NewerFormatError):
                    pass  # whoever asks for it is told
                except RefusedError as error:  # of this entry only: the others are followed
                    self._tell_once(f"a file of {item.files} is refused: {error.strerror}")
                except RegistryUnusableError as error:
                    if not isinstance(error.__cause__, RefusedError):
                        raise OSError(0, str(error)) from error
                    self._tell_once(str(error))
                self._fetched.add(item.content)

    def _fetch_entry(self, item: Entry, mirror: Mirror) -> None:
        if item in mirror.datasets:
            self._reader.dataset(item, mirror.registry).checked_flowers()
        else:
            version = self._reader.version(item, mirror.registry)
            for name in version.manifest.files:
                version.checked_file(name)

    def _keep(self, mirror: Mirror) -> None:
        try:
            write_over(self._kept, msgspec.json.encode(mirror))
        except OSError as error:
            self._tell_once(f"{self._kept} cannot be written: a start without the tracking server will fail ({error})")

    def _from_disk(self) -> Mirror | None:
        try:
            return msgspec.json.decode(self._kept.read_bytes(), type=Mirror)
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            self._tell_once(f"{self._kept} cannot be used: {error}")
            return None

    # --- versions ---------------------------------------------------------------------------------------

    def check_writable(self) -> None:
        """Check that the server can be written, so that a long training does not fail at its end."""
        check_installed()
        with self._usable():
            self._store.prepare()
            self._store.probe()

    def register(self, candidate: Candidate) -> ModelVersion:
        """Register *candidate* as the next version, atomically: if this raises, there is no new version."""
        check_installed()
        with self._usable():
            registry_id = self._store.prepare()
            with tempfile.TemporaryDirectory(prefix="irisml-") as scratch:
                manifest = write_model(Path(scratch), candidate, registry_id)
                files = {name: (Path(scratch) / name).read_bytes() for name in manifest.files}
            number = publish(
                self._store, manifest, files, lambda folder: write_model_folder(candidate.run.estimator, folder)
            )
            return self._registered(number)

    def adopt(self, version: ModelVersion, gate: GateReport, dataset: int = REFERENCE_NUMBER) -> ModelVersion:
        """Copy a version of another registry as the next one; if one has the same trees, return that instead."""
        with self._usable():
            registry_id = self._store.prepare()
            files = {name: version.checked_file(name) for name in version.manifest.files}
            if held := self.find(version.forest_sha256):
                return held
            manifest = structs.replace(
                version.manifest, version=0, format=FORMAT, gate=gate, dataset=dataset, registry=registry_id
            )
            pickled = files[ESTIMATOR_FILE]
            number = publish(
                self._store, manifest, files, lambda folder: model_folder_in_child(pickled, folder, os.environ)
            )
            # MLflow cannot refuse the second of two who adopt the same trees at once: the later one takes its own back.
            first = min(held.number for held in self._all_versions() if held.forest_sha256 == version.forest_sha256)
            if first < number:
                self._store.delete(VERSIONS, number)
            return self._registered(first)

    def _registered(self, number: int) -> ModelVersion:
        with _was_sent(f"version {number}"):
            mirror = self._read_server(whole=True)
        return self._reader.version(next(item for item in mirror.versions if item.number == number), mirror.registry)

    def find(self, forest_sha256: str) -> ModelVersion | None:
        """Return the newest readable version with these trees; None if there is none."""
        return next((held for held in reversed(self.versions()) if held.forest_sha256 == forest_sha256), None)

    def versions(self) -> tuple[ModelVersion, ...]:
        """Return all readable versions, oldest first; a damaged one is omitted with a warning."""
        with self._usable():
            return self._versions_of(self._state())

    def _all_versions(self) -> tuple[ModelVersion, ...]:
        return self._versions_of(self._read_server(whole=True))

    def _versions_of(self, mirror: Mirror) -> tuple[ModelVersion, ...]:
        found = []
        for item in mirror.versions:
            try:
                found.append(self._reading.version(item, mirror.registry))
            except (DamagedVersionError, NewerFormatError) as error:
                self._tell_once(str(error))
        return tuple(found)

    def get(self, version: int | str, *, verified: bool = False) -> ModelVersion:
        """Return the version of that number or alias; see `Registry.get`."""
        text = str(version)
        with self._usable():
            mirror = self._state()
            if _NUMBER.fullmatch(text):
                number = int(text)
            elif text in ALIASES and (standing_for := self._alias(text, mirror)) is not None:
                number = standing_for
            else:
                raise VersionNotFoundError(version=text[:40])
            item = next((item for item in mirror.versions if item.number == number), None)
            if item is None:
                raise VersionNotFoundError(version=text)
            found = self._reading.version(item, mirror.registry)
        if verified:
            found.verify()
        return found

    # --- data sets --------------------------------------------------------------------------------------

    def add_dataset(self, draft: DatasetDraft) -> DatasetVersion:
        """Add a data set as the next one, atomically: if this raises, there is no new data set."""
        with self._usable():
            from irisml.registry.drafted import drafted  # imports numpy, which a server does without

            record, content = drafted(draft)
            number = publish_dataset(self._store, structs.replace(record, registry=self._prepare_datasets()), content)
            return self._dataset(number, self._read_server())

    def adopt_dataset(self, dataset: DatasetVersion, parent: int) -> int:
        """Copy a data set of another registry, and return its number here; see `Registry.adopt_dataset`."""
        with self._usable():
            content = dataset.checked_flowers()
            registry_id = self._prepare_datasets()
            if held := self._with_flowers(dataset.record.flowers_sha256):
                return held[0]
            record = structs.replace(
                dataset.record, number=parent + 1, parent=parent, format=DATASET_FORMAT, registry=registry_id
            )
            number = publish_dataset(self._store, record, content)
            first = self._with_flowers(dataset.record.flowers_sha256)[0]
            if first < number:
                self._store.delete(DATASETS, number)
            return first

    def _prepare_datasets(self) -> str:
        """Return the registry's id; the first entry of the data sets is the reference, which is number 1 everywhere."""
        registry_id = self._store.prepare()
        if not self._read_server().latest[DATASETS]:
            run = self._store.start_run("data set 1", int(1000 * time.time()), {})
            self._store.end_run(run)
            told = "The reference: the 150 flowers that come with irisml."
            self._store.add(DATASETS, run.files, run.run_id, {}, description=told)
        return registry_id

    def _with_flowers(self, digest: str) -> list[int]:
        own = self._datasets_of(self._read_server(whole=True))
        return sorted(dataset.number for dataset in own if dataset.record.flowers_sha256 == digest)

    def datasets(self) -> tuple[DatasetVersion, ...]:
        """Return all readable data sets, oldest first, from number 1, the reference."""
        with self._usable():
            return self._datasets_of(self._state())

    def _datasets_of(self, mirror: Mirror) -> tuple[DatasetVersion, ...]:
        found = [reference_version()]
        for item in mirror.datasets:
            if item.content:
                try:
                    found.append(self._reading.dataset(item, mirror.registry))
                except (DamagedDatasetError, NewerFormatError) as error:
                    self._tell_once(str(error))
        return tuple(found)

    def dataset(self, number: int) -> DatasetVersion:
        """Return the data set of that number; see `Registry.dataset`."""
        if number == REFERENCE_NUMBER:
            return reference_version()
        with self._usable():
            return self._dataset(number, self._state())

    def _dataset(self, number: int, mirror: Mirror) -> DatasetVersion:
        item = next((item for item in mirror.datasets if item.number == number and item.content), None)
        if item is None:
            raise DatasetNotFoundError(number=number)
        return self._reading.dataset(item, mirror.registry)

    def study(self, dataset: int) -> DataStudy | None:
        """Return the study of a data set; None if there is none yet, or it is damaged."""
        with self._usable():
            mirror = self._state()
            item = next((item for item in mirror.datasets if item.number == dataset), None)
            study = None if item is None else self._reader.study(item)
            if study is None:
                return None
            own = reference_version() if dataset == REFERENCE_NUMBER else self._dataset(dataset, mirror)
            return study if study.fingerprint == own.record.fingerprint else None

    def save_study(self, dataset: int, study: DataStudy) -> None:
        """Save the study of a data set, unless there is one."""
        with self._usable():
            self._prepare_datasets()
            if self.study(dataset) is not None:
                return
            content = msgspec.json.encode(study)
            if key := signing_key():
                self._store.tag(DATASETS, dataset, STUDY_SIGNATURE_TAG, sign(content, key).decode())
            self._store.tag(DATASETS, dataset, STUDY_TAG, content.decode())
            self._read_server(whole=True)

    # --- releases ---------------------------------------------------------------------------------------

    def alias(self, name: str) -> int | None:
        """Return the version number of the alias "champion", "previous" or "challenger"; None if it is not set."""
        with self._usable():
            return self._alias(name, self._state())

    def _alias(self, name: str, mirror: Mirror) -> int | None:
        log = self._replay(mirror).log
        if name == CHAMPION:
            return log.champion
        if name == PREVIOUS:
            return log.previous
        return log.challenger(item.number for item in mirror.versions if item.content)

    def releases(self) -> ReleaseLog:
        """Return the current release log."""
        with self._usable():
            return self._replay(self._state()).log

    def _replay(self, mirror: Mirror) -> Replay:
        known = self._replayed
        if known is not None and known[0].tickets is mirror.tickets and known[0].registry == mirror.registry:
            return known[1]
        found = replay(mirror.tickets, lambda ticket: self._reader.release(ticket, mirror.registry))
        for problem in found.problems:
            self._tell_once(problem)
        self._replayed = mirror, found
        return found

    def release(
        self, action: Action, version: int, *, follows: int, by: Actor, reason: str, forced: bool = False
    ) -> Release:
        """Make *version* the champion if *follows* is still the number of the newest release; see `Registry.release`.

        MLflow gives the attempt a number, and every reader decides alike which attempts count: see `replay`.
        """
        with self._usable():
            mirror = self._read_server()
            registry_id = mirror.registry or self._store.prepare()
            found = self._replay(mirror)
            if found.newer is not None:
                raise found.newer
            if found.log.last == follows:
                release = Release(
                    number=follows + 1,
                    follows=follows,
                    action=action,
                    champion=version,
                    replaced=found.log.champion,
                    forced=forced,
                    by=by,
                    reason=reason,
                    time=datetime.now(UTC),
                    registry=registry_id,
                )
                ticket = self._take_ticket(release, mirror)
                with _was_sent(f"release {release.number}"):
                    mirror = self._read_until_whole(ticket)
                found = self._replay(mirror)
                if ticket in found.counted:
                    self._show_champion(found.log)
                    return release
            if not found.log.releases:
                raise OSError(0, f"release {follows} is missing, but existed before")
            raise found.log.moved()

    def _read_until_whole(self, ticket: int) -> Mirror:
        """Return the state with all tags of this ticket and of the one before, which decide together."""
        for pause_s in _AGAIN_AFTER_S:
            mirror = self._read_server()
            newest = [item for item in mirror.tickets if item.number <= ticket][-2:]
            if newest and newest[-1].number == ticket and all(item.token for item in newest):
                return mirror
            time.sleep(pause_s)
        if newest and newest[-1].number == ticket and newest[-1].token:
            return mirror  # the one before is not of irisml
        raise OSError(0, "the tracking server does not show it yet")

    def _take_ticket(self, release: Release, mirror: Mirror) -> int:
        content = msgspec.json.encode(release)
        key = signing_key()
        told = {CONTENT_TAG: content.decode(), SIGNATURE_TAG: sign(content, key).decode() if key else ""}
        item = next((item for item in mirror.versions if item.number == release.champion and item.files), None)
        if item is None:
            run = self._store.start_run(f"release {release.number}", int(1000 * time.time()), {})
            source, run_id, model_id = run.files, run.run_id, ""
        else:
            source, run_id, model_id = item.source, item.run_id, item.source.removeprefix("models:/")
        text = (
            f"Release {release.number}: {release.action} version {release.champion}, by {release.by}. {release.reason}"
        )
        return self._store.add(RELEASES, source, run_id, told, model_id=model_id, description=text)

    def _show_champion(self, log: ReleaseLog) -> None:
        """Let MLflow's alias agree with the log, which alone decides; if that fails, a server does it later."""
        try:
            while log.champion is not None:
                self._store.set_alias(log.champion, log.last)
                newer = self._replay(self._read_server()).log
                if newer.last == log.last:
                    return
                log = newer  # another writer was faster: the alias must not be left behind
        except OSError as error:
            self._tell_once(f"MLflow's alias champion does not yet point to version {log.champion}: {error}")

    def _settle(self, mirror: Mirror) -> None:
        """Record a champion that was chosen in MLflow, and set an alias that was left behind.

        irisml notes for which release it has set the alias. If that is the last one, and the alias points elsewhere,
        somebody has moved it. Both are done only if they are seen twice, a second apart: a writer may be in between.
        """
        log = self._replay(mirror).log
        if mirror.alias == log.champion and mirror.alias_release == log.last:
            self._odd = None
            return
        seen = (mirror.alias, log.last)
        if self._odd is None or self._odd[0] != seen:
            self._odd = seen, self._clock()
            return
        if self._clock() - self._odd[1] < _SEEN_TWICE_S:
            return
        self._odd = None
        was_moved = mirror.alias is not None and mirror.alias != log.champion and mirror.alias_release == log.last
        if was_moved:
            self._record_move(mirror, log)
        elif log.champion is not None:
            self._show_champion(log)

    def _record_move(self, mirror: Mirror, log: ReleaseLog) -> None:
        assert mirror.alias is not None
        try:
            version = self.get(mirror.alias, verified=True)
        except IrisError as error:
            self._tell_once(f"MLflow's alias champion points to version {mirror.alias}, which cannot serve: {error}")
            return
        refused = bool(version.manifest.gate.refusals)
        try:
            self.release(
                PROMOTE, version.number, follows=log.last, by=Actor("MLflow"), reason=MOVED_IN_MLFLOW, forced=refused
            )
        except ChampionMovedError as error:
            _log.info("%s", error)  # another instance or a person was faster
            return
        except IrisError as error:
            self._tell_once(f"that version {version.number} was made champion in MLflow cannot be recorded: {error}")
            return
        word = "refused" if refused else "passed"
        _log.warning("version %s was made champion in MLflow; the gate had %s it", version.number, word)

    # --- errors -----------------------------------------------------------------------------------------

    def _tell_once(self, text: str) -> None:
        if text not in self._told:  # a server looks twice per second
            self._told.add(text)
            _log.warning("%s", text)

    @contextmanager
    def _usable(self) -> Iterator[None]:
        """Convert an OSError to a TrackingServerError."""
        try:
            yield
        except OSError as error:
            raise TrackingServerError(path=self.location, problem=error.strerror or str(error)) from error


@contextmanager
def _was_sent(what: str) -> Iterator[None]:
    """Say of an error that what was asked may have been done."""
    try:
        yield
    except OSError as error:
        problem = f"{what} was sent, but then {error.strerror or error}; look before you repeat"
        raise OSError(0, problem) from error
