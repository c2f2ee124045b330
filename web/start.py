"""Start the app: on this machine only, on a stage, or in a container.

``python -m web.start`` is the command of the container: public, on the port of the platform.
``app`` is for one laptop: not reachable from other machines, every visitor is the presenter.
``stage`` is for an audience in the local network: visitors view and predict, the presenter signs in.
A container and ``stage`` serve with several processes if IRISML_WORKERS, or ``--workers``, is more than 1.
"""

import os
import secrets
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import date

from irisml.domain.settings import SHORTEST_PASSPHRASE, Settings
from irisml.registry.location import mlflow_address
from ops.port import port
from web.limits import Limits
from web.state.passphrase import SCHEME, is_hash
from web.state.presenter_token import passphrase_of_the_day

LAPTOP_PORT = 8501
LOOPBACK = "127.0.0.1"
_PASSPHRASE, _PUBLIC = "IRISML_PRESENTER_PASSPHRASE", "IRISML_PUBLIC"
_WORKERS, _MOST_WORKERS = "IRISML_WORKERS", 16
_USAGE = "Error: say app (this machine only), stage [--workers N] (an audience), or nothing (a container)."


def command(environment: Mapping[str, str]) -> list[str]:
    """Return the command that serves the app on all interfaces, including IPv6 if available."""
    return [
        *_streamlit(port(environment)),
        "--server.headless=true",
        "--logger.hideWelcomeMessage=true",  # no line of a log
        "--browser.serverAddress=localhost",  # else Streamlit queries an external host for the address to print
    ]


def app_command(environment: Mapping[str, str]) -> list[str]:
    """Return the command that serves the app for this machine only.

    Only these three host names are accepted, which prevents DNS rebinding by other sites.
    """
    names = ("localhost", LOOPBACK, "[::1]")
    return [
        *_streamlit(port(environment, LAPTOP_PORT)),
        f"--server.address={LOOPBACK}",
        *(f"--server.allowedHosts={name}" for name in names),
    ]


def stage_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment for an audience: IRISML_PUBLIC and a passphrase are set.

    Examples
    --------
    >>> stage_environment({"IRISML_PRESENTER_PASSPHRASE": "petals in the rain"})["IRISML_PUBLIC"]
    '1'
    """
    return {**environment, _PUBLIC: "1", _PASSPHRASE: environment.get(_PASSPHRASE) or _generated_passphrase()}


def _generated_passphrase() -> str:
    try:
        return passphrase_of_the_day(date.today())
    except OSError:
        return secrets.token_urlsafe(9)  # of this start only: the registry cannot keep the key


def workers_command(n: int, port: int) -> list[str]:
    """Return the command that serves the app with *n* processes; their settings of Streamlit are in the environment."""
    return [sys.executable, "-m", "web.workers.front", str(n), str(port)]


def n_workers(environment: Mapping[str, str], *, is_windows: bool = os.name == "nt") -> int:
    """Return the number of server processes.

    Raises
    ------
    ValueError
        If IRISML_WORKERS is not a number from 1 to 16, or is more than 1 on Windows.

    Examples
    --------
    >>> n_workers({}), n_workers({"IRISML_WORKERS": "2"}, is_windows=False)
    (1, 2)
    """
    text = environment.get(_WORKERS, "").strip() or "1"
    if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= _MOST_WORKERS):
        raise ValueError(f'{_WORKERS}, or --workers, is "{text}". Give a number from 1 to {_MOST_WORKERS}.')
    if int(text) > 1 and is_windows:
        raise ValueError("Windows cannot hand a connection to another process. Use one process, or WSL.")
    return int(text)


def _streamlit(port: int) -> list[str]:
    return [sys.executable, "-m", "streamlit", "run", "streamlit_app.py", f"--server.port={port}"]


def _checked_passphrase(environment: Mapping[str, str]) -> str | None:
    known = environment.get(_PASSPHRASE)
    if known and known.startswith(SCHEME) and not is_hash(known):
        raise ValueError(f"{_PASSPHRASE} is no complete hash. Make it again: python3 run.py passphrase")
    if known and len(known) < SHORTEST_PASSPHRASE:
        raise ValueError(f"{_PASSPHRASE} has {len(known)} characters; give it {SHORTEST_PASSPHRASE} or more.")
    return known


def _stage(environment: Mapping[str, str]) -> tuple[list[str], Mapping[str, str]]:
    known = _checked_passphrase(environment)
    environment = stage_environment(environment)
    number, n = port(environment, LAPTOP_PORT), n_workers(environment)
    if not known:
        sys.stdout.write(f"The presenter's passphrase is: {environment[_PASSPHRASE]}\n")
    sys.stdout.flush()
    one = [*_streamlit(number), "--browser.serverAddress=localhost"]
    return (one if n == 1 else workers_command(n, number)), environment


def _container(environment: Mapping[str, str]) -> tuple[list[str], Mapping[str, str]]:
    n = n_workers(environment)
    return (command(environment) if n == 1 else workers_command(n, port(environment))), environment


def main(arguments: Sequence[str] | None = None) -> None:
    """Replace this process by the server, so that the server itself receives the stop signal."""
    given = sys.argv[1:] if arguments is None else arguments
    words = [part for word in given for part in word.split("=", 1)]  # --workers=2
    environment: Mapping[str, str] = os.environ
    try:
        Limits.of(environment)
        mlflow_address(Settings.of(environment).registry)
        match words:
            case ["app"]:
                serve = app_command(environment)
            case ["stage"]:
                serve, environment = _stage(environment)
            case ["stage", "--workers", n]:
                serve, environment = _stage({**environment, _WORKERS: n})
            case []:
                serve, environment = _container(environment)
            case _:
                sys.exit(_USAGE)
    except ValueError as error:
        sys.exit(f"Error: {error}")
    # Otherwise uvicorn believes what a tunnel on this machine says about the address of a request.
    environment = {"FORWARDED_ALLOW_IPS": "", **environment}
    if os.name == "nt":  # on Windows, exec starts a second process that is detached from the terminal
        sys.exit(subprocess.run(serve, env=dict(environment), check=False).returncode)
    os.execve(serve[0], serve, dict(environment))  # noqa: S606 - fixed arguments, no shell


if __name__ == "__main__":
    main()
