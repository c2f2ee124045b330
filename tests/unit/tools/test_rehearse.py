"""The rehearsal: each check passes where all is well, and fails where it is not, with a cure."""

import pytest

from irisml.domain.settings import Settings
from tools import rehearse
from web.data.csv_prediction import csv_template
from web.i18n.text import language
from web.server.headers import security_headers

POLICY = next(value.decode() for name, value in security_headers() if name == b"content-security-policy")
GOOD = [
    rehearse.opens_quickly(2.0),
    rehearse.needs_no_network(POLICY),
    rehearse.phones_reach("http://192.0.2.7:8501/"),
    rehearse.port_is_free(8501, lambda port: False),
    rehearse.passphrase_is_set(Settings()),
    rehearse.passphrase_is_set(Settings(presenter_passphrase="petals in the rain")),
    rehearse.error_csv_is_refused(csv_template(language("fr"))),
    rehearse.script_fits([0, 2, 44]),
    rehearse.tree_is_clean("\n"),
    rehearse.image_is_there("irisml  42"),
    rehearse.site_is_healthy(True, "ok, version 1"),
    rehearse.sign_in_works(200),
    rehearse.code_is_coarse(29),
]
BAD = [
    rehearse.opens_quickly(11.0),
    rehearse.opens_quickly(None),
    rehearse.needs_no_network(""),
    rehearse.needs_no_network("default-src 'self'; script-src cdn.example.com"),
    rehearse.needs_no_network("default-src https:"),
    rehearse.needs_no_network("default-src *"),
    rehearse.phones_reach("http://localhost:8501/"),
    rehearse.port_is_free(8501, lambda port: True),
    rehearse.passphrase_is_set(Settings(presenter_passphrase="short")),
    rehearse.error_csv_is_refused("sepal_length,sepal_width,petal_length,petal_width\n5.0,3,1,1\n"),
    rehearse.script_fits([]),
    rehearse.script_fits([0, 50]),
    rehearse.script_fits([0, 5, 2]),
    rehearse.tree_is_clean(" M README.md\n"),
    rehearse.image_is_there("debian 13"),
    rehearse.site_is_healthy(False, "no response"),
    rehearse.sign_in_works(401),
    rehearse.code_is_coarse(41),
]
UNKNOWN = [rehearse.tree_is_clean(None), rehearse.image_is_there(None), rehearse.sign_in_works(None)]


@pytest.mark.parametrize("check", GOOD, ids=lambda check: check.sentence)
def test_a_check_passes_where_all_is_well(check):
    assert check.passed is True


@pytest.mark.parametrize("check", BAD, ids=lambda check: check.sentence)
def test_a_check_fails_with_a_cure(check):
    assert check.passed is False
    assert check.cure.endswith((".", "run."))


@pytest.mark.parametrize("check", UNKNOWN, ids=lambda check: check.sentence)
def test_what_cannot_be_checked_is_said(check):
    assert check.passed is None
    assert check.sentence.startswith("Not checked")


def test_a_listening_port_is_found():
    import socket

    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        port = listening.getsockname()[1]
        assert rehearse._listens(port)
    assert not rehearse._listens(port)


def test_one_failure_is_exit_code_1(monkeypatch, capsys):
    monkeypatch.setattr(rehearse, "local_checks", lambda: [GOOD[0], BAD[0]])
    assert rehearse.main([]) == 1
    assert "FAILS The app answers after 11.0 s (allowed: 10 s). Close other programs" in capsys.readouterr().out
    monkeypatch.setattr(rehearse, "local_checks", lambda: [GOOD[0], UNKNOWN[0]])
    assert rehearse.main([]) == 0
