"""ops.probe: whether an app answers, and with which build."""

import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from ops.probe import finding, main


@pytest.fixture
def site():
    """A site that returns the prepared responses in turn, the last one repeatedly."""
    answers = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            status, body = answers.pop(0) if len(answers) > 1 else answers[0]
            content = (body if isinstance(body, str) else json.dumps(body)).encode()
            self.send_response(status if self.path == "/healthz" else 404)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *words):
            """Log nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", answers
    server.shutdown()
    thread.join()
    server.server_close()


GOOD = {"status": "ok", "version": 3, "build": "42"}


@pytest.mark.parametrize(
    ("status", "body", "good", "seen"),
    [
        (200, GOOD, True, "build 42 responds with version 3 of the model"),
        (200, {**GOOD, "build": "41"}, False, "build 41 responds, not 42"),
        (200, {**GOOD, "build": None}, False, "build None responds, not 42"),
        (503, {"status": "no model", "build": "42", "detail": "why"}, False, "503, no model: why"),
        (200, {"status": "training"}, False, "200, training: "),
        (503, {"status": "ok", "build": "42"}, False, "503, ok: "),
        (200, "<html>any path of Streamlit answers 200</html>", False, "200, but not the response of /healthz"),
        (200, "[]", False, "200, but not the response of /healthz"),
        (502, "Bad gateway", False, "502, but not the response of /healthz"),
    ],
)
def test_only_a_healthz_response_of_the_expected_build_counts(site, status, body, good, seen):
    address, answers = site
    answers.append((status, body))
    found = finding(address, "42")
    assert found[0] is good
    assert found[1].startswith(seen)


def test_any_build_counts_if_none_is_expected(site):
    """As for the health check of the container."""
    address, answers = site
    answers.append((200, {**GOOD, "build": None}))
    assert finding(address)[0]


def test_no_response_exits_with_1(capsys):
    assert main(["http://127.0.0.1:9"]) == 1
    assert "http://127.0.0.1:9: no response" in capsys.readouterr().out


@pytest.mark.parametrize(
    "said",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{",
        b"HTTP/1.1 503 Busy\r\nContent-Length: 500\r\n\r\n{",
        b"nonsense\r\n\r\n",
    ],
)
def test_an_incomplete_response_counts_as_no_answer(said):
    """An exception after a swap would prevent that it is reversed."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer():
            connection, _ = listening.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(said)

        thread = threading.Thread(target=answer)
        thread.start()
        good, seen = finding(f"http://127.0.0.1:{listening.getsockname()[1]}", "42")
        thread.join()
    assert not good
    assert seen.startswith("no response: ")


def test_it_waits_for_the_build_and_prints_each_change_once(site, capsys, monkeypatch):
    monkeypatch.setattr("ops.probe._PAUSE_S", 0.01)
    address, answers = site
    old = {**GOOD, "build": "41"}
    answers += [(502, ""), (200, old), (200, old), (200, GOOD)]
    assert main([address + "/", "--build", "42", "--within", "30"]) == 0
    assert [line.removeprefix(f"{address}: ") for line in capsys.readouterr().out.splitlines()] == [
        "502, but not the response of /healthz: is this irisml?",
        "build 41 responds, not 42",
        "build 42 responds with version 3 of the model",
    ]


def test_it_exits_with_1_after_the_time_limit(site, monkeypatch):
    monkeypatch.setattr("ops.probe._PAUSE_S", 0.01)
    address, answers = site
    answers.append((200, {**GOOD, "build": "41"}))
    assert main([address, "--build", "42", "--within", "0.1"]) == 1


def test_without_an_address_it_probes_this_machine(site, monkeypatch):
    """On PORT, as the health check of the container does."""
    address, answers = site
    answers.append((200, GOOD))
    monkeypatch.setenv("PORT", address.rpartition(":")[2])
    assert main([]) == 0


def test_an_invalid_address_is_refused(capsys):
    """Without a request; file URLs are refused as well."""
    with pytest.raises(SystemExit):
        main(["file:///etc/passwd"])
    assert "is not a web address" in capsys.readouterr().err
