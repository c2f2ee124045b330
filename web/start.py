"""Start the app: on this machine only, on a stage, or in a container.

``python -m web.start`` is the command of the container: public, on the port of the platform.
``app`` is for one laptop: not reachable from other machines, every visitor is the presenter.
``stage`` is for an audience in the local network: visitors view and predict, the presenter signs in.
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
_USAGE = "Error: say app (this machine only), stage (an audience), or nothing (a container)."


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
    passphrase = environment.get(_PASSPHRASE) or passphrase_of_the_day(date.today())
    return {**environment, _PUBLIC: "1", _PASSPHRASE: passphrase}


def _generated_passphrase() -> str:
    try:
        return passphrase_of_the_day(date.today())
    except OSError:
        return secrets.token_urlsafe(9)  # of this start only: the registry cannot keep the key


def _streamlit(port: int) -> list[str]:
    return [sys.executable, "-m", "streamlit", "run", "streamlit_app.py", f"--server.port={port}"]


def main(arguments: Sequence[str] | None = None) -> None:
    """Replace this process by the server, so that the server itself receives the stop signal."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    environment: Mapping[str, str] = os.environ
    try:
        Limits.of(environment)
        mlflow_address(Settings.of(environment).registry)
        if words == ["app"]:
            serve = app_command(environment)
        elif words == ["stage"]:
            known = environment.get(_PASSPHRASE)
            if known and known.startswith(SCHEME) and not is_hash(known):
                raise ValueError(f"{_PASSPHRASE} is no complete hash. Make it again: python3 run.py passphrase")  # noqa: TRY301 - handled below
            if known and len(known) < SHORTEST_PASSPHRASE:
                raise ValueError(f"{_PASSPHRASE} has {len(known)} characters; give it {SHORTEST_PASSPHRASE} or more.")  # noqa: TRY301 - handled below
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
    # Otherwise uvicorn believes what a tunnel on this machine says about the address of a request.
    environment = {"FORWARDED_ALLOW_IPS": "", **environment}
    if os.name == "nt":  # on Windows, exec starts a second process that is detached from the terminal
        sys.exit(subprocess.run(serve, env=dict(environment), check=False).returncode)
    os.execve(serve[0], serve, dict(environment))  # noqa: S606 - fixed arguments, no shell


if __name__ == "__main__":
    main()
