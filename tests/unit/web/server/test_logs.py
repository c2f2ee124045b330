"""web.server.logs: lines of the log, in a process of its own because logging is global."""

import json
import os
import subprocess
import sys

import pytest

PROGRAM = """
import logging, sys
logging.getLogger("irisml.releases")
from streamlit.logger import get_logger
get_logger("uvicorn.access"), get_logger("uvicorn.error")
from web.server.logs import use_log_format
use_log_format(sys.argv[1])
logging.getLogger("irisml.releases").info("version %s serves", 3, extra={"event": "start", "duration_ms": 14})
logging.getLogger("uvicorn.access").info("203.0.113.9 - GET /")
logging.getLogger("uvicorn.error").info('203.0.113.9:0 - "WebSocket /_stcore/stream" [accepted]')
logging.getLogger("uvicorn.error").warning("a line\\nof two")
try:
    1 / 0
except ZeroDivisionError:
    logging.getLogger("web.pages").exception("page failed")
"""


@pytest.fixture
def lines(tmp_path):
    environment = {**os.environ, "IRISML_REGISTRY": str(tmp_path), "IRISML_BUILD": "417", "PYTHONPATH": "."}

    def run(form: str) -> list[str]:
        command = [sys.executable, "-c", PROGRAM, form]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stderr.splitlines()

    return run


def test_every_line_is_one_object_with_version_build_and_event(lines):
    told = [json.loads(line) for line in lines("json")]
    assert [(one["level"], one["event"], one["build"]) for one in told] == [
        ("INFO", "start", "417"),
        ("WARNING", "uvicorn.error", "417"),
        ("ERROR", "web.pages", "417"),
    ]
    assert (told[0]["message"], told[0]["duration_ms"], told[0]["version"]) == ("version 3 serves", 14, None)
    assert told[1]["message"] == "a line\nof two"
    assert "ZeroDivisionError" in told[2]["exc_info"]


def test_no_line_has_the_address_of_a_visitor(lines):
    assert "203.0.113.9" not in "".join(lines("json"))


def test_as_text_the_lines_are_as_they_were(lines):
    told = lines("text")
    assert "page failed" in told
    assert not any(line.startswith("{") for line in told)
