"""Proxy between browser and server that can delay or cut connections, like poor Wi-Fi."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Network:
    """Forwards bytes between a port of its own and that of a server."""

    def __init__(self, server_port: int) -> None:
        self._server_port = server_port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._is_cut = False
        self.delay_s = 0.0
        self.address = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._start(self._accept)

    def cut(self) -> None:
        """Close all connections, and refuse new ones."""
        self._is_cut = True
        for end in self._open:
            _shut(end)
        self._open.clear()

    def restore(self) -> None:
        """Accept connections again."""
        self._is_cut = False

    def close(self) -> None:
        """Close the proxy and wait for its threads."""
        self.cut()
        _shut(self._listener)
        for thread in self._threads:
            thread.join()
        self._listener.close()

    def _start(self, target, *args: socket.socket) -> None:
        thread = threading.Thread(target=target, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:  # the listener was closed
                return
            try:
                server = None if self._is_cut else socket.create_connection(("127.0.0.1", self._server_port))
            except OSError:  # the server is down
                server = None
            if server is None:
                client.close()
                continue
            self._open += [client, server]
            self._start(self._hand_on, client, server)
            self._start(self._hand_on, server, client)

    def _hand_on(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while part := source.recv(65536):
                time.sleep(self.delay_s)
                target.sendall(part)
        _shut(target)
        source.close()


def _shut(end: socket.socket) -> None:
    with suppress(OSError):  # closed by the other side
        end.shutdown(socket.SHUT_RDWR)


@contextmanager
def network(server_port: int) -> Iterator[Network]:
    """Put a network in front of a server until the block ends."""
    between = Network(server_port)
    try:
        yield between
    finally:
        between.close()
