"""Every operation of a registry, stopped at each of its writes."""

import re
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from irisml import FolderRegistry
from irisml.domain.errors import RegistryUnusableError
from irisml.registry.mlflow import registry as mlflow_registry
from irisml.registry.mlflow.rest import ServerAwayError
from irisml.releases.champion import promote
from tests.unit.registry.crashes import (
    ALICE,
    KILLED,
    State,
    check_folder,
    check_registry,
    operations,
    small_candidate,
    stopped_at,
    stopped_at_request,
)

ROOT = Path(__file__).parents[3]
STARTS = ("new", "ready", "older")
NAMES = ("register", "promote", "roll back", "adopt")
PAIRS = [
    (start, name)
    for start in STARTS
    for name in NAMES
    if (start, name) not in (("new", "promote"), ("new", "roll back"))
]


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory, candidate):
    """A registry with a version to adopt, whose forest differs from all others."""
    registry = FolderRegistry(tmp_path_factory.mktemp("elsewhere"))
    registry.register(candidate)
    return altered(registry, tmp_path_factory.mktemp("altered") / "models", 1)


@pytest.fixture(scope="module")
def starts(tmp_path_factory, candidate):
    """Initial registries: empty; with two versions that served; and the latter in the format of irisml 0.1."""
    ready = FolderRegistry(tmp_path_factory.mktemp("ready"))
    for _ in range(2):
        promote(ready, ready.register(candidate).number, "why", by=ALICE)
    older = tmp_path_factory.mktemp("older")
    shutil.copytree(ready.folder / "versions", older / "versions")
    (older / "versions/last").write_text("2")
    (older / "aliases").mkdir()
    for alias, number in (("champion", 2), ("previous", 1)):
        (older / "aliases" / alias).write_text(str(number))
    lines = [
        '{"time":"2026-11-24T19:05:00Z","action":"promote","version":1,"replaced":null,"reason":"the first"}',
        '{"time":"2026-11-24T19:06:00Z","action":"promote","version":2,"replaced":1,"reason":"better"}',
    ]
    (older / "aliases/history.jsonl").write_text("\n".join(lines) + "\n")
    return {"new": tmp_path_factory.mktemp("new"), "ready": ready.folder, "older": older}


def fail():
    raise OSError(5, "Input/output error")


@pytest.mark.parametrize(("start", "name"), PAIRS)
def test_a_failed_write_leaves_a_consistent_registry(starts, elsewhere, candidate, tmp_path, start, name):
    """For every k the k-th write fails; the caller's result matches the state on disk."""
    operation, before = operations(candidate, elsewhere)[name], State.of(FolderRegistry(starts[start]))
    k, failed = 0, True
    while failed:
        k += 1
        folder = tmp_path / str(k)
        shutil.copytree(starts[start], folder)
        with stopped_at(k, fail) as writes:
            try:
                operation.run(FolderRegistry(folder))
                done = True
            except RegistryUnusableError:
                done = False
        failed = writes.n >= k
        check_folder(folder, before, operation, candidate, done=done)
    assert k > 5


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has neither fork nor SIGKILL")
def test_a_killed_process_leaves_a_consistent_registry(starts, elsewhere):
    """For every k a real process is killed at its k-th write."""
    command = [sys.executable, "-m", "tests.unit.registry.crashes", *starts.values(), elsewhere.folder]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    kills = {line.split(":")[0]: int(re.search(r"(\d+) kills", line)[1]) for line in ran.stdout.splitlines()}
    assert len(kills) == len(KILLED)
    assert min(kills.values()) > 5


@pytest.mark.slow
@pytest.mark.parametrize("arrives", [False, True], ids=["request lost", "answer lost"])
@pytest.mark.parametrize("name", NAMES)
def test_a_lost_request_leaves_a_consistent_registry_on_a_server(
    server_kind, elsewhere, tmp_path, monkeypatch, name, arrives
):
    """For every k the k-th request that writes, or its answer, is lost; what the caller is told is what happened."""
    candidate = small_candidate()
    # Adopting writes MLflow's folder in a process of its own, which takes seconds and sends nothing.
    monkeypatch.setattr(mlflow_registry, "model_folder_in_child", lambda _, folder, __: folder.mkdir())
    registry = server_kind.new(tmp_path / "mine")
    for _ in range(2):
        promote(registry, registry.register(candidate).number, "why", by=ALICE)
    k, failed = 0, True
    while failed:
        k += 1
        # Adopting is done once for a forest: each time another one.
        operation = operations(candidate, altered(elsewhere, tmp_path / f"elsewhere {k}", k))[name]
        if name == "roll back":
            promote(registry, 3 - registry.alias("champion"), "something to roll back from", by=ALICE)
        before = State.of(server_kind.reopened(registry))
        with stopped_at_request(k, ServerAwayError(0, "no answer"), arrives=arrives) as writes:
            try:
                operation.run(server_kind.reopened(registry))
                done = True
            except RegistryUnusableError:
                done = False
        failed = writes.n >= k
        after = None if failed else candidate  # the last one was not stopped
        check_registry(lambda: server_kind.reopened(registry), before, operation, after, done=done)
    assert k > 3


def altered(registry, folder, k):
    """A copy whose only version has another forest: k spaces more."""
    shutil.copytree(registry.folder, folder)
    copy = FolderRegistry(folder)
    before = copy.get(1).forest_sha256
    forest = folder / "versions/0001/forest.json"
    content = forest.read_bytes() + b" " * k
    manifest = forest.with_name("version.json")
    forest.write_bytes(content)
    manifest.write_text(manifest.read_text().replace(before, sha256(content).hexdigest()))
    return copy
