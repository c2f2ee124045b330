"""A worker: the same app as in one process, on connections that the front hands over.

``python -m web.workers.serve DESCRIPTOR NUMBER START``, started by `web.workers.front`.
"""

import asyncio
import logging
import socket
import sys

import streamlit as st
import uvicorn

from irisml.domain.settings import settings
from web.workers.affinity import GRACEFUL_S, Affinity, Worker
from web.workers.channel import READY, taken

_log = logging.getLogger(__name__)
_SCRIPT = "streamlit_app"


class HandedServer(uvicorn.Server):
    """uvicorn's server without a listening socket: its connections arrive through a channel.

    Parameters
    ----------
    config : uvicorn.Config
    end : socket.socket
        The worker's end of a `web.workers.channel.channel`.
    """

    def __init__(self, config: uvicorn.Config, end: socket.socket) -> None:
        super().__init__(config)
        self._end = end
        self._tasks: set[asyncio.Task[object]] = set()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start the app, then take connections."""
        await super().startup(sockets=[])
        if not self.should_exit:
            asyncio.get_running_loop().add_reader(self._end.fileno(), self._take)
            self._end.send(READY)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take no more connections, and end as uvicorn does."""
        asyncio.get_running_loop().remove_reader(self._end.fileno())
        await super().shutdown(sockets=sockets)

    def _take(self) -> None:
        try:
            arrived = taken(self._end)
        except EOFError:  # the front is gone
            self.should_exit = True
            return
        for connection in arrived:
            task = asyncio.get_running_loop().create_task(self._connect(connection))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _connect(self, connection: socket.socket) -> None:
        try:
            connection.setblocking(False)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            await asyncio.get_running_loop().connect_accepted_socket(self._protocol, connection)
        except OSError as error:  # the visitor left meanwhile
            _log.debug("a connection ended before it was taken: %s", error)
            connection.close()

    def _protocol(self) -> asyncio.Protocol:
        made = self.config.http_protocol_class
        return made(config=self.config, server_state=self.server_state, app_state=self.lifespan.state)  # type: ignore[call-arg]


def config(worker: Worker) -> uvicorn.Config:
    """Return the configuration with which ``streamlit run`` would serve the app, for one worker."""
    import streamlit_app  # the app is made when it is imported

    app = Affinity(streamlit_app.app, worker, is_shared=settings().trusted_proxies > 0)
    ping_s = int(st.get_option("server.websocketPingInterval"))
    return uvicorn.Config(
        app,
        ws="websockets-sansio",
        ws_ping_interval=ping_s,
        ws_ping_timeout=ping_s,
        ws_max_size=int(st.get_option("server.maxMessageSize")) * 1_000_000,
        ws_per_message_deflate=bool(st.get_option("server.enableWebsocketCompression")),
        use_colors=False,
        access_log=False,
        timeout_graceful_shutdown=GRACEFUL_S,
    )


def main() -> None:
    """Serve until the front says so."""
    descriptor, number, start = sys.argv[1:]
    end = socket.socket(fileno=int(descriptor))
    sys.argv[1:] = []  # the page's script finds no argument, as under streamlit run
    server = HandedServer(config(Worker(int(number), start)), end)
    server.run()
    sys.exit(0 if server.started else 3)


if __name__ == "__main__":
    main()
