"""Health check of a running app: checks the content of /healthz and, on request, the build.

    python -m ops.probe                                                this container
    python -m ops.probe https://irisml.example --build 42 --within 300  a site, until build 42 responds

Streamlit returns status 200 and a page for any address, so the body of /healthz is checked. The
module needs only the standard library: the container's health check and the delivery pipeline use it.
"""

import argparse
import json
import os
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from http.client import HTTPException

from ops.port import port

_PATIENCE_S = 4
_PAUSE_S = 2


def finding(address: str, build: str | None = None) -> tuple[bool, str]:
    """Check once.

    Returns
    -------
    tuple of (bool, str)
        Whether the app is healthy, and the finding in one line.
    """
    try:
        content, status = _answer(f"{address}/healthz")
    except (OSError, HTTPException) as error:  # includes incomplete responses, as during a slot swap
        return False, f"no response: {error!r}"
    try:
        health = json.loads(content)
        said, version, seen = health["status"], health.get("version"), health.get("build")
    except (ValueError, TypeError, KeyError, AttributeError):
        if status == 403:
            return False, "403: on Azure, Dev and the slots are for those whom `python3 -m infra create --allow` names"
        return False, f"{status}, but not the response of /healthz: is this irisml?"
    if status != 200 or said != "ok":
        return False, f"{status}, {said}: {health.get('detail', '')}"
    if build is not None and seen != build:
        return False, f"build {seen} responds, not {build}"
    return True, f"build {seen} responds with version {version} of the model"


def _answer(address: str) -> tuple[bytes, int]:
    try:
        with urllib.request.urlopen(address, timeout=_PATIENCE_S) as answer:  # noqa: S310 - see _address
            return answer.read(), answer.status
    except urllib.error.HTTPError as error:
        return error.read(), error.code


def wait(address: str, build: str | None, within_s: float) -> bool:
    """Repeat the check until the app is healthy or the time is over; print changes of the finding."""
    end, told = time.monotonic() + within_s, None
    while True:
        good, seen = finding(address, build)
        if seen != told:
            print(f"{address}: {seen}", flush=True)  # noqa: T201
            told = seen
        if good or time.monotonic() + _PAUSE_S > end:
            return good
        time.sleep(_PAUSE_S)


def _address(text: str) -> str:
    if not text.startswith(("http://", "https://")):
        raise argparse.ArgumentTypeError(f'"{text}" is not a web address: it must begin with https://')
    return text.rstrip("/")


def main(words: Sequence[str] | None = None) -> int:
    """Return 0 if the app is healthy, else 1."""
    parser = argparse.ArgumentParser(prog="python -m ops.probe", description="Check the health of an app.")
    parser.add_argument("address", nargs="?", type=_address, help="address of the app [this machine, on PORT]")
    parser.add_argument("--build", help="fail unless this build responds")
    parser.add_argument("--within", type=float, default=0, metavar="SECONDS", help="retry until then [check once]")
    asked = parser.parse_args(words)
    address = asked.address or f"http://127.0.0.1:{port(os.environ)}"
    return 0 if wait(address, asked.build, asked.within) else 1


if __name__ == "__main__":
    sys.exit(main())
