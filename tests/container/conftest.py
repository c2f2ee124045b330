"""Fixtures: the image under test, and containers of it."""

import os
import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.browser.conftest import browser  # noqa: F401 - a real Chromium, for the pages behind nginx
from tools.container_engine import BUILD_ARGUMENTS, Container, Engine, find_engine, started
from tools.served_app import ROOT
from tools.stand_in_base import ensure_base


@pytest.fixture(scope="session")
def engine() -> Engine:
    """Docker or podman. Without one these tests are skipped; in CI they fail."""
    found = find_engine()
    if found is None:
        reason = "neither docker nor podman is running; start one of them"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    return found


@pytest.fixture(scope="session")
def commit() -> str:
    return subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True).stdout.strip()


@pytest.fixture(scope="session")
def base(engine) -> str:
    """The base image of the Dockerfile, or of the image named by IRISML_TEST_IMAGE."""
    if named := os.environ.get("IRISML_TEST_IMAGE"):
        of_image = engine.inspect(named)["Config"]["Labels"]["org.opencontainers.image.base.name"]
        engine("pull", of_image)  # a build may not keep it, and a test needs its size
        return of_image
    python = re.search(r"^ARG PYTHON=(\S+)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)[1]
    if os.environ.get("IRISML_STAND_IN_BASE"):
        return ensure_base(engine, python)
    name = f"docker.io/library/python:{python}-slim"
    engine("pull", name)
    return name


@pytest.fixture(scope="session")
def build_arguments(commit) -> list[str]:
    return [f"--build-arg={name}={value}" for name, value in {**BUILD_ARGUMENTS, "COMMIT": commit}.items()]


@pytest.fixture(scope="session")
def image(engine, base, build_arguments) -> str:
    """The image named by IRISML_TEST_IMAGE, or one that is built here."""
    if named := os.environ.get("IRISML_TEST_IMAGE"):
        return named
    engine.build(BUILD_ARGUMENTS["IMAGE"], ROOT, *build_arguments)
    return BUILD_ARGUMENTS["IMAGE"]


@pytest.fixture
def start(engine, image) -> Iterator[Callable[..., Container]]:
    """Start containers of the image; they are removed after the test."""
    with ExitStack() as running:
        yield lambda *words, port=8000: running.enter_context(started(engine, image, port, *words))


@pytest.fixture
def volume(engine) -> Iterator[str]:
    """A persistent volume, like the mount of App Service."""
    name = engine("volume", "create").strip()
    yield name
    engine("volume", "rm", "--force", name)
