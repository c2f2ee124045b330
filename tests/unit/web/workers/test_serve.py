"""A worker: uvicorn's server on connections that arrive through a channel."""

import asyncio
import http.client
import socket
import threading

import pytest
import uvicorn

from web.workers.channel import READY, channel, hand_over

if not hasattr(socket, "send_fds"):
    pytest.skip("Windows hands over no connection", allow_module_level=True)

from web.workers.serve import HandedServer


async def app(scope, receive, send):
    """Answer with the path."""
    await send({"type": "http.response.start", "status": 200, "headers": [(b"connection", b"close")]})
    await send({"type": "http.response.body", "body": scope["path"].encode()})


@pytest.fixture
def front():
    """The front's end of the channel of a running worker."""
    mine, theirs = channel()
    server = HandedServer(uvicorn.Config(app, lifespan="off", log_config=None), theirs)
    thread = threading.Thread(target=lambda: asyncio.run(server._serve()))
    thread.start()
    mine.setblocking(True)
    mine.settimeout(20)
    yield mine
    mine.close()  # which ends the worker
    thread.join(20)
    theirs.close()
    assert not thread.is_alive()


def connected() -> tuple[http.client.HTTPConnection, socket.socket]:
    """A visitor, and the connection as the front has accepted it."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        visitor = http.client.HTTPConnection(*listener.getsockname()[:2], timeout=20)
        visitor.connect()
        accepted, _ = listener.accept()
    return visitor, accepted


def test_a_worker_says_that_it_takes_connections(front):
    assert front.recv(1) == READY


def test_a_connection_that_is_handed_over_is_answered(front):
    for path in ("/one", "/two"):
        visitor, accepted = connected()
        assert hand_over(front, accepted)
        visitor.request("GET", path)
        assert visitor.getresponse().read() == path.encode()
        visitor.close()


def test_a_visitor_who_has_left_before_harms_nobody(front):
    visitor, accepted = connected()
    visitor.close()
    hand_over(front, accepted)
    test_a_connection_that_is_handed_over_is_answered(front)
