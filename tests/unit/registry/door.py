"""A door in front of a server: open, shut (connections are refused) or silent (nothing comes back)."""

import socket
import threading
from contextlib import suppress
from urllib.parse import urlsplit


class Door:
    """Passes connections on to a server, on a port of its own."""

    def __init__(self, url: str) -> None:
        self._behind = urlsplit(url).hostname, urlsplit(url).port
        self._listening: socket.socket | None = None
        self._connections: list[socket.socket] = []
        self._silent = False
        self._port = 0
        self.open()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def open(self) -> None:
        self._silent = False
        if self._listening is None:
            self._listening = socket.create_server(("127.0.0.1", self._port))
            self._port = self._listening.getsockname()[1]
            threading.Thread(target=self._accept, args=(self._listening,), daemon=True).start()

    def shut(self) -> None:
        if self._listening is not None:
            with suppress(OSError):
                self._listening.shutdown(socket.SHUT_RDWR)  # wakes the thread that accepts
            self._listening.close()
            self._listening = None
        for connection in self._connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()
        self._connections.clear()

    def fall_silent(self) -> None:
        self._silent = True

    def _accept(self, listening: socket.socket) -> None:
        with suppress(OSError):
            while True:
                ours, _ = listening.accept()
                theirs = socket.create_connection(self._behind)
                self._connections += [ours, theirs]
                for one, other in ((ours, theirs), (theirs, ours)):
                    threading.Thread(target=self._pass_on, args=(one, other), daemon=True).start()

    def _pass_on(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while content := one.recv(65536):
                if not self._silent:
                    other.sendall(content)
            other.shutdown(socket.SHUT_WR)
