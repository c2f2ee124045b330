"""What a team's engines cost, beside a laptop's: ``python -m benchmarks.team [rows] [registries] ...``.

rows        a million rows, CSV to CSV, with the project's forest and with scikit-learn in the same stream
registries  register, load and poll: a folder, MLflow on sqlite, MLflow on PostgreSQL
search      the search on two local processes, on a Dask cluster of two workers, and with one of them killed
workers     moves of a slider each second, as fast as they are answered, with one server process and with two
"""

import asyncio
import os
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, contextmanager
from pathlib import Path
from unittest import mock

import msgspec
import numpy as np

from benchmarks.visitors import Crowd
from irisml import FolderRegistry, TrainingConfig, evaluate, load_iris, train
from irisml.bulk import predict_file as predict_file_module
from irisml.bulk.predict_file import predict_file
from irisml.domain.measurements import FEATURES
from irisml.registry.actor import Actor
from irisml.registry.mlflow.registry import MlflowRegistry
from irisml.registry.protocol import Candidate
from irisml.releases.gate import Challenger, gate
from irisml.training.cluster import Cluster
from irisml.training.export import export_forest
from irisml.training.search import search
from irisml.training.yardsticks import measure_yardsticks
from tools.served_app import ROOT, free_port, served
from tools.tracking_server import postgresql, tracking_server

N_ROWS, N_TIMES = 1_000_000, 5


def median_ms(call: Callable[[], object], n: int = 20) -> float:
    """Median time of a call in milliseconds."""
    times = []
    for _ in range(n):
        began = time.perf_counter()
        call()
        times.append(1000 * (time.perf_counter() - began))
    return float(np.median(times))


class ScikitLearn:
    """The estimator in the place of the project's forest."""

    name = "scikit-learn"

    def __init__(self, estimator) -> None:
        self.predict_proba = estimator.predict_proba


def rows() -> None:
    """Time a million rows in turn with both, and compare the files."""
    run = train(load_iris(), TrainingConfig())
    forest = export_forest(run, load_iris())
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "in.csv"
        chance = np.random.default_rng(0)
        spans = ((4.3, 7.9), (2.0, 4.4), (1.0, 6.9), (0.1, 2.5))
        X = np.column_stack([chance.uniform(low, high, N_ROWS) for low, high in spans])
        np.savetxt(source, X, "%.1f", ",", header=",".join(FEATURES), comments="")
        seconds: dict[str, list[float]] = {"irisml": [], "scikit-learn": []}
        outputs = {name: Path(folder) / f"{name}.csv" for name in seconds}
        for _ in range(N_TIMES):
            seconds["irisml"].append(predict_file(forest, source, outputs["irisml"]).seconds)
            if "--alone" in sys.argv:
                continue
            with mock.patch.object(predict_file_module, "array_forest", return_value=ScikitLearn(run.estimator)):
                seconds["scikit-learn"].append(predict_file(forest, source, outputs["scikit-learn"]).seconds)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        for name, times in seconds.items():
            if times:
                told = f"{min(times):.2f} to {max(times):.2f} s, median {np.median(times):.2f}"
                print(f"{N_ROWS:,} rows, {name}: {told}, {N_ROWS / np.median(times):,.0f} rows/s")
        if seconds["scikit-learn"]:
            same = outputs["irisml"].read_bytes() == outputs["scikit-learn"].read_bytes()
            print(f"files equal: {same}")
        print(f"peak memory of the process, with scikit-learn and the rows in it: {peak} MB")


def candidate() -> Candidate:
    """Train the default model."""
    iris = load_iris()
    run = train(iris)
    evaluation, forest, yardsticks = (
        evaluate(run, iris, n_repeats=2),
        export_forest(run, iris),
        measure_yardsticks(iris, n_repeats=2),
    )
    verdict = gate(Challenger(forest, evaluation, iris.fingerprint, None, yardsticks))
    return Candidate(iris, run, evaluation, yardsticks, forest, verdict)


