"""A team's irisml on this machine without containers, by the settings of team/: ``run.py team``.

PostgreSQL (or sqlite where it is not installed), MLflow's tracking server, two instances of the app, and nginx in front
of them if it is installed. Everything is in a temporary folder, and deleted at the end.
"""

import argparse
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tools.served_app import ROOT, free_port, served
from tools.tracking_server import postgresql, postgresql_programs, tracking_server

NGINX_CONF = ROOT / "team" / "nginx.conf"
N_INSTANCES = 2


@dataclass(frozen=True)
class Team:
    """What runs: addresses of the app (nginx, or the first instance), its instances, and the tracking server."""

    address: str
    instances: tuple[str, ...]
    mlflow: str


@contextmanager
def team(folder: Path, *, port: int | None = None, on_postgresql: bool = True) -> Iterator[Team]:
    """Run a team's irisml until the block ends.

    Parameters
    ----------
    folder : Path
        For everything that is written.
    port : int, optional
        Of nginx; a free one by default.
    on_postgresql : bool
        Whether the tracking server keeps its records in PostgreSQL; else in sqlite.
    """
    with ExitStack() as stack:
        store = stack.enter_context(postgresql()) if on_postgresql else f"sqlite:///{folder / 'mlflow.db'}"
        mlflow = stack.enter_context(tracking_server(store, folder / "files")).url
        # As in team/compose.yaml: one sign-in holds on both, and Watch reads the events of both.
        shared = {"IRISML_LOCAL": str(folder / "shared"), "IRISML_TRUSTED_PROXIES": "1"}
        instances = [
            stack.enter_context(served(f"mlflow+{mlflow}", environment=shared)).address for _ in range(N_INSTANCES)
        ]
        address = instances[0]
        if shutil.which("nginx"):
            address = stack.enter_context(nginx(instances, port or free_port(), folder))
        yield Team(address, tuple(instances), mlflow)


def nginx_conf(instances: list[str], port: int, folder: Path) -> str:
    """Return team/nginx.conf for processes of this machine instead of containers."""
    conf = NGINX_CONF.read_text()
    for number, instance in enumerate(instances, 1):
        conf = conf.replace(f"server app{number}:8000 ", f"server {instance.removeprefix('http://')} ")
    conf = conf.replace("listen 8000;", f"listen 127.0.0.1:{port};")
    return re.sub(r"/tmp/irisml-nginx", f"{folder}/nginx", conf)


@contextmanager
def nginx(instances: list[str], port: int, folder: Path) -> Iterator[str]:
    """Run nginx in front of two instances until the block ends; give its address."""
    conf = folder / "nginx.conf"
    conf.write_text(nginx_conf(instances, port, folder))
    process = subprocess.Popen(["nginx", "-c", conf, "-g", "daemon off;"])
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


def main() -> None:
    """Run until Ctrl+C, or the signal to end: both let the servers end, too."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    parser = argparse.ArgumentParser(prog="run.py team", description=__doc__)
    parser.add_argument("--port", type=int, default=8500, help="of the app [8500]")
    parser.add_argument("--sqlite", action="store_true", help="sqlite, also if PostgreSQL is installed")
    chosen = parser.parse_args()
    with suppress(KeyboardInterrupt), tempfile.TemporaryDirectory(prefix="irisml-team-") as folder:
        on_postgresql = not chosen.sqlite and postgresql_programs() is not None
        print("Starting MLflow's tracking server and two instances of the app ...", flush=True)
        with team(Path(folder), port=chosen.port, on_postgresql=on_postgresql) as running:
            print(f"App:       {running.address}", f"Instances: {', '.join(running.instances)}", sep="\n")
            print(f"MLflow:    {running.mlflow}", f"Records:   {'PostgreSQL' if on_postgresql else 'sqlite'}", sep="\n")
            print(f"Commands:  IRISML_REGISTRY=mlflow+{running.mlflow} {sys.executable} -m irisml versions")
            print("Ctrl+C ends all of it, and deletes what was written.", flush=True)
            threading.Event().wait()


if __name__ == "__main__":
    main()
