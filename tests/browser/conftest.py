"""A real server and a real Chromium."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parents[2]
LIMIT_S = 60
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
# Without these, Chromium itself asks its maker's hosts for this and that.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]

SETTLED = """() => {
  const answer = document.querySelector("[data-answer]")
  if (!answer || document.querySelector("[data-stale=true]")) return false
  const inputs = JSON.parse(answer.dataset.sliders).map((key) => document.querySelector(`.st-key-${key} input`))
  const shown = inputs.every(Boolean) && JSON.parse(answer.dataset.x)
  return shown && shown.every((v, i) => Math.abs(v - inputs[i].valueAsNumber) < 1e-6)
    && answer.getAnimations({ subtree: true }).length === 0
}"""


def pytest_collection_modifyitems(items):
    """Without a browser these are skipped, with the reason; CI has one, and fails instead."""
    for item in items:
        if ROOT / "tests/browser" in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None and not os.environ.get("CI"):
                item.add_marker(pytest.mark.skip(reason="no Chromium found; install it or set CHROMIUM to its path"))


@pytest.fixture(scope="session")
def server(_trained, tmp_path_factory) -> Iterator[str]:
    """The address of the app, started as the README says, on a registry of two versions."""
    folder = tmp_path_factory.mktemp("served") / "models"
    shutil.copytree(_trained, folder)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py", "--server.headless=true"]
    process = subprocess.Popen(
        [*command, f"--server.port={port}", "--server.address=127.0.0.1"],
        cwd=ROOT,
        env={**os.environ, "IRISML_REGISTRY": str(folder)},
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}/healthz", process)
        yield address
    finally:
        process.terminate()
        process.wait(LIMIT_S)


def _wait_for(address: str, process: subprocess.Popen) -> None:
    end = time.monotonic() + LIMIT_S
    while True:
        assert process.poll() is None, "the server ended by itself"
        try:
            urllib.request.urlopen(address)
        except (urllib.error.URLError, ConnectionError):
            assert time.monotonic() < end, f"no answer from {address}"
            time.sleep(0.05)
        else:
            return


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def new_page(browser, server):
    """Open a page as a visitor would; each has its own context, and nothing may go wrong on it."""
    contexts, problems = [], []

    def open_page(query: str = "", *, script: bool = True, **options) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1440, "height": 900}, "locale": "en-US", **options})
        contexts.append(context)
        page = context.new_page()
        if not script:
            page.route(
                "**/api/live/*.js",
                lambda route: route.fulfill(body="export default () => {}", content_type="text/javascript"),
            )
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda message: message.type == "error" and problems.append(message.text))
        page.on(
            "request",
            lambda request: request.url.startswith((server, "blob:", "data:")) or problems.append(request.url),
        )
        page.goto(f"{server}/?{query}")
        page.wait_for_function(SETTLED)
        page.get_by_test_id("stBaseButton-primary").wait_for()
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert problems == []
