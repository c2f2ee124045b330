"""Tests of what only a registry on a tracking server has: a network, MLflow's own clients, and people in its page."""

import os
import subprocess
import sys
import time
import urllib.request
import warnings
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest

from irisml.domain.errors import DamagedVersionError, RegistryUnusableError, TrackingServerError, VersionNotFoundError
from irisml.domain.measurements import FEATURES
from irisml.registry.mlflow import rest as rest_module
from irisml.registry.mlflow.registry import MlflowRegistry
from irisml.registry.release_log import MOVED_IN_MLFLOW
from irisml.releases.champion import promote
from irisml.service.serving import ServingModel
from tests.unit.registry.door import Door
from tests.unit.registry.faults import ALICE
from tests.unit.registry.kinds import Kind
from tools.served_app import ROOT, free_port
from tools.tracking_server import SETTINGS

QUICK_S = 0.1
"""In seconds: far below any time-out of a network, far above a read of memory."""


@pytest.fixture
def door(request, _started):
    if not request.config.getoption("--tracking-servers"):
        pytest.skip("needs a tracking server: the task backends")
    door = Door(_started("mlflow on sqlite"))
    yield door
    door.shut()


@pytest.fixture
def registry(door, tmp_path, candidate) -> MlflowRegistry:
    """Two versions; both have served, and 2 is champion."""
    registry = Kind(door.url).new(tmp_path / "mine")
    for _ in range(2):
        promote(registry, registry.register(candidate).number, "why", by=ALICE)
    return registry


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def opened(registry, folder, clock=time.monotonic) -> MlflowRegistry:
    return MlflowRegistry(registry.location, folder, clock=clock)


@pytest.fixture
def follower(registry, tmp_path):
    """A registry as a server has it: it answers from memory."""
    own = opened(registry, tmp_path / "server", Clock())
    own.follow()
    own.refresh()
    yield own
    own._rest.close()


def quick(call):
    began = time.perf_counter()
    result = call()
    assert time.perf_counter() - began < QUICK_S
    return result


# --- a server of the app ---------------------------------------------------------------------------------


def test_a_release_of_another_instance_serves_without_a_request_to_it(registry, follower):
    serving = ServingModel(follower, Clock())
    assert serving.current().number == 2
    promote(registry, 1, "back", by=ALICE)
    follower.refresh()
    serving.look()
    assert serving.current().number == 1


@pytest.mark.parametrize("fault", [Door.shut, Door.fall_silent], ids=["refused", "silent"])
def test_no_read_waits_for_a_server_that_is_away(door, follower, monkeypatch, fault):
    """Every read of a page is answered from memory, also the files of a version."""
    monkeypatch.setattr(rest_module, "READ_S", 0.3)
    follower._rest._read_s = 0.3
    serving = ServingModel(follower)
    serving.look()
    fault(door)
    with pytest.raises(TrackingServerError, match="does not answer"):
        follower.refresh()
    assert quick(lambda: [version.number for version in follower.versions()]) == [1, 2]
    assert quick(lambda: follower.get(1, verified=True)).number == 1
    assert quick(lambda: follower.get(2).checked_file("model.joblib"))
    assert quick(follower.releases).last == 2
    assert quick(follower.datasets)[0].number == 1
    assert quick(lambda: follower.study(1)) is None
    with pytest.raises(TrackingServerError):
        quick(follower.refresh)  # not asked again before the pause is over
    assert serving.current().number == 2


def test_a_pause_doubles_up_to_half_a_minute_and_ends_with_an_answer(door, follower, monkeypatch):
    """A server that comes back is not met by all instances at once."""
    clock, tries = follower._clock, []
    door.shut()
    real = follower._store.read
    monkeypatch.setattr(follower._store, "read", lambda *a, **k: (tries.append(clock.now), real(*a, **k))[1])
    for tenth in range(1200):
        clock.now = tenth / 10
        with pytest.raises(RegistryUnusableError):
            follower.refresh()
    pauses = [round(later - earlier, 1) for earlier, later in pairwise(tries)]
    assert pauses[:6] == [0.5, 1.0, 2.0, 4.0, 8.0, 16.0]
    assert set(pauses[6:]) == {30.0}
    door.open()
    clock.now += 31
    follower.refresh()
    assert follower._pause_s == 0


def test_the_last_champion_serves_after_a_start_without_the_server(door, registry, follower, tmp_path):
    """From the copies on this machine, with a notice; a machine without copies says why it cannot."""
    door.shut()
    again = opened(registry, tmp_path / "server")
    again.follow()
    serving = ServingModel(again)
    serving.look()
    assert serving.current().number == 2
    assert serving.notice.kind == "registry_unreadable"
    assert again.alias("previous") == 1
    other = opened(registry, tmp_path / "another machine")
    other.follow()
    with pytest.raises(TrackingServerError, match="Check that the tracking server runs"):
        ServingModel(other).look()


