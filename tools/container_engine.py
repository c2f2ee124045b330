"""Docker or podman: build images and run containers, reachable from this machine only."""

import json
import os
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

START_LIMIT_S = 230
"""Time that App Service waits for the first response (WEBSITES_CONTAINER_START_TIME_LIMIT)."""
STOP_LIMIT_S = 5
"""Time between SIGTERM and SIGKILL on App Service (WEBSITES_CONTAINER_STOP_TIME_LIMIT)."""
BUILD_ARGUMENTS = {"BUILD": "417", "IMAGE": "irisml:417"}
"""Arguments of the image that the tests build and the benchmarks run."""
_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")


class EngineError(RuntimeError):
    """A command of the engine failed; the message has its output."""


@dataclass(frozen=True)
class Engine:
    """Command-line program with the interface of docker.

    Parameters
    ----------
    program : tuple of str
        Command and its global options.
    for_build, for_run : tuple of str
        Additional options that this machine needs.
    """

    program: tuple[str, ...]
    for_build: tuple[str, ...] = ()
    for_run: tuple[str, ...] = ()

    @property
    def is_podman(self) -> bool:
        return self.program[0] == "podman"

    def __call__(self, *words: str, seconds: float = 600) -> str:
        """Run a command and return its output."""
        ran = subprocess.run([*self.program, *words], capture_output=True, text=True, timeout=seconds, errors="replace")
        if ran.returncode:
            raise EngineError(f"{' '.join(words[:4])} ended with {ran.returncode}:\n{ran.stdout}{ran.stderr}")
        return ran.stdout

    def build(self, tag: str, folder: Path, *words: str) -> None:
        self("build", *self.for_build, *words, "--tag", tag, str(folder))

    def inspect(self, image: str) -> dict:
        return json.loads(self("image", "inspect", image))[0]

    def once(self, image: str, *command: str, words: Sequence[str] = ()) -> str:
        """Run a command in a new container and return its output."""
        return self("run", "--rm", *self.for_run, *words, image, *command)


@dataclass(frozen=True)
class Container:
    """A running container."""

    engine: Engine
    name: str
    address: str

    @property
    def state(self) -> dict:
        return json.loads(self.engine("inspect", self.name))[0]["State"]

    @property
    def logs(self) -> str:
        ran = subprocess.run([*self.engine.program, "logs", self.name], capture_output=True, text=True)
        return ran.stdout + ran.stderr

    def run(self, *command: str) -> str:
        """Run a command in the container."""
        return self.engine("exec", self.name, *command)

    def stop(self) -> tuple[float, int]:
        """Stop it as App Service does; return the duration in seconds, and the exit code."""
        began = time.monotonic()
        self.engine("stop", "-t", str(STOP_LIMIT_S), self.name)
        return time.monotonic() - began, self.state["ExitCode"]

    def get(self, path: str) -> tuple[int, str]:
        """Return status and body of a response; status 0 if there is none."""
        try:
            with urllib.request.urlopen(self.address + path, timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            return 0, ""

    def wait_for(self, path: str, status: int = 200, *, saying: str = "") -> str:
        """Poll until the response has this status and text; return the body."""
        end = time.monotonic() + START_LIMIT_S
        while True:
            got, body = self.get(path)
            if got == status and saying in body:
                return body
            assert self.state["Running"], f"the container has exited:\n{self.logs}"
            assert time.monotonic() < end, f"{path} returned {got} {body}, not {status} {saying}\n{self.logs}"
            time.sleep(0.05)


def find_engine() -> Engine | None:
    """Return docker if its daemon answers, else podman, else None."""
    if shutil.which("docker") and not subprocess.run(["docker", "info"], capture_output=True).returncode:
        return Engine(("docker",))
    if shutil.which("podman"):
        for_build = ("--format=docker", "--layers")  # only docker's format keeps the HEALTHCHECK
        if Path("/run/systemd/system").exists():
            return Engine(("podman",), for_build)
        # Without systemd, the defaults of podman do not work.
        program = ("podman", "--cgroup-manager=cgroupfs", "--runtime=runc")
        for_run = ("--ulimit=nofile=4096:4096", "--ulimit=nproc=4096:4096", "--network=slirp4netns")
        # pip needs the certificates of this machine to trust its package index.
        certificates = (f"--volume={_CERTIFICATES}:{_CERTIFICATES}:ro",) if _CERTIFICATES.exists() else ()
        return Engine(program, (*for_build, "--isolation=chroot", *certificates), for_run)
    return None


@contextmanager
def started(engine: Engine, image: str, port: int, *words: str, command: Sequence[str] = ()) -> Iterator[Container]:
    """Run *image* in the background; its *port* is published on a free one of this machine."""
    name = f"irisml-{os.getpid()}-{time.monotonic_ns()}"
    options = (f"--name={name}", f"--publish=127.0.0.1::{port}", "--detach", "--no-healthcheck", "--memory=1g")
    engine("run", *options, *engine.for_run, *words, image, *command)
    try:
        yield Container(engine, name, f"http://{_published(engine, name, port)}")
    finally:
        engine("rm", "--force", "--volumes", name)


def _published(engine: Engine, name: str, port: int) -> str:
    try:
        return engine("port", name, str(port)).split()[0]
    except (EngineError, IndexError):
        return "127.0.0.1:9"  # it has exited already; port 9 (discard) refuses connections
