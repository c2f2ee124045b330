"""An MLflow tracking server on this machine, on sqlite or PostgreSQL: for tests, benchmarks and the task team.

As a program it installs the server: before tests in several processes, which would do it at once.
"""

import os
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tools.own_environment import installed
from tools.served_app import free_port

SETTINGS = {
    # Without these, server and page send requests to hosts of their vendors.
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "DO_NOT_TRACK": "true",
    "MLFLOW_MODEL_CATALOG_URI": "",
    # Eight processes for jobs with language models, 1.5 GB.
    "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
}
_LONGEST_S = 120


@dataclass(frozen=True)
class TrackingServer:
    """A running server: its address and process id."""

    url: str
    pid: int


def install() -> Path:
    """Install the server's own requirements once, 600 MB; return its Python."""
    return installed(".venv-mlflow", "requirements-mlflow.txt", "the tracking server") / "python"


@contextmanager
def tracking_server(
    store: str,
    files: Path,
    *,
    port: int | None = None,
    options: tuple[str, ...] = (),
    environment: Mapping[str, str] | None = None,
) -> Iterator[TrackingServer]:
    """Run a tracking server on localhost until the block ends.

    Parameters
    ----------
    store : str
        ``sqlite:////folder/mlflow.db``, or what `postgresql` gives.
    files : Path
        Folder for the files of the models.
    """
    port = port or free_port()
    command = [install(), "-m", "mlflow", "server", "--backend-store-uri", store, "--artifacts-destination", files]
    process = subprocess.Popen(
        [*command, "--host", "127.0.0.1", "--port", str(port), "--workers", "1", *options],
        env={**os.environ, **SETTINGS, **(environment or {}), "PYTHONPATH": ""},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_for(url, process)
        yield TrackingServer(url, process.pid)
    finally:
        process.terminate()  # it ends its worker; a killed one leaves it behind
        process.wait(_LONGEST_S)


def _wait_for(url: str, process: subprocess.Popen) -> None:
    """Wait until the database answers; /health says OK while it is away."""
    end = time.monotonic() + _LONGEST_S
    while True:
        assert process.poll() is None, "the tracking server has exited"
        try:
            urllib.request.urlopen(f"{url}/api/2.0/mlflow/registered-models/search?max_results=1", timeout=5)
        except urllib.error.HTTPError as error:
            if error.code == 401:  # with sign-in: it answers
                return
        except OSError:
            pass
        else:
            return
        assert time.monotonic() < end, f"no response from {url}"
        time.sleep(0.1)


def postgresql_programs() -> Path | None:
    """Return the folder with initdb and pg_ctl; None if PostgreSQL is not installed."""
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    return next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)


@contextmanager
def postgresql() -> Iterator[str]:
    """Run an empty PostgreSQL on localhost until the block ends; give the address for the tracking server."""
    programs = postgresql_programs()
    assert programs, "PostgreSQL is not installed"
    # It refuses to run as root, and its user cannot look into root's folders.
    as_user = ["runuser", "-u", "postgres", "--"] if os.name != "nt" and os.geteuid() == 0 else []
    with tempfile.TemporaryDirectory(prefix="irisml-postgresql-", ignore_cleanup_errors=True) as folder:
        if as_user:
            shutil.chown(folder, "postgres")
        data, port = Path(folder) / "data", free_port()
        quiet = {"stdout": subprocess.DEVNULL, "check": True, "cwd": folder}
        subprocess.run(
            [*as_user, programs / "initdb", "-D", data, "-U", "mlflow", "--auth=trust", "--encoding=UTF8", "-N"],
            **quiet,
        )
        listens = f"-c listen_addresses=127.0.0.1 -p {port} -k {folder} -c fsync=off"
        control = [*as_user, programs / "pg_ctl", "-D", data, "-w"]
        subprocess.run([*control, "-l", Path(folder) / "log", "-o", listens, "start"], **quiet)
        try:
            yield f"postgresql+psycopg://mlflow@127.0.0.1:{port}/postgres"
        finally:
            subprocess.run([*control, "-m", "immediate", "stop"], **quiet)


if __name__ == "__main__":
    install()
