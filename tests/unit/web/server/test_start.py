"""web.start: what the container runs"""

import subprocess
import sys

import pytest

from ops.port import port
from web.limits import Limits
from web.start import app_command, command, main, stage_environment


@pytest.mark.parametrize("said", ["", "  ", None])
def test_without_a_port_it_is_8000(said):
    """App Service asks there, if not told otherwise."""
    assert port({} if said is None else {"PORT": said}) == 8000


@pytest.mark.parametrize("said", ["0", "65536", "-1", "80a", "8000.0", "٨٠"])
def test_what_is_no_port_is_refused(said):
    """With what to do."""
    with pytest.raises(ValueError, match="Set it to a number from 1 to 65535"):
        port({"PORT": said})


def test_the_container_listens_to_everyone_on_that_port():
    """No address is named: Streamlit then takes IPv6 and IPv4, where the system has both."""
    words = command({"PORT": "8123"})
    assert {"--server.port=8123", "--server.headless=true"} <= set(words)
    assert not [word for word in words if word.startswith("--server.address")]


def test_a_laptop_listens_to_itself_and_answers_to_its_own_names():
    """Whoever sits there is the presenter, so nobody else may reach it, nor a page of another site through it."""
    words = app_command({})
    assert {"--server.address=127.0.0.1", "--server.port=8501", "--server.allowedHosts=localhost"} <= set(words)


def test_a_stage_keeps_visitors_apart_and_has_a_passphrase():
    """Its own, or one that is made up for this start."""
    one, two = stage_environment({}), stage_environment({})
    assert one["IRISML_PUBLIC"] == "1"
    assert len(one["IRISML_PRESENTER_PASSPHRASE"]) >= 8
    assert one["IRISML_PRESENTER_PASSPHRASE"] != two["IRISML_PRESENTER_PASSPHRASE"]


def test_a_made_up_passphrase_is_told(monkeypatch, capsys):
    """Nobody could sign in otherwise."""
    became = []
    monkeypatch.setattr("web.start.os.execve", lambda *given: became.append(given))
    monkeypatch.delenv("IRISML_PRESENTER_PASSPHRASE", raising=False)
    main(["stage"])
    passphrase = became[0][2]["IRISML_PRESENTER_PASSPHRASE"]
    assert passphrase in capsys.readouterr().out


def test_nobody_else_is_asked_for_this_machines_address():
    """Streamlit would, to print it at the start, unless it is told what to print."""
    assert "--browser.serverAddress=localhost" in command({})


def test_the_starter_becomes_the_server(monkeypatch):
    """With no process in between, which would keep the signal to stop to itself."""
    became = []
    monkeypatch.setattr("web.start.os.execve", lambda program, words, _: became.append((program, words)))
    monkeypatch.setenv("PORT", "8123")
    main([])
    assert became == [(sys.executable, command({"PORT": "8123"}))]


def test_a_wrong_port_is_a_sentence_and_an_exit_code():
    """No traceback."""
    ran = subprocess.run(
        [sys.executable, "-m", "web.start"], env={"PORT": "eighty"}, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 1
    assert ran.stderr.startswith('Error: PORT is "eighty"')


@pytest.mark.parametrize("value", ["0", "-1", "many", "1.5"])
def test_a_limit_that_is_no_number_is_told_at_the_start(value):
    """With its name."""
    environment = {"IRISML_LIMIT_SESSIONS": value}
    ran = subprocess.run(
        [sys.executable, "-m", "web.start"], env=environment, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 1
    assert ran.stderr.startswith(f'Error: IRISML_LIMIT_SESSIONS is "{value}"')


def test_a_word_that_is_no_way_to_start_is_refused():
    """With those that are."""
    with pytest.raises(SystemExit, match=r"say app .* stage .* or nothing"):
        main(["party"])


def test_a_passphrase_that_nobody_could_sign_in_with_is_told_before_the_hall_comes(monkeypatch):
    """Too short."""
    monkeypatch.setenv("IRISML_PRESENTER_PASSPHRASE", "short")
    with pytest.raises(SystemExit, match="has 5 characters; give it 8 or more"):
        main(["stage"])


def test_a_limit_that_does_not_exist_is_told():
    """A slip of the keyboard would leave the hall without it."""
    with pytest.raises(ValueError, match=r"no limit IRISML_LIMIT_SESSION\. Those .* IRISML_LIMIT_SESSIONS"):
        Limits.of({"IRISML_LIMIT_SESSION": "3"})
