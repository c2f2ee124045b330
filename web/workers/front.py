"""The process in front: it accepts connections, and hands each to the worker that its cookie names.

    python -m web.workers.front 2 8000

The first worker starts alone, so that an empty registry is filled once; the others follow when it can predict. If a
worker ends, all end, and whoever supervises this process (the platform, the speaker) starts it again.
"""

import errno
import os
import secrets
import selectors
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Sequence
from ipaddress import ip_address

from ops import probe
from web.server.file_descriptors import raise_limit
from web.state.app_address import address_in_network
from web.workers.affinity import GRACEFUL_S, Worker, worker_of_request
from web.workers.channel import READY, channel, hand_over

_HEAD_BYTES = 64 * 1024
_BACKLOG = 2048
_PATIENCE_S = 60.0
"""A browser opens connections in advance; one that says nothing for longer is closed."""
_MOST_WAITING = 2000
_NO_DESCRIPTOR = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}
_AGAIN_S = 0.05
"""Until an incomplete request, or a worker without room, is tried again."""
_POLL_S = 1
_ENDING_S = 2 * GRACEFUL_S


class Front:
    """Accepted connections on their way to a worker.

    Parameters
    ----------
    listener : socket.socket
        Listening, non-blocking.
    ends : sequence of socket.socket
        Ends of the channels, in the order of the workers' numbers.
    start : str
        See `web.workers.affinity.Worker`.
    """

    def __init__(self, listener: socket.socket, ends: Sequence[socket.socket], start: str) -> None:
        self._listener = listener
        self._ends = ends
        self._start = start
        self._ready = [0]
        self._turn = 0
        self._since: dict[socket.socket, float] = {}
        self._again: deque[tuple[float, socket.socket]] = deque()
        self._selector = selectors.DefaultSelector()
        for opened in (listener, *ends):
            self._selector.register(opened, selectors.EVENT_READ)

    def step(self, within_s: float = 1.0) -> None:
        """Accept and hand over what is there, and wait for more at most *within_s* seconds.

        Raises
        ------
        ConnectionError
            If a worker has closed its end.
        """
        while self._again and self._again[0][0] <= time.monotonic():
            _, connection = self._again.popleft()
            if connection in self._since:
                self._selector.register(connection, selectors.EVENT_READ)
        if self._again:
            within_s = min(within_s, max(0.0, self._again[0][0] - time.monotonic()))
        for key, _ in self._selector.select(within_s):
            if key.fileobj is self._listener:
                self._accept()
            elif key.fileobj in self._ends:
                self._hear(self._ends.index(key.fileobj))
            elif key.fileobj in self._since:  # not closed meanwhile, to make room
                self._pass_on(key.fileobj)
        self._close_silent()

    def close(self) -> None:
        """Close the connections that wait; those that were handed over are the workers' own."""
        for connection in list(self._since):
            self._forget(connection).close()
        self._selector.close()

    def _hear(self, place: int) -> None:
        """Spread visitors without a cookie over this worker, too: it has said that it takes connections."""
        if not self._ends[place].recv(len(READY)):
            raise ConnectionResetError(f"worker {place + 1} has closed its channel")
        self._ready = sorted({*self._ready, place})

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except (BlockingIOError, ConnectionAbortedError):
                return
            except OSError as error:
                if error.errno not in _NO_DESCRIPTOR:
                    raise
                if not self._since:
                    time.sleep(_AGAIN_S)  # the visitors who wait would wake the selector at once
                self._close_oldest()
                return
            connection.setblocking(False)
            if len(self._since) >= _MOST_WAITING:
                self._close_oldest()
            self._since[connection] = time.monotonic()
            self._selector.register(connection, selectors.EVENT_READ)

    def _pass_on(self, connection: socket.socket) -> None:
        try:
            head = connection.recv(_HEAD_BYTES, socket.MSG_PEEK)
        except BlockingIOError:
            return
        except OSError:
            head = b""  # reset by the visitor
        if not head:
            self._forget(connection).close()
            return
        self._selector.unregister(connection)
        is_whole = b"\r\n\r\n" in head or len(head) == _HEAD_BYTES
        if is_whole and hand_over(self._ends[self._worker_for(head)], connection):
            del self._since[connection]
        else:
            # Out of the selector meanwhile: what has arrived stays readable, and would wake it at once.
            self._again.append((time.monotonic() + _AGAIN_S, connection))

    def _worker_for(self, head: bytes) -> int:
        named = worker_of_request(head, self._start)
        if named is not None and 1 <= named <= len(self._ends):
            return named - 1
        self._turn += 1
        return self._ready[self._turn % len(self._ready)]

    def _close_oldest(self) -> None:
        if self._since:
            self._forget(next(iter(self._since))).close()

    def _close_silent(self) -> None:
        longest = time.monotonic() - _PATIENCE_S
        while self._since:
            oldest, since = next(iter(self._since.items()))
            if since > longest:
                return
            self._forget(oldest).close()

    def _forget(self, connection: socket.socket) -> socket.socket:
        del self._since[connection]
        if connection in self._selector.get_map():
            self._selector.unregister(connection)
        return connection


