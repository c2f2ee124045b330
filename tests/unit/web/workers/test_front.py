"""Accepted connections on their way to a worker, without a worker."""

import contextlib
import errno
import socket
import time

import pytest

from web.workers.channel import READY, channel, hand_over, taken
from web.workers.front import Front, listening

if not hasattr(socket, "send_fds"):
    pytest.skip("Windows hands over no connection", allow_module_level=True)

START = "5eed"
HEAD = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


def head(cookie):
    return HEAD.replace(b"\r\n\r\n", b"\r\nCookie: irisml_worker=%s\r\n\r\n" % cookie)


class Hall:
    """A front with two workers' ends, and its visitors."""

    def __init__(self):
        self.pairs = [channel(), channel()]
        self.listener = listening("127.0.0.1", 0)
        self.front = Front(self.listener, [mine for mine, _ in self.pairs], START)
        self.visitors = []
        self.arrived = ([], [])

    def open_second(self):
        self.pairs[1][1].send(READY)
        self.front.step(0.05)

    def visit(self, words=HEAD) -> socket.socket:
        visitor = socket.create_connection(self.listener.getsockname()[:2])
        self.visitors.append(visitor)
        visitor.sendall(words)
        return visitor

    def step(self, n=5):
        for _ in range(n):
            self.front.step(0.05)
            for (_, theirs), arrived in zip(self.pairs, self.arrived, strict=True):
                with contextlib.suppress(EOFError):
                    arrived += taken(theirs)

    def n_arrived(self) -> tuple[int, ...]:
        return tuple(map(len, self.arrived))

    def close(self):
        self.front.close()
        ends = [end for pair in self.pairs for end in pair]
        for opened in (self.listener, *self.visitors, *self.arrived[0], *self.arrived[1], *ends):
            opened.close()


@pytest.fixture
def hall():
    made = Hall()
    yield made
    made.close()


def test_the_worker_reads_the_request_from_its_beginning(hall):
    hall.visit(HEAD + b"body")
    hall.step()
    assert hall.arrived[0][0].recv(100) == HEAD + b"body"


def test_until_the_others_are_ready_the_first_worker_gets_all(hall):
    for _ in range(4):
        hall.visit()
    hall.step()
    assert hall.n_arrived() == (4, 0)


def test_new_visitors_are_spread_evenly(hall):
    hall.open_second()
    for _ in range(4):
        hall.visit()
    hall.step()
    assert hall.n_arrived() == (2, 2)


@pytest.mark.parametrize(("cookie", "place"), [(b"1-5eed", 0), (b"2-5eed", 1)])
def test_a_visitor_comes_back_to_its_worker(hall, cookie, place):
    hall.open_second()
    for _ in range(3):
        hall.visit(head(cookie))
    hall.step()
    assert len(hall.arrived[place]) == 3


@pytest.mark.parametrize("cookie", [b"3-5eed", b"0-5eed", b"2-0123"])
def test_a_cookie_of_no_worker_counts_as_none(hall, cookie):
    """It goes to the worker that takes visitors, not to the one of its number."""
    hall.visit(head(cookie))
    hall.step()
    assert hall.n_arrived() == (1, 0)


@pytest.mark.parametrize("at", range(1, len(HEAD), 5))
def test_a_request_in_two_pieces_is_handed_over_when_it_is_whole(hall, at):
    visitor = hall.visit(HEAD[:at])
    hall.step(2)
    before = hall.n_arrived()
    visitor.sendall(HEAD[at:])
    hall.step()
    assert (before, hall.n_arrived()) == ((0, 0), (1, 0))


def test_a_silent_visitor_holds_up_nobody(hall):
    hall.visit(b"")
    hall.visit(b"GET /")
    hall.visit()
    hall.step()
    assert hall.n_arrived() == (1, 0)


def test_an_incomplete_request_does_not_keep_the_processor_busy(hall):
    """What has arrived stays readable for the selector."""
    hall.visit(b"GET /")
    hall.step(2)
    n, end = 0, time.monotonic() + 0.5
    while time.monotonic() < end:
        hall.front.step(1.0)
        n += 1
    assert n < 25


@pytest.mark.parametrize("waiting", [0, 1])
def test_without_a_free_descriptor_the_oldest_that_waits_is_closed(hall, monkeypatch, waiting):
    """And the front goes on."""
    visitors = [hall.visit(b"") for _ in range(waiting)]
    hall.step(1)

    class Full:
        def accept(self):
            raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr(hall.front, "_listener", Full())
    hall.front._accept()
    for visitor in visitors:
        visitor.settimeout(5)
        assert visitor.recv(1) == b""


def test_a_visitor_who_leaves_is_forgotten(hall):
    hall.visit(b"").close()
    end = time.monotonic() + 5
    hall.step(1)
    while hall.front._since and time.monotonic() < end:
        hall.step(1)
    assert not hall.front._since


@pytest.mark.parametrize("words", [b"", b"GET /"])
def test_a_silent_connection_is_closed_in_the_end(hall, monkeypatch, words):
    visitor = hall.visit(words)
    hall.step(1)
    monkeypatch.setattr("web.workers.front._PATIENCE_S", -1.0)
    hall.step(1)
    visitor.settimeout(5)
    with contextlib.suppress(ConnectionResetError):  # what it has said was not read
        assert visitor.recv(1) == b""


def test_beyond_the_most_that_wait_the_oldest_is_closed(hall, monkeypatch):
    monkeypatch.setattr("web.workers.front._MOST_WAITING", 2)
    oldest = hall.visit(b"")
    hall.step(1)
    for _ in range(2):
        hall.visit(b"")
    hall.step(2)
    oldest.settimeout(5)
    assert oldest.recv(1) == b""


def test_one_that_was_closed_to_make_room_may_have_spoken_at_that_moment(hall, monkeypatch):
    """Both are told by the same look at the connections."""
    monkeypatch.setattr("web.workers.front._MOST_WAITING", 1)
    oldest = hall.visit(b"")
    hall.step(1)
    hall.visit(b"")
    oldest.sendall(HEAD)
    hall.step()


def test_a_worker_without_room_gets_its_visitors_later(hall):
    """A stalled worker neither stops the front nor loses a visitor."""
    spare = [socket.socketpair() for _ in range(600)]
    n_full = 0
    for one, _ in spare:
        if not hand_over(hall.pairs[0][0], one):
            break
        n_full += 1
    assert n_full < 600
    hall.visit()
    hall.front.step(0.05)
    hall.front.step(0.05)
    for connection in taken(hall.pairs[0][1]):
        connection.close()
    hall.step()
    assert hall.n_arrived() == (1, 0)
    for one, other in spare:
        one.close()
        other.close()


def test_a_worker_that_is_gone_is_an_error(hall):
    hall.pairs[0][1].close()
    with pytest.raises(ConnectionError, match="worker 1 has closed"):
        hall.step()


@pytest.mark.parametrize(("address", "host"), [("", "localhost"), ("127.0.0.1", "127.0.0.1"), ("::1", "::1")])
def test_addresses_of_both_kinds_are_listened_on(address, host):
    with listening(address, 0) as listener, socket.create_connection((host, listener.getsockname()[1]), 5):
        pass


def test_the_worker_learns_that_the_front_is_gone():
    mine, theirs = channel()
    mine.close()
    with pytest.raises(EOFError):
        taken(theirs)
    theirs.close()
