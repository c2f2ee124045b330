"""Stop operations of a registry at their k-th write, and check the registry afterwards.

As a program it kills real processes: ``python -m tests.unit.registry.crashes FOLDER``.
"""

import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from irisml import FolderRegistry
from irisml.registry.mlflow.rest import Rest
from irisml.registry.protocol import Candidate, Registry
from irisml.releases.champion import promote, roll_back
from tests.unit.registry.faults import ALICE

KILLED = (
    ("new", "register"),
    ("ready", "promote"),
    ("ready", "roll back"),
    ("ready", "adopt"),
    ("older", "promote"),
    ("older", "roll back"),
)
"""Operations in which a real process is killed: each one, and the two that migrate an older registry."""
WRITING_CALLS = ("mkdir", "write", "fsync", "rename", "replace", "unlink", "rmdir", "link", "truncate")


@dataclass
class Writes:
    """Number of writing calls so far."""

    n: int = 0


@contextmanager
def stopped_at_request(k: int, error: OSError, *, arrives: bool) -> Iterator[Writes]:
    """Raise *error* instead of the k-th request that writes (from 1), or, if it *arrives*, instead of its answer."""
    writes, real = Writes(), Rest._write

    def write(self, *args):
        writes.n += 1
        if writes.n == k:
            if arrives:
                real(self, *args)
            raise error
        return real(self, *args)

    with mock.patch.object(Rest, "_write", write):
        yield writes


@contextmanager
def stopped_at(k: int, stop: Callable[[], None]) -> Iterator[Writes]:
    """Call *stop* instead of the k-th call of the operating system that writes (from 1)."""
    writes = Writes()

    def counted(real):
        def call(*args, **kwargs):
            writes.n += 1
            if writes.n == k:
                stop()
            return real(*args, **kwargs)

        return call

    def counted_open(path, flags, *args, **kwargs):
        return (writing_open if flags & (os.O_WRONLY | os.O_RDWR) else real_open)(path, flags, *args, **kwargs)

    real_open, writing_open = os.open, counted(os.open)
    calls = {name: counted(getattr(os, name)) for name in WRITING_CALLS}
    with mock.patch.multiple(os, open=counted_open, **calls):
        yield writes


@dataclass(frozen=True)
class Operation:
    """An operation on an existing registry.

    Parameters
    ----------
    run : callable
        Function of the registry.
    makes_version, makes_release : bool
        Whether it adds a version or a release.
    """

    run: Callable[[Registry], object]
    makes_version: bool
    makes_release: bool


def operations(candidate: Candidate, elsewhere: FolderRegistry) -> dict[str, Operation]:
    """Return every operation that writes; *elsewhere* has a version to adopt."""
    return {
        "register": Operation(lambda registry: registry.register(candidate), True, False),
        "promote": Operation(lambda registry: promote(registry, 1, "why", by=ALICE), False, True),
        "roll back": Operation(lambda registry: roll_back(registry, "why", by=ALICE), False, True),
        "adopt": Operation(lambda registry: registry.adopt(elsewhere.get(1), candidate.gate), True, False),
    }


@dataclass(frozen=True)
class State:
    """Contents of a registry."""

    versions: tuple[int, ...]
    releases: tuple[tuple[str, int, int | None, str], ...]

    @classmethod
    def of(cls, registry: Registry) -> "State":
        """Read a registry, opened as a new process does."""
        releases = registry.releases().releases
        return cls(
            tuple(version.number for version in registry.versions()),
            tuple((release.action, release.champion, release.replaced, release.reason) for release in releases),
        )


def check_registry(
    reopen: Callable[[], Registry],
    before: State,
    operation: Operation,
    candidate: Candidate | None,
    *,
    done: bool | None,
) -> None:
    """Check a registry after an operation was stopped.

    Parameters
    ----------
    reopen : callable
        Opens it as a new process does.
    candidate : Candidate or None
        Candidate that the next operation registers, which must succeed; None for no other operation.
    done : bool or None
        Whether the operation returned or raised; None if its process was killed.
    """
    registry, after = reopen(), State.of(reopen())
    changes = (len(after.versions) - len(before.versions), len(after.releases) - len(before.releases))
    wanted = (int(operation.makes_version), int(operation.makes_release))
    assert changes in ({True: [wanted], False: [(0, 0)], None: [(0, 0), wanted]}[done]), (changes, done)
    assert after.versions[: len(before.versions)] == before.versions
    assert after.releases[: len(before.releases)] == before.releases
    for number in after.versions:
        registry.get(number, verified=True)
    log = registry.releases()
    assert (log.last, log.unreadable) == (len(log.releases), ())
    champion = None
    for release in log.releases:
        assert release.replaced == champion
        champion = release.champion
    if log.champion is not None:
        served = registry.get("champion", verified=True)
        assert served.manifest.gate.passed or any(
            release.forced for release in log.releases if release.champion == served.number
        )
    if candidate is None:
        return
    number = registry.register(candidate).number
    promote(registry, number, "afterwards", by=ALICE)
    assert reopen().alias("champion") == number


def check_folder(folder: Path, before: State, operation: Operation, candidate: Candidate, *, done: bool | None) -> None:
    """As `check_registry`; the next operation sweeps what the stopped one has left."""
    for path in folder.rglob("*"):
        os.utime(path, (time.time() - 7200,) * 2)
    check_registry(lambda: FolderRegistry(folder), before, operation, candidate, done=done)
    assert list((folder / "incoming").iterdir()) == []


def small_candidate() -> Candidate:
    """Train a minimal candidate."""
    from irisml import TrainingConfig, evaluate, load_iris, train
    from irisml.releases.gate import Challenger, gate
    from irisml.training.export import export_forest
    from irisml.training.yardsticks import measure_yardsticks

    iris = load_iris()
    run = train(iris, TrainingConfig("decision_tree"))
    evaluation, forest = evaluate(run, iris, n_repeats=1), export_forest(run, iris)
    yardsticks = measure_yardsticks(iris, n_repeats=1)
    verdict = gate(Challenger(forest, evaluation, iris.fingerprint, None, yardsticks))
    return Candidate(iris, run, evaluation, yardsticks, forest, verdict)


def main(starts: dict[str, Path], elsewhere: Path) -> None:
    """Kill a process at the k-th write of each operation, for every k; print the number of kills."""
    candidate = small_candidate()
    for start, folder in starts.items():
        for name, operation in operations(candidate, FolderRegistry(elsewhere)).items():
            if (start, name) not in KILLED:
                continue
            before, k = State.of(FolderRegistry(folder)), 0
            killed = True
            while killed:
                k += 1
                with tempfile.TemporaryDirectory() as scratch:
                    copy = Path(scratch) / "models"
                    shutil.copytree(folder, copy)
                    killed = _killed_at(k, operation, copy)
                    check_folder(copy, before, operation, candidate, done=None if killed else True)
            print(f"{name} on {start}: {k - 1} kills")


def _killed_at(k: int, operation: Operation, folder: Path) -> bool:
    child = os.fork()
    if child == 0:
        with stopped_at(k, lambda: os.kill(os.getpid(), signal.SIGKILL)):
            operation.run(FolderRegistry(folder))
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


if __name__ == "__main__":
    new, ready, older, other = map(Path, sys.argv[1:])
    main({"new": new, "ready": ready, "older": older}, other)
