"""Starts the app: on this machine alone, on a stage, or in a container.

``python -m web.start`` is what the container runs: for everyone, on the port that the platform
names. ``app`` is for one laptop: nobody else reaches it, and whoever sits there is the presenter.
``stage`` is for a hall in one's own network: visitors look and predict, the presenter signs in.
"""

import os
import secrets
import subprocess
import sys
from collections.abc import Mapping, Sequence

from irisml.domain.settings import SHORTEST_PASSPHRASE
from ops.port import port
from web.limits import Limits

LAPTOP_PORT = 8501
LOOPBACK = "127.0.0.1"
_PASSPHRASE, _PUBLIC = "IRISML_PRESENTER_PASSPHRASE", "IRISML_PUBLIC"
_USAGE = "Error: say app (this machine alone), stage (a hall), or nothing (a container)."


def command(environment: Mapping[str, str]) -> list[str]:
    """Return the command that serves the app for everyone, on IPv6, too, where the system has it."""
    return [
        *_streamlit(port(environment)),
        "--server.headless=true",
        "--browser.serverAddress=localhost",  # else Streamlit asks another host for this machine's address, to print it
    ]


def app_command(environment: Mapping[str, str]) -> list[str]:
    """Return the command that serves the app for this machine alone.

    A page of another site that gives itself this machine's address finds its name refused: only these three are ours.
    """
    names = ("localhost", LOOPBACK, "[::1]")
    return [
        *_streamlit(port(environment, LAPTOP_PORT)),
        f"--server.address={LOOPBACK}",
        *(f"--server.allowedHosts={name}" for name in names),
    ]


def stage_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment in which a hall can take part: visitors are kept apart, and there is a passphrase.

    Examples
    --------
    >>> stage_environment({"IRISML_PRESENTER_PASSPHRASE": "petals in the rain"})["IRISML_PUBLIC"]
    '1'
    """
    passphrase = environment.get(_PASSPHRASE) or secrets.token_urlsafe(9)
    return {**environment, _PUBLIC: "1", _PASSPHRASE: passphrase}


def _streamlit(port: int) -> list[str]:
    return [sys.executable, "-m", "streamlit", "run", "streamlit_app.py", f"--server.port={port}"]


def main(arguments: Sequence[str] | None = None) -> None:
    """Become the server: with no process in between, it gets the signal to stop itself."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    environment: Mapping[str, str] = os.environ
    try:
        Limits.of(environment)
        if words == ["app"]:
            serve = app_command(environment)
        elif words == ["stage"]:
            known = environment.get(_PASSPHRASE)
            if known and len(known) < SHORTEST_PASSPHRASE:
                raise ValueError(f"{_PASSPHRASE} has {len(known)} characters; give it {SHORTEST_PASSPHRASE} or more.")  # noqa: TRY301 - all slips end below
            environment = stage_environment(environment)
            serve = [*_streamlit(port(environment, LAPTOP_PORT)), "--browser.serverAddress=localhost"]
            if not known:
                sys.stdout.write(f"The presenter's passphrase is: {environment[_PASSPHRASE]}\n")
                sys.stdout.flush()
        elif not words:
            serve = command(environment)
        else:
            sys.exit(_USAGE)
    except ValueError as error:
        sys.exit(f"Error: {error}")
    if os.name == "nt":  # there, exec starts a second process and leaves the terminal to neither of them
        sys.exit(subprocess.run(serve, env=dict(environment), check=False).returncode)
    os.execve(serve[0], serve, dict(environment))  # noqa: S606 - our own words, no shell


if __name__ == "__main__":
    main()