def test_after_an_absence_the_server_is_followed_again(door, registry, follower):
    serving = ServingModel(follower, Clock())
    serving.look()
    door.shut()
    serving.look()
    assert serving.notice.kind == "registry_unreadable"
    door.open()
    promote(registry, 1, "back", by=ALICE)
    follower._clock.now += 31
    serving.look()
    assert (serving.current().number, serving.notice) == (1, None)


def test_a_copy_that_was_altered_is_fetched_again(registry, tmp_path):
    """The copies are named after their content."""
    assert opened(registry, tmp_path / "copies").get(2, verified=True).number == 2
    for path in (tmp_path / "copies/files").iterdir():
        path.write_bytes(b"altered")
    assert opened(registry, tmp_path / "copies").get(2, verified=True).number == 2


def test_a_damaged_version_costs_no_page_a_request(door, registry, follower, candidate):
    """Its file was looked for once, by the thread; without the server the other versions are still listed."""
    number = registry.register(_with_gate(candidate, type(candidate.gate)(1, candidate.gate.checks))).number
    registry._rest.put_file(registry._mirror.versions[-1].files, "version.json", b"{}")
    follower.refresh()
    door.shut()
    assert quick(lambda: [version.number for version in follower.versions()]) == [1, 2]
    with pytest.raises(DamagedVersionError):
        quick(lambda: follower.get(number))


# --- damage and other hands ------------------------------------------------------------------------------


def test_an_altered_file_is_refused_and_the_version_before_serves(registry, tmp_path):
    """Everybody who reaches the server can write its files; the hashes lead from the version's tag to each file."""
    item = registry._mirror.versions[1]
    registry._rest.put_file(item.files, "forest.json", b'{"format": 2}')
    fresh = opened(registry, tmp_path / "fresh")
    with pytest.raises(DamagedVersionError, match=r"forest\.json was altered"):
        fresh.get(2, verified=True)
    assert ServingModel(fresh).current().number == 1
    for held in registry._mirror.versions:  # both: they have the same content, and a copy of it is as good
        registry._rest.put_file(held.files, "version.json", b"{}")
    with pytest.raises(DamagedVersionError, match="it was altered"):
        opened(registry, tmp_path / "fresher").get(2)
    assert opened(registry, tmp_path / "freshest").versions() == ()


def test_a_version_that_irisml_did_not_write_is_no_version(registry, tmp_path):
    """It has no manifest: it is refused by its number, and not listed."""
    source = registry._mirror.versions[0]
    registry._store.add(0, source.source, source.run_id, {}, model_id=source.source.removeprefix("models:/"))
    fresh = opened(registry, tmp_path / "fresh")
    assert [version.number for version in fresh.versions()] == [1, 2]
    with pytest.raises(DamagedVersionError, match="not written by irisml"):
        fresh.get(3)
    assert fresh.alias("challenger") is None


def test_a_deleted_version_is_absent_and_its_number_is_not_given_again(registry, candidate):
    registry._store.delete(0, 1)
    registry._whole_at = -1000
    with pytest.raises(VersionNotFoundError):
        registry.get(1)
    assert registry.register(candidate).number == 3


def test_with_a_key_what_is_unsigned_or_of_another_registry_is_not_used(registry, tmp_path, monkeypatch, candidate):
    """Versions and releases."""
    monkeypatch.setenv("IRISML_SIGNING_KEY", "secret")
    fresh = opened(registry, tmp_path / "fresh")
    assert fresh.versions() == ()
    assert fresh.releases().champion is None
    assert fresh.register(candidate).number == 3
    assert [version.number for version in opened(registry, tmp_path / "fresher").versions()] == [3]
    signed = fresh._mirror.versions[2]
    elsewhere = Kind(fresh._rest._at.geturl()).new(tmp_path / "elsewhere")
    elsewhere._store.prepare()
    told = {"irisml.content": signed.content, "irisml.signature": signed.signature}
    own = {"files": signed.files, "model_id": signed.source.removeprefix("models:/")}
    elsewhere._store.add(0, signed.source, signed.run_id, told, **own)
    with pytest.raises(DamagedVersionError, match="another registry"):
        elsewhere.get(1)


# --- MLflow's own clients --------------------------------------------------------------------------------


@pytest.fixture
def mlflow(registry, monkeypatch):
    """MLflow's library, asked as a data scientist does."""
    for name, value in {**SETTINGS, "MLFLOW_TRACKING_URI": registry._rest._at.geturl()}.items():
        monkeypatch.setenv(name, value)
    import mlflow.sklearn

    mlflow.set_tracking_uri(registry._rest._at.geturl())
    return mlflow


