"""What the container starts: the app, for everyone who can reach it, on the port that the platform names.

Azure asks a container on one port and stops it when nothing answers there, so the port is told
in one place: PORT, else 8000.
"""

import os
import sys
from collections.abc import Mapping

DEFAULT_PORT = 8000


def port(environment: Mapping[str, str]) -> int:
    """Return the port to answer on.

    Raises
    ------
    ValueError
        If PORT is no port.

    Examples
    --------
    >>> port({}), port({"PORT": "8123"})
    (8000, 8123)
    """
    text = environment.get("PORT", "").strip()
    if not text:
        return DEFAULT_PORT
    if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= 65535):
        raise ValueError(f'PORT is "{text}", which is no port. Set it to a number from 1 to 65535, or not at all.')
    return int(text)


def command(environment: Mapping[str, str]) -> list[str]:
    """Return the command that serves the app."""
    return [
        *(sys.executable, "-m", "streamlit", "run", "streamlit_app.py"),
        "--server.headless=true",
        "--server.address=0.0.0.0",
        f"--server.port={port(environment)}",
        "--browser.serverAddress=localhost",  # else Streamlit asks another host for this machine's address, to print it
    ]


def main() -> None:
    """Become the server: with no process in between, it gets the signal to stop itself."""
    try:
        serve = command(os.environ)
    except ValueError as error:
        sys.exit(f"Error: {error}")
    os.execv(serve[0], serve)  # noqa: S606 - our own words, no shell


if __name__ == "__main__":
    main()
