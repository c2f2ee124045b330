"""web.start: the command of the container."""

import subprocess
import sys

import pytest

from ops.port import port
from web.limits import Limits
from web.start import app_command, command, main, n_workers, stage_environment


@pytest.mark.parametrize("said", ["", "  ", None])
def test_the_default_port_is_8000(said):
    """App Service uses it by default."""
    assert port({} if said is None else {"PORT": said}) == 8000


@pytest.mark.parametrize("said", ["0", "65536", "-1", "80a", "8000.0", "٨٠"])
def test_an_invalid_port_is_refused(said):
    with pytest.raises(ValueError, match="Set it to a number from 1 to 65535"):
        port({"PORT": said})


def test_the_container_listens_on_all_interfaces():
    """Without an address Streamlit uses IPv6 and IPv4, where the system has both."""
    words = command({"PORT": "8123"})
    assert {"--server.port=8123", "--server.headless=true"} <= set(words)
    assert not [word for word in words if word.startswith("--server.address")]


def test_a_local_server_listens_on_localhost_and_allows_its_names_only():
    """Every visitor is the presenter there, so no other machine or site may reach it."""
    words = app_command({})
    assert {"--server.address=127.0.0.1", "--server.port=8501", "--server.allowedHosts=localhost"} <= set(words)


def test_stage_is_public_and_has_a_passphrase(tmp_path, monkeypatch):
    """If none is set it is one of the day: after a restart on stage the presenter is still signed in."""
    monkeypatch.setenv("IRISML_REGISTRY", str(tmp_path / "one"))
    one, again = stage_environment({}), stage_environment({})
    assert one["IRISML_PUBLIC"] == "1"
    assert len(one["IRISML_PRESENTER_PASSPHRASE"]) >= 8
    assert one == again
    monkeypatch.setenv("IRISML_REGISTRY", str(tmp_path / "another"))
    assert stage_environment({}) != one


def test_a_generated_passphrase_is_printed(monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("IRISML_REGISTRY", str(tmp_path))
    became = []
    monkeypatch.setattr("web.start.os.execve", lambda *given: became.append(given))
    monkeypatch.delenv("IRISML_PRESENTER_PASSPHRASE", raising=False)
    main(["stage"])
    passphrase = became[0][2]["IRISML_PRESENTER_PASSPHRASE"]
    assert passphrase in capsys.readouterr().out


def test_the_server_does_not_look_up_its_external_address():
    """Streamlit would ask another host, in order to print the address."""
    assert "--browser.serverAddress=localhost" in command({})


def test_the_process_is_replaced_by_the_server(monkeypatch):
    """A parent process would not forward SIGTERM."""
    became = []
    monkeypatch.setattr("web.start.os.execve", lambda program, words, _: became.append((program, words)))
    monkeypatch.setenv("PORT", "8123")
    main([])
    assert became == [(sys.executable, command({"PORT": "8123"}))]


def test_an_invalid_port_is_one_sentence_and_exit_code_1():
    ran = subprocess.run(
        [sys.executable, "-m", "web.start"], env={"PORT": "eighty"}, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 1
    assert ran.stderr.startswith('Error: PORT is "eighty"')


@pytest.mark.parametrize("value", ["0", "-1", "many", "1.5"])
def test_an_invalid_limit_is_reported_at_the_start(value):
    environment = {"IRISML_LIMIT_SESSIONS": value}
    ran = subprocess.run(
        [sys.executable, "-m", "web.start"], env=environment, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 1
    assert ran.stderr.startswith(f'Error: IRISML_LIMIT_SESSIONS is "{value}"')


@pytest.mark.parametrize("words", [["stage", "--workers", "2"], ["stage", "--workers=2"], ["stage"], []])
def test_several_processes_are_started_if_they_are_asked_for(monkeypatch, tmp_path, words):
    """By an option on a stage, or by the environment."""
    monkeypatch.setenv("IRISML_REGISTRY", str(tmp_path))
    monkeypatch.setenv("PORT", "8123")
    if len(words) < 2:
        monkeypatch.setenv("IRISML_WORKERS", "2")
    became = []
    monkeypatch.setattr("web.start.os.execve", lambda _, command, __: became.append(command[1:]))
    main(words)
    assert became == [["-m", "web.workers.front", "2", "8123"]]


@pytest.mark.parametrize("n", ["0", "17", "two", "-1", "1.5"])
def test_an_impossible_number_of_processes_is_refused(n):
    with pytest.raises(SystemExit, match=f'IRISML_WORKERS, or --workers, is "{n}"'):
        main(["stage", "--workers", n])


def test_on_windows_there_is_one_process():
    with pytest.raises(ValueError, match="Use one process, or WSL"):
        n_workers({"IRISML_WORKERS": "2"}, is_windows=True)


def test_an_unknown_command_is_refused_with_the_known_ones():
    with pytest.raises(SystemExit, match=r"say app .* stage .* or nothing"):
        main(["party"])


def test_a_passphrase_that_is_too_short_is_refused_at_the_start(monkeypatch):
    monkeypatch.setenv("IRISML_PRESENTER_PASSPHRASE", "short")
    with pytest.raises(SystemExit, match="has 5 characters; give it 8 or more"):
        main(["stage"])


def test_an_unknown_limit_is_refused():
    """A misspelt name would leave the limit unset."""
    with pytest.raises(ValueError, match=r"no limit IRISML_LIMIT_SESSION\. Available .* IRISML_LIMIT_SESSIONS"):
        Limits.of({"IRISML_LIMIT_SESSION": "3"})
