"""Fixtures: each kind of registry."""

import tempfile
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest

from irisml import TrainingConfig
from irisml.registry.actor import Actor
from irisml.registry.dataset_version import DatasetDraft
from irisml.training.study import study_data
from tests.unit.registry.kinds import Kind
from tools.tracking_server import postgresql, tracking_server

ALICE = Actor("presenter", "Alice")
SERVERS = ("mlflow on sqlite", "mlflow on PostgreSQL")


def pytest_generate_tests(metafunc):
    if "kind" in metafunc.fixturenames:
        servers = SERVERS if metafunc.config.getoption("--tracking-servers") else ()
        metafunc.parametrize("kind", ["folder", *servers], indirect=True)
    elif "server_kind" in metafunc.fixturenames:
        metafunc.parametrize("server_kind", SERVERS, indirect=True)


@pytest.fixture(scope="session")
def _started():
    """Start a server with the first test that needs it."""
    with ExitStack() as stack:
        files = Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="irisml-mlflow-", ignore_cleanup_errors=True))
        )

        @cache
        def url(name: str) -> str:
            on_sqlite = name == "mlflow on sqlite"
            store = f"sqlite:///{files / 'mlflow.db'}" if on_sqlite else stack.enter_context(postgresql())
            return stack.enter_context(tracking_server(store, files / name)).url

        yield url


@pytest.fixture(scope="session")
def kind(request, _started) -> Kind:
    return Kind(None if request.param == "folder" else _started(request.param))


@pytest.fixture(scope="session")
def server_kind(request, _started) -> Kind:
    if not request.config.getoption("--tracking-servers"):
        pytest.skip("needs a tracking server: the task backends")
    return Kind(_started(request.param))


@pytest.fixture
def draft(iris) -> DatasetDraft:
    return DatasetDraft(iris.take(range(20, 150), "a walk"), 1, ALICE, ())


@pytest.fixture(scope="session")
def study(iris):
    return study_data(iris, iris, TrainingConfig("decision_tree"))
