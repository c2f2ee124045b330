"""Which worker a visitor belongs to: a cookie with the worker's number, and the start that it is of."""

import re
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "irisml_worker"
GRACEFUL_S = 2
"""Time that a worker gives the responses that have begun, when it ends; the platform waits 5 s for all."""
_NAMED = re.compile(rf"(?:^|[;\s]){COOKIE}=([0-9]+)-([0-9a-f]+)(?:$|[;\s])".encode())
_COOKIES = re.compile(rb"^cookie:(.*)$", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Worker:
    """One worker of a start.

    Parameters
    ----------
    number : int
        From 1.
    start : str
        Random hexadecimal digits: a cookie of another start, or of another instance, means nothing here.
    """

    number: int
    start: str

    @property
    def cookie(self) -> str:
        """Value of the cookie of its visitors."""
        return f"{self.number}-{self.start}"


def named_worker(cookies: bytes, start: str) -> int | None:
    """Return the number of the worker that the value of a Cookie header names; None if it names none of this start.

    Examples
    --------
    >>> named_worker(b"theme=dark; irisml_worker=2-5eed", "5eed"), named_worker(b"irisml_worker=2-01d", "5eed")
    (2, None)
    """
    found = _NAMED.search(cookies)
    return int(found[1]) if found and found[2].decode() == start else None


def worker_of_request(head: bytes, start: str) -> int | None:
    r"""Return the number of the worker that a request asks for; None if it has no cookie of this start.

    Parameters
    ----------
    head : bytes
        Request line and headers, or their beginning.
    start : str

    Examples
    --------
    >>> worker_of_request(b"GET / HTTP/1.1\r\nHost: x\r\nCookie: irisml_worker=1-5eed\r\n\r\n", "5eed")
    1
    """
    found = _COOKIES.search(head.partition(b"\r\n\r\n")[0])
    return named_worker(found[1].strip(), start) if found else None


class Affinity:
    """ASGI middleware that marks a worker's visitors, and sends back those of another worker.

    A connection is handed over by its first request. Later ones on it can be another visitor's (behind a proxy that
    shares connections), or the cookie can have changed (two pages opened at the same moment).

    Parameters
    ----------
    app : ASGI app
    worker : Worker
        This worker.
    is_shared : bool
        Whether a proxy is in front, whose connections carry the requests of many visitors: each then carries one.
    """

    def __init__(self, app: ASGIApp, worker: Worker, *, is_shared: bool) -> None:
        self.app = app
        self._worker = worker
        self._is_shared = is_shared

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        named = named_worker(headers.get("cookie", "").encode(), self._worker.start)
        if named not in (None, self._worker.number):
            await _send_back(scope, send)
            return
        added: list[tuple[bytes, bytes]] = []
        if self._is_shared:
            added.append((b"connection", b"close"))
        if named is None and scope["method"] == "GET" and "text/html" in headers.get("accept", ""):
            cookie = f"{COOKIE}={self._worker.cookie}; Path=/; HttpOnly; SameSite=Lax"
            added.append((b"set-cookie", cookie.encode()))

        async def send_marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], *added]}
            await send(message)

        await self.app(scope, receive, send_marked)


async def _send_back(scope: Scope, send: Send) -> None:
    """Let the browser ask again on a new connection, which goes to the worker that its cookie names."""
    raw = scope.get("raw_path") or scope["path"].encode()
    query = scope.get("query_string", b"")
    location = b"/" + raw.lstrip(b"/") + (b"?" + query if query else b"")  # //host would lead to another one
    headers = [(b"location", location), (b"connection", b"close"), (b"content-length", b"0")]
    await send({"type": "http.response.start", "status": 307, "headers": [*headers, (b"cache-control", b"no-store")]})
    await send({"type": "http.response.body", "body": b""})