def registries() -> None:
    """Time each kind of registry."""
    made, by = candidate(), Actor("command line", "benchmark")
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        kinds: dict[str, FolderRegistry | MlflowRegistry] = {"folder": FolderRegistry(scratch / "models")}
        for name, store in (
            ("MLflow on sqlite", f"sqlite:///{scratch / 'mlflow.db'}"),
            ("MLflow on PostgreSQL", stack.enter_context(postgresql())),
        ):
            url = stack.enter_context(tracking_server(store, scratch / name)).url
            kinds[name] = MlflowRegistry(f"mlflow+{url}", scratch / f"{name} copies")
        for name, registry in kinds.items():
            registry.register(made)  # creates what is created once, and imports MLflow
            register = median_ms(lambda registry=registry: registry.register(made), 5)
            release = median_ms(
                lambda registry=registry: registry.release(
                    "promote", 1, follows=registry.releases().last, by=by, reason=""
                ),
                10,
            )
            poll = median_ms(registry.releases, 50)
            if isinstance(registry, MlflowRegistry):
                fresh = (MlflowRegistry(registry.location, scratch / f"{name} {n}") for n in range(10))
                load = median_ms(lambda fresh=fresh: next(fresh).get(1, verified=True), 10)
            else:
                load = median_ms(lambda folder=registry.folder: FolderRegistry(folder).get(1, verified=True), 10)
            print(f"{name}: register {register:.0f} ms, release {release:.1f}, load {load:.1f}, look {poll:.2f}")


@contextmanager
def dask(*arguments: str):
    """A process of Dask."""
    process = subprocess.Popen(
        [sys.executable, "-m", "dask", *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def searches() -> None:
    """Time the search in each place, and compare the results."""
    iris = load_iris()

    def plain(found):
        return msgspec.structs.replace(found, seconds=0.0)

    here = search(iris, n_jobs=2)
    print(f"search, two processes here: {here.seconds:.0f} s, nested {here.n_correct} of {here.n_samples}")
    port = free_port()
    address = f"tcp://127.0.0.1:{port}"
    worker = ("worker", address, "--nthreads", "1", "--no-dashboard", "--no-nanny", "--host", "127.0.0.1")
    with (
        dask("scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard"),
        dask(*worker),
        dask(*worker) as second,
    ):
        for name, kill in (("two workers", False), ("one of them killed", True)):
            cluster = Cluster(address)
            with cluster.connected():
                if kill:
                    threading.Timer(10, lambda: os.kill(second.pid, signal.SIGKILL)).start()
                found = search(iris, where=cluster.fits)
            print(f"search, Dask, {name}: {found.seconds:.0f} s, equal: {plain(found) == plain(here)}")


def workers() -> None:
    """Let visitors move as fast as they are answered, at one process and at two in turn."""
    n_moves, turns = 20, 5
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "models"
        FolderRegistry(folder).register(candidate())
        kinds = {n: stack.enter_context(served(folder, n_workers=n)) for n in (1, 2)}
        time.sleep(10)  # the second worker starts when the first one is ready
        for n_visitors in (30, 60):
            rates: dict[int, list[float]] = {n: [] for n in kinds}
            for _ in range(turns):
                for n, app in kinds.items():
                    rates[n].append(asyncio.run(_moves_per_s(app.address, n_visitors, n_moves)))
            for n, found in rates.items():
                told = f"{min(found):.0f} to {max(found):.0f}, median {np.median(found):.0f}"
                print(f"{n_visitors} visitors, {n} processes: {told} moves a second")
            gain = np.median(np.array(rates[2]) / np.array(rates[1]))
            print(f"{n_visitors} visitors: {gain:.2f} times, median of {turns} turns")


async def _moves_per_s(address: str, n_visitors: int, n_moves: int) -> float:
    crowd = Crowd(address, n_visitors)
    await crowd.join()
    began = time.perf_counter()
    await crowd.play(n_moves, None)
    seconds = time.perf_counter() - began
    await crowd.leave()
    return n_visitors * n_moves / seconds


if __name__ == "__main__":
    chapters = {"rows": rows, "registries": registries, "search": searches, "workers": workers}
    for asked in [name for name in sys.argv[1:] if name in chapters] or chapters:
        chapters[asked]()