def test_load_model_gives_the_estimator_to_the_last_bit(mlflow, registry, candidate, iris):
    name = registry._store.name
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        loaded = mlflow.sklearn.load_model(f"models:/{name}@champion")
    expected = candidate.run.estimator.predict_proba(iris.X)
    assert loaded.predict_proba(iris.X).tobytes() == expected.tobytes()


def test_a_run_shows_parameters_figures_with_their_interval_data_and_origin(mlflow, registry, candidate):
    """What the comparison of runs shows."""
    client = mlflow.MlflowClient()
    version = client.get_model_version_by_alias(registry._store.name, "champion")
    run = client.get_run(version.run_id)
    cv = candidate.evaluation.cross_validation
    assert run.data.params["n_estimators"] == "5"
    assert run.data.metrics["cross_validated_accuracy"] == cv.accuracy
    assert run.data.metrics["cross_validated_accuracy_low"] == cv.interval[0]
    assert run.data.metrics["test_accuracy_n"] == 30
    assert run.data.tags["irisml.data_fingerprint"] == candidate.dataset.fingerprint
    assert run.inputs.dataset_inputs[0].dataset.digest == candidate.dataset.fingerprint[:36]
    assert run.info.status == "FINISHED"
    assert "confusion_matrix.json" in [file.path for file in client.list_artifacts(run.info.run_id)]
    logged = mlflow.models.get_model_info(f"models:/{registry._store.name}/2")
    assert logged.signature.inputs.input_names() == list(FEATURES)
    assert "flowers (95 % interval" in version.description


@pytest.mark.parametrize("passes", [True, False], ids=["passed the gate", "refused by the gate"])
def test_an_alias_moved_in_mlflow_is_recorded_with_the_word_of_the_gate(mlflow, registry, follower, candidate, passes):
    """Once, though two instances see it; whoever looks between two calls of a writer waits a second."""
    gate = candidate.gate if passes else type(candidate.gate)(None, small_refusal(candidate))
    number = registry.register(_with_gate(candidate, gate)).number
    mlflow.MlflowClient().set_registered_model_alias(registry._store.name, "champion", str(number))
    for _ in range(3):
        follower._clock.now += 1.5
        follower.refresh()
    last = registry.releases().releases[-1]
    assert (last.number, last.champion, last.replaced) == (3, number, 2)
    assert (last.by.kind, last.reason, last.forced) == ("MLflow", MOVED_IN_MLFLOW, not passes)
    assert registry.releases().last == 3


def small_refusal(candidate):
    return tuple(msgspec.structs.replace(check, passed=False) for check in candidate.gate.checks)


def _with_gate(candidate, gate):
    from dataclasses import replace

    return replace(candidate, gate=gate)


def test_an_alias_that_was_left_behind_is_set_again(registry, follower):
    """A writer died between release and alias: the log decides."""
    registry._store.set_alias(1, 1)
    for _ in range(3):
        follower._clock.now += 1.5
        follower.refresh()
    assert registry.releases().last == 2
    registry._whole_at = -1000
    registry.versions()
    assert (registry._mirror.alias, registry._mirror.alias_release) == (2, 2)


def test_an_alias_on_a_version_that_cannot_serve_changes_nothing(mlflow, registry, follower):
    source = registry._mirror.versions[0]
    model_id = source.source.removeprefix("models:/")
    number = registry._store.add(0, source.source, source.run_id, {}, model_id=model_id)
    mlflow.MlflowClient().set_registered_model_alias(registry._store.name, "champion", str(number))
    for _ in range(3):
        follower._clock.now += 1.5
        follower.refresh()
    assert follower.alias("champion") == 2
    assert ServingModel(follower).current().number == 2


@pytest.mark.slow
def test_models_serve_answers_with_the_champion(mlflow, registry, iris, candidate):
    """``mlflow models serve``, as in MLflow's tutorial."""
    port = free_port()
    command = [sys.executable, "-m", "mlflow", "models", "serve", "-m", f"models:/{registry._store.name}@champion"]
    process = subprocess.Popen(
        [*command, "--host", "127.0.0.1", "--port", str(port), "--env-manager", "local"],
        env={**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"},
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        body = msgspec.json.encode({"dataframe_split": {"columns": list(FEATURES), "data": iris.X.tolist()}})
        answer = _asked(f"http://127.0.0.1:{port}/invocations", body, process)
    finally:
        os.killpg(process.pid, 9)
        process.wait()
    assert msgspec.json.decode(answer)["predictions"] == candidate.run.estimator.predict(iris.X).tolist()


def _asked(url, body, process):
    end = time.monotonic() + 90
    while True:
        asked = urllib.request.Request(url, body, {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(asked, timeout=20) as answer:
                return answer.read()
        except OSError:
            assert process.poll() is None
            assert time.monotonic() < end
            time.sleep(0.5)
