"""Requests to a tracking server, whatever answers there."""

import http.server
import threading
from contextlib import contextmanager
from itertools import repeat

import pytest

from irisml.domain.errors import TrackingServerError
from irisml.registry.mlflow import rest as rest_module
from irisml.registry.mlflow.registry import MlflowRegistry
from irisml.registry.mlflow.rest import Rest, ServerAwayError


@contextmanager
def answering(pieces, *, length=None):
    """A server that answers each request with these pieces."""
    stop = threading.Event()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            if length is not None:
                self.send_header("Content-Length", str(length))
            self.end_headers()
            try:
                for piece in pieces:
                    self.wfile.write(piece)
                    if stop.wait(0.01):
                        return
            except OSError:
                pass  # the client has left, which is what some tests want

        do_POST = do_GET  # noqa: N815 - the name is that of http.server

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        stop.set()
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize("content", [b"{}", b"[1]", b"<html>", b'{"registered_model": {}}', b'{"run": {}}'])
def test_another_server_is_named_as_such(tmp_path, content, candidate):
    """Whatever it answers: not an exception of Python."""
    with answering([content]) as url, pytest.raises(TrackingServerError, match="no tracking server"):
        MlflowRegistry(f"mlflow+{url}", tmp_path).register(candidate)


def test_an_answer_that_trickles_does_not_hold_a_thread_for_ever(monkeypatch):
    """Each piece comes within the timeout of the connection."""
    monkeypatch.setattr(rest_module, "_WHOLE_S", 0.3)
    with answering(repeat(b" ")) as url, pytest.raises(ServerAwayError, match="not complete"):
        Rest(url).get("runs/search")


def test_an_answer_without_an_end_does_not_fill_the_memory(monkeypatch):
    monkeypatch.setattr(rest_module, "_MOST_BYTES", 1 << 20)
    with answering(repeat(bytes(1 << 18))) as url, pytest.raises(ServerAwayError, match="not complete after 1 MB"):
        Rest(url).get("runs/search")


def test_an_answer_that_is_cut_off_is_no_answer():
    with answering([b'{"a": '], length=100) as url, pytest.raises(ServerAwayError):
        Rest(url).get("runs/search")
