"""web.start: what the container runs"""

import subprocess
import sys

import pytest

from web.start import command, main, port


@pytest.mark.parametrize("said", ["", "  ", None])
def test_without_a_port_it_is_8000(said):
    """App Service asks there, if not told otherwise."""
    assert port({} if said is None else {"PORT": said}) == 8000


@pytest.mark.parametrize("said", ["0", "65536", "-1", "80a", "8000.0", "٨٠"])
def test_what_is_no_port_is_refused(said):
    """With what to do."""
    with pytest.raises(ValueError, match="Set it to a number from 1 to 65535"):
        port({"PORT": said})


def test_the_app_listens_to_everyone_on_that_port():
    """To this machine alone, the platform would not reach it."""
    words = command({"PORT": "8123"})
    assert {"--server.address=0.0.0.0", "--server.port=8123", "--server.headless=true"} <= set(words)


def test_nobody_else_is_asked_for_this_machines_address():
    """Streamlit would, to print it at the start, unless it is told what to print."""
    assert "--browser.serverAddress=localhost" in command({})


def test_the_starter_becomes_the_server(monkeypatch):
    """With no process in between, which would keep the signal to stop to itself."""
    became = []
    monkeypatch.setattr("web.start.os.execv", lambda program, words: became.append((program, words)))
    monkeypatch.setenv("PORT", "8123")
    main()
    assert became == [(sys.executable, command({"PORT": "8123"}))]


def test_a_wrong_port_is_a_sentence_and_an_exit_code():
    """No traceback."""
    ran = subprocess.run(
        [sys.executable, "-m", "web.start"], env={"PORT": "eighty"}, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 1
    assert ran.stderr.startswith('Error: PORT is "eighty"')
