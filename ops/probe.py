"""Ask a running app whether it answers, and from which build; reads what it says, not only that it says something.

    python -m ops.probe                                                this container
    python -m ops.probe https://irisml.example --build 42 --within 300  a site, until build 42 answers

A wrong address of a Streamlit app answers 200 with a page, so only the words of /healthz count.
It needs Python and nothing else: the container's health check and the delivery pipeline use it.
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
    """Ask once.

    Returns
    -------
    tuple of (bool, str)
        Whether all is well, and what was seen in one line.
    """
    try:
        content, status = _answer(f"{address}/healthz")
    except (OSError, HTTPException) as error:  # also an answer that breaks off: a swap is when that happens
        return False, f"no answer: {error!r}"
    try:
        health = json.loads(content)
        said, version, seen = health["status"], health.get("version"), health.get("build")
    except (ValueError, TypeError, KeyError, AttributeError):
        return False, f"{status}, but not the words of /healthz: is this irisml?"
    if status != 200 or said != "ok":
        return False, f"{status}, {said}: {health.get('detail', '')}"
    if build is not None and seen != build:
        return False, f"build {seen} answers, not {build}"
    return True, f"build {seen} answers with version {version} of the model"


def _answer(address: str) -> tuple[bytes, int]:
    try:
        with urllib.request.urlopen(address, timeout=_PATIENCE_S) as answer:  # noqa: S310 - see _address
            return answer.read(), answer.status
    except urllib.error.HTTPError as error:
        return error.read(), error.code


def wait(address: str, build: str | None, within_s: float) -> bool:
    """Ask until all is well or the time is over; print what changes."""
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
        raise argparse.ArgumentTypeError(f'"{text}" is no web address: it begins with https://')
    return text.rstrip("/")


def main(words: Sequence[str] | None = None) -> int:
    """Return 0 if all is well, else 1."""
    parser = argparse.ArgumentParser(prog="python -m ops.probe", description="Ask an app whether it answers.")
    parser.add_argument("address", nargs="?", type=_address, help="of the app [this machine's, on PORT]")
    parser.add_argument("--build", help="fail unless this build answers")
    parser.add_argument("--within", type=float, default=0, metavar="SECONDS", help="ask until then [once]")
    asked = parser.parse_args(words)
    address = asked.address or f"http://127.0.0.1:{port(os.environ)}"
    return 0 if wait(address, asked.build, asked.within) else 1


if __name__ == "__main__":
    sys.exit(main())
