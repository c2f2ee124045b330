"""Tests of the search: honest, repeatable to the last bit, and the same on a cluster, also if a worker dies."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import replace

import joblib
import msgspec
import numpy as np
import pytest

from irisml import TrainingConfig
from irisml.domain.errors import ClusterError, DifferentVersionsError
from irisml.jobs.searching import search_version
from irisml.model.search_result import OuterFold, SearchResult
from irisml.training import cluster as cluster_module
from irisml.training.cluster import Cluster
from irisml.training.evaluation import cross_validate
from irisml.training.fitting import unfitted_estimator
from irisml.training.search import search
from irisml.training.search_space import SPACE
from irisml.training.splits import Splits
from tools.served_app import ROOT, free_port

SMALL = [{"model_type": ["random_forest"], "n_estimators": [5], "max_depth": [1, 3], "min_samples_leaf": [1, 4]}]


def plain(found: SearchResult) -> SearchResult:
    return msgspec.structs.replace(found, seconds=0.0)


@pytest.fixture(scope="module")
def found(iris) -> SearchResult:
    return search(iris, space=SMALL, n_jobs=1)


def test_the_nested_accuracy_is_that_of_flowers_that_the_search_has_not_seen(iris, found):
    """Each flower judges one choice, by a model that has learned from the others of its outer fold."""
    assert found.n_samples == 150
    candidates = [
        TrainingConfig(n_estimators=5, max_depth=depth, min_samples_leaf=n) for depth in (1, 3) for n in (1, 4)
    ]
    for fold, split in zip(found.outer, Splits(iris).folds(0), strict=True):
        seen = iris.take(split.train)
        scores = {config: np.mean(list(cross_validated_scores(seen, config))) for config in candidates}
        assert scores[fold.config] == max(scores.values())
        model = unfitted_estimator(fold.config).fit(seen.X, seen.y)
        assert fold.n_correct == (model.predict(iris.X[split.test]) == iris.y[split.test]).sum()


def cross_validated_scores(flowers, config):
    for split in Splits(flowers).folds(0):
        model = unfitted_estimator(config).fit(flowers.X[split.train], flowers.y[split.train])
        yield (model.predict(flowers.X[split.test]) == flowers.y[split.test]).mean()


def test_a_feature_without_information_is_not_flattered(iris):
    """Labels in random order: a search finds something that looks good, the nested accuracy does not."""
    shuffled = replace(iris, y=np.random.default_rng(0).permutation(iris.y))
    assert search(shuffled, space=SMALL, n_jobs=1).accuracy < 0.5


def test_the_result_depends_on_the_seed_only(iris, found):
    """With one process and with two."""
    assert plain(search(iris, space=SMALL, n_jobs=2)) == plain(found)
    assert search(iris, space=SMALL, n_jobs=1, random_state=1).config.random_state == 1


def test_progress_ends_with_all_fits(iris):
    """Six searches of 2 candidates in five folds, and five fits that judge."""
    told = []
    result = search(iris, space=[{"max_depth": [1, 2], "n_estimators": [2]}], n_jobs=1, on_progress=told.append)
    assert [one.step for one in told] == ["search"] * 7
    assert (told[-1].done, told[-1].of) == (65, 65)
    assert (result.n_fits, result.n_candidates) == (65, 2)


def test_every_configuration_of_the_space_is_valid():
    for part in SPACE:
        for name, values in part.items():
            for value in values:
                TrainingConfig(**{name: value}).validate()


def test_the_interval_is_that_of_all_flowers():
    fold = OuterFold(config=TrainingConfig(), n_correct=28, n_test=30)
    result = SearchResult(config=TrainingConfig(), n_candidates=2, n_fits=65, outer=(fold,) * 5, seconds=1.0)
    assert (result.n_correct, result.n_samples) == (140, 150)
    assert 0.87 < result.interval[0] < 140 / 150 < result.interval[1] < 0.97


@pytest.mark.slow
def test_what_is_found_waits_as_challenger(registry):
    """Through the same gate; the champion stays."""
    champion = registry.alias("champion")
    told = []
    space = [{"n_estimators": [10], "max_depth": [1, None]}]
    result = search_version(registry, on_found=told.append, space=space, n_jobs=1)
    assert result.outcome == "challenger"
    assert registry.get(result.version).manifest.config == told[0].config
    assert (registry.alias("champion"), registry.alias("challenger")) == (champion, result.version)


# --- a cluster -------------------------------------------------------------------------------------------


@contextmanager
def scheduler():
    """A Dask scheduler on localhost."""
    port = free_port()
    with _dask("scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard"):
        yield f"tcp://127.0.0.1:{port}"


@contextmanager
def worker(address):
    with _dask("worker", address, "--nthreads", "1", "--no-dashboard", "--no-nanny", "--host", "127.0.0.1") as process:
        yield process


@contextmanager
def _dask(*arguments):
    command = [sys.executable, "-m", "dask", *arguments]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(ROOT)}, **quiet)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def killing(process):
    """Return a callback of a search that kills a process in the middle."""

    def on_progress(progress):
        if progress.done > 0 and process.poll() is None:
            process.kill()
            process.wait()

    return on_progress


def on(address, iris, **options):
    cluster = Cluster(address)
    with cluster.connected():
        return search(iris, space=SMALL, where=cluster.fits, **options)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_a_cluster_gives_the_same_result_also_if_a_worker_dies(iris, found):
    """To the last bit; and cross-validation on the cluster gives the probabilities of this process."""
    with scheduler() as address, worker(address), worker(address) as second:
        assert plain(on(address, iris)) == plain(found)
        assert plain(on(address, iris, on_progress=killing(second))) == plain(found)
        assert second.wait(10) == -signal.SIGKILL
        config = TrainingConfig(n_estimators=10, min_samples_leaf=4)
        cluster = Cluster(address)
        with cluster.connected(), cluster.fits():
            there = cross_validate(iris, config, n_repeats=2)
        assert there.probabilities == cross_validate(iris, config, n_repeats=2).probabilities


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_a_cluster_without_a_worker_or_lost_is_one_sentence(iris, monkeypatch):
    """No scheduler, no worker, another version, all workers killed."""
    monkeypatch.setattr(cluster_module, "CONNECT_S", 2)
    monkeypatch.setattr(cluster_module, "WORKERS_S", 2)
    with pytest.raises(ClusterError, match="no scheduler answers"):
        on(f"tcp://127.0.0.1:{free_port()}", iris)
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(ClusterError, match="no scheduler answers"):
        on(f"tcp://127.0.0.1:{silent.getsockname()[1]}", iris)
    with scheduler() as address:
        with pytest.raises(ClusterError, match="it has no worker"):
            on(address, iris)
        with worker(address) as only:
            monkeypatch.setattr(cluster_module, "WORKERS_S", 20)
            with monkeypatch.context() as other:
                here = {**cluster_module.versions(), "joblib": "0.1"}
                other.setattr(Cluster, "_compare", lambda self, answers: _compared(self, answers, here))
                with pytest.raises(DifferentVersionsError, match=r"joblib 0\.1 here"):
                    on(address, iris)
            monkeypatch.setattr(cluster_module, "WORKERS_S", 3)
            began = time.monotonic()
            with pytest.raises(ClusterError, match=re.escape("were lost; nothing was saved")):
                on(address, iris, on_progress=killing(only))
            assert time.monotonic() - began < 60


_real_compare = Cluster._compare


def _compared(cluster, answers, here):
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(cluster_module, "versions", lambda: here)
        _real_compare(cluster, answers)


def test_a_forest_is_added_in_order_under_another_backend(iris):
    """Threads would add the trees as they end: the last bit of a probability would change from run to run."""
    config = TrainingConfig(n_estimators=30, min_samples_leaf=4)
    alone = cross_validate(iris, config, n_repeats=1).probabilities
    with joblib.parallel_config("threading", n_jobs=4):
        assert cross_validate(iris, config, n_repeats=1).probabilities == alone
