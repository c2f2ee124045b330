"""infra.trial: what is tried on a real subscription, and what the report says."""

import socket
import threading
from datetime import date

import pytest

from infra import trial
from infra.__main__ import main
from infra.settings import Settings
from tests.delivery.conftest import BUILDS, IMAGE, IRISES

DAY = date(2026, 11, 27)
OPENED = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket"


@pytest.fixture
def azure(az, sites, monkeypatch):
    """A pretended Azure on which everything holds."""
    monkeypatch.setattr(trial, "handshake", lambda host: OPENED)
    return az


def failing(outcomes) -> list[str]:
    return [each.claim for each in outcomes if each.result == trial.FAILS]


def test_on_a_subscription_where_all_holds_the_report_says_so(azure, tmp_path, monkeypatch, capsys):
    """The image is built in the registry, on the base image by its digest."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(BUILDS, IMAGE, "try-1")
    assert main(["try", "--name", "myirises"]) == 0
    [file] = (tmp_path / "reports").iterdir()
    assert "10 of 10 assumptions hold" in file.read_text(encoding="utf-8")
    [built] = [call for call in azure.calls if call[:2] == ["acr", "build"]]
    assert f"BASE=myirisesimages.azurecr.io/base/python@sha256:{'c' * 64}" in built
    assert [call for call in azure.calls if call[:2] == ["container", "delete"]]


def test_without_a_share_nobody_asks_for_one(azure):
    without = Settings("myirises", share=False)
    outcomes = trial.attempt(trial.assumptions(without, IMAGE, "42"))
    assert failing(outcomes) == []
    assert not [call for call in azure.calls if call[0] == "storage"]


def test_without_roles_none_is_assigned(azure):
    outcomes = trial.attempt(trial.assumptions(IRISES, IMAGE, "42", with_roles=False))
    assert failing(outcomes) == []
    assert not [call for call in azure.calls if call[0] == "role"]


def test_without_resources_nothing_else_is_tried(azure):
    azure.fail("acr create")
    outcomes = trial.attempt(trial.assumptions(IRISES, IMAGE, "42"))
    assert [each.result for each in outcomes] == [trial.FAILS, *[trial.NOT_TRIED] * 9]
    assert "not today" in trial.report(IRISES, outcomes, DAY)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("HTTP/1.1 503 Service Unavailable", "refuses the websocket: HTTP/1.1 503"),
        (f"{OPENED}\r\nSec-WebSocket-Extensions: permessage-deflate", "compresses websockets"),
        ("", "no answer"),
    ],
)
def test_a_refused_or_compressed_websocket_does_not_hold_and_the_rest_is_tried(azure, monkeypatch, answer, said):
    monkeypatch.setattr(trial, "handshake", lambda host: answer)
    outcomes = trial.attempt(trial.assumptions(IRISES, IMAGE, "42"))
    assert failing(outcomes) == ["A websocket is opened over HTTPS, without compression."]
    assert said in trial.report(IRISES, outcomes, DAY)
    assert outcomes[-1].result == trial.HOLDS


@pytest.mark.parametrize(
    "found",
    [
        '{"value": []}',
        '{"value": [{"properties": {"status": "Resolved"}}, {"properties": {"status": "SecretNotFound"}}]}',
        '{"properties": {"keyToReferenceStatuses": {"IRISML_SIGNING_KEY": {"status": "AccessToKeyVaultDenied"}}}}',
    ],
)
def test_a_reference_that_is_not_resolved_does_not_hold(azure, found):
    """In both forms of the answer."""
    (azure.folder / "references.json").write_text(found)
    outcomes = trial.attempt(trial.assumptions(IRISES, IMAGE, "42"))
    assert failing(outcomes) == ["Every reference to a secret is resolved."]


def test_an_instance_that_does_not_respond_is_deleted_all_the_same(azure, monkeypatch):
    """It is billed until then."""
    azure.fail("container show")
    outcomes = trial.attempt(trial.assumptions(IRISES, IMAGE, "42"))
    assert failing(outcomes) == ["A container instance pulls as the identity, and is deleted."]
    assert [call for call in azure.calls if call[:2] == ["container", "delete"]]


class Plain:
    """Stands for TLS, which a server on this machine has no certificate for."""

    def wrap_socket(self, plain, server_hostname):
        return plain


def test_the_handshake_asks_as_a_browser_does_and_returns_the_head_of_the_answer(monkeypatch):
    asked = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer():
            visitor, _ = server.accept()
            with visitor:
                asked.append(visitor.recv(4096).decode())
                visitor.sendall(f"{OPENED}\r\n\r\nframes".encode())

        connect, address = socket.create_connection, server.getsockname()
        monkeypatch.setattr("socket.create_connection", lambda _, timeout: connect(address, timeout))
        monkeypatch.setattr("ssl.create_default_context", Plain)
        thread = threading.Thread(target=answer)
        thread.start()
        assert trial.handshake("irises.example") == OPENED
        thread.join(10)
    assert asked[0].startswith("GET /_stcore/stream HTTP/1.1\r\nHost: irises.example\r\n")
    assert "permessage-deflate" in asked[0]


def test_a_site_that_cannot_be_reached_does_not_hold(azure, monkeypatch):
    def nobody(host):
        raise ConnectionRefusedError(host)

    monkeypatch.setattr(trial, "handshake", nobody)
    outcomes = trial.attempt(trial.assumptions(IRISES, IMAGE, "42"))
    assert failing(outcomes) == ["A websocket is opened over HTTPS, without compression."]


def test_an_empty_share_does_not_hold(azure, monkeypatch):
    honest = trial.output
    monkeypatch.setattr(trial, "output", lambda words: "" if words[0] == "storage" else honest(words))
    outcomes = trial.attempt(trial.assumptions(IRISES, IMAGE, "42"))
    assert failing(outcomes) == ["User 10001 writes to the share.", "A second create keeps image and mount."]


def test_a_second_report_of_a_day_does_not_replace_the_first(tmp_path):
    names = [trial.write(text, tmp_path, DAY).name for text in ("one", "two")]
    assert names == ["azure-2026-11-27.md", "azure-2026-11-27-2.md"]
    assert (tmp_path / names[0]).read_text() == "one"


def test_the_dry_run_lists_the_assumptions_and_asks_nobody(az, capsys):
    assert main(["try", "--name", "myirises", "--dry-run"]) == 0
    assert capsys.readouterr().out.startswith("1. All resources can be created")
    assert az.calls == []