def listening(address: str, port: int) -> socket.socket:
    """Return a listening socket; the address "" stands for all, of IPv6 too where there is IPv6."""
    if not address and socket.has_dualstack_ipv6():
        listener = socket.create_server(("", port), family=socket.AF_INET6, dualstack_ipv6=True, backlog=_BACKLOG)
    else:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        listener = socket.create_server((address, port), family=family, backlog=_BACKLOG)
    listener.setblocking(False)
    return listener


def bound(listener: socket.socket) -> str:
    """Return the address that a socket listens on."""
    return str(listener.getsockname()[0])


def serve(n_workers: int, listener: socket.socket) -> int:
    """Serve until a signal comes or a worker ends; return 0 after a signal, else 1."""
    start = secrets.token_hex(4)
    pairs = [channel() for _ in range(n_workers)]
    front = Front(listener, [mine for mine, _ in pairs], start)
    stopped, at_once = threading.Event(), threading.Event()

    def stop(*_: object) -> None:
        (at_once if stopped.is_set() else stopped).set()  # a second signal does not wait

    for kind in (signal.SIGTERM, signal.SIGINT):
        signal.signal(kind, stop)
    workers = [_started(Worker(1, start), pairs[0][1])]
    ready = threading.Event()
    threading.Thread(target=_tell_when_ready, args=(listener, ready), daemon=True).start()
    try:
        while not stopped.is_set() and all(worker.poll() is None for worker in workers):
            if ready.is_set() and len(workers) < n_workers:
                workers += [_started(Worker(n, start), pairs[n - 1][1]) for n in range(2, n_workers + 1)]
            try:
                front.step()
            except ConnectionError:  # a worker's end is closed: it is about to end
                break
    finally:
        front.close()
        listener.close()
        _end(workers, at_once)
    return 0 if stopped.is_set() else 1


def _end(workers: Sequence[subprocess.Popen[bytes]], at_once: threading.Event) -> None:
    """End all workers: an upload without an end must not keep a server that takes no visitor."""
    for worker in workers:
        worker.terminate()
    end = time.monotonic() + _ENDING_S
    while any(worker.poll() is None for worker in workers) and time.monotonic() < end and not at_once.wait(0.05):
        pass
    for worker in workers:
        worker.kill()
        worker.wait()


def _started(worker: Worker, end: socket.socket) -> subprocess.Popen[bytes]:
    words = [sys.executable, "-m", "web.workers.serve", str(end.fileno()), str(worker.number), worker.start]
    # In a session of its own: Ctrl+C reaches this process alone, which then stops the workers.
    started = subprocess.Popen(words, pass_fds=[end.fileno()], start_new_session=True)
    end.close()
    return started


def _tell_when_ready(listener: socket.socket, ready: threading.Event) -> None:
    port = listener.getsockname()[1]
    address = "127.0.0.1" if ip_address(bound(listener)).is_unspecified else bound(listener)
    host = f"[{address}]" if ":" in address else address
    while not probe.finding(f"http://{host}:{port}")[0]:
        time.sleep(_POLL_S)
    ready.set()


def main() -> int:
    """Serve as the arguments say: number of workers, port."""
    n_workers, port = (int(word) for word in sys.argv[1:])
    raise_limit()
    try:
        listener = listening(os.environ.get("STREAMLIT_SERVER_ADDRESS", ""), port)
    except OSError as error:
        sys.stderr.write(f"Error: port {port} cannot be used: {error.strerror}. Stop what uses it, or set PORT.\n")
        return 1
    # As Streamlit does for one process.
    reached = address_in_network(f"http://localhost:{port}") if ip_address(bound(listener)).is_unspecified else ""
    sys.stdout.write(f"{n_workers} server processes: http://localhost:{port} {reached}\n")
    sys.stdout.flush()
    return serve(n_workers, listener)


if __name__ == "__main__":
    sys.exit(main())
