"""Shared fixtures: the data, a small trained model, and temporary registries."""

import shutil
from pathlib import Path

import pytest

from irisml import FolderRegistry, Forest, TrainingConfig, evaluate, load_iris, train, train_version
from irisml.registry.protocol import Candidate
from irisml.releases.gate import Challenger, gate
from irisml.training.export import export_forest
from irisml.training.yardsticks import measure_yardsticks

SMALL = TrainingConfig(n_estimators=5)
"""Quick to fit, and passes the gate."""


@pytest.fixture(scope="session")
def iris():
    return load_iris()


@pytest.fixture(scope="session")
def run(iris):
    return train(iris, SMALL)


@pytest.fixture(scope="session")
def evaluation(run, iris):
    return evaluate(run, iris, n_repeats=2)


@pytest.fixture(scope="session")
def forest(run, iris) -> Forest:
    return export_forest(run, iris)


@pytest.fixture(scope="session")
def yardsticks(iris):
    return measure_yardsticks(iris, n_repeats=2)


@pytest.fixture(scope="session")
def candidate(iris, run, evaluation, yardsticks, forest) -> Candidate:
    report = gate(Challenger(forest, evaluation, iris.fingerprint, None, yardsticks))
    return Candidate(iris, run, evaluation, yardsticks, forest, report)


@pytest.fixture(scope="session")
def _trained(tmp_path_factory) -> Path:
    """A registry of two versions, made by the real pipeline; version 2 is champion, 1 is previous."""
    registry = FolderRegistry(tmp_path_factory.mktemp("trained"))
    for random_state in (0, 1):
        train_version(registry, TrainingConfig(n_estimators=5, random_state=random_state))
    return registry.folder


@pytest.fixture
def registry(_trained, tmp_path, monkeypatch) -> FolderRegistry:
    """A writable copy of the registry of two versions; IRISML_REGISTRY points to it."""
    folder = tmp_path / "models"
    shutil.copytree(_trained, folder)
    monkeypatch.setenv("IRISML_REGISTRY", str(folder))
    return FolderRegistry(folder)


@pytest.fixture
def empty_registry(tmp_path, monkeypatch) -> FolderRegistry:
    """A registry without versions; IRISML_REGISTRY points to it."""
    folder = tmp_path / "empty"
    monkeypatch.setenv("IRISML_REGISTRY", str(folder))
    return FolderRegistry(folder)
