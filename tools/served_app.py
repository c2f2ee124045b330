"""Start the app as described in the README, and Chromium; used by tests, benchmarks and screenshots."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from web.start import workers_command

ROOT = Path(__file__).parents[1]
LIMIT_S = 60
_HERE = "127.0.0.1"
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
# Without these, Chromium sends requests to its vendor.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]

# Prediction and sliders agree, and no animation is running.
SETTLED = """() => {
  const answer = document.querySelector("[data-answer]")
  if (!answer || document.querySelector("[data-stale=true]")) return false
  const inputs = JSON.parse(answer.dataset.sliders).map((key) => document.querySelector(`.st-key-${key} input`))
  const shown = inputs.every(Boolean) && JSON.parse(answer.dataset.x)
  return shown && shown.every((v, i) => Math.abs(v - inputs[i].valueAsNumber) < 1e-6)
    && answer.getAnimations({ subtree: true }).length === 0
}"""


# A page other than the landing page: its heading is there, and nothing is loading.
QUIET = """() => {
  const find = (selector) => document.querySelector(selector)
  return find("[data-testid=stMainBlockContainer] h1") && find(".st-key-browser-document")
    && !find("[data-stale=true], [data-testid=stSkeleton], [data-testid=stSpinner]")
}"""


@dataclass(frozen=True)
class Served:
    """A running server: its address and process id."""

    address: str
    pid: int


@contextmanager
def served(
    registry: Path | str,
    script: str = "streamlit_app.py",
    health: str = "healthz",
    *,
    options: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
    port: int | None = None,
    folder: Path = ROOT,
    n_workers: int = 1,
) -> Iterator[Served]:
    """Run *script*, a path relative to *folder*, on localhost until the block ends, on a free port if none is given.

    Several workers serve the app itself, without options.
    """
    port = port or free_port()
    command = [sys.executable, "-m", "streamlit", "run", script, "--server.headless=true"]
    command += [f"--server.port={port}", f"--server.address={_HERE}", *options]
    if n_workers > 1:
        command = workers_command(n_workers, port)
    process = subprocess.Popen(
        command,
        cwd=folder,
        stdout=2,  # a failed test shows Streamlit's tracebacks
        env={
            **os.environ,
            "STREAMLIT_SERVER_ADDRESS": _HERE,
            **(environment or {}),
            "IRISML_REGISTRY": str(registry),
        },
    )
    address = f"http://{_HERE}:{port}"
    try:
        _wait_for(f"{address}/{health}", process)
        yield Served(address, process.pid)
    finally:
        process.terminate()
        process.wait(LIMIT_S)


def free_port() -> int:
    """Return a port on which nothing listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


def _wait_for(address: str, process: subprocess.Popen) -> None:
    end = time.monotonic() + LIMIT_S
    while True:
        assert process.poll() is None, "the server has exited"
        try:
            urllib.request.urlopen(address)
        except (urllib.error.URLError, ConnectionError):
            assert time.monotonic() < end, f"no response from {address}"
            time.sleep(0.05)
        else:
            return
