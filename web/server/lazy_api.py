"""Mount the API and import it on the first request, so that it does not slow down the start of the server."""

import asyncio
import importlib

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.limits import Limits, limits, refusals
from web.server.request_rate import RequestRate
from web.state.client_address import client_address

_OVER_S = 10
FITS = "irisml.fits"
"""Entry of the scope: a function that counts the flowers of a request, and tells whether the rate allows them."""


class CountedBody:
    """Request body with a byte count: with "Transfer-Encoding: chunked", Content-Length is meaningless.

    A body that is too long is cut off as if the client had disconnected.
    """

    def __init__(self, receive: Receive, most: int) -> None:
        self.too_long = False
        self._receive = receive
        self._left = most

    async def receive(self) -> Message:
        """Return the next part."""
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            self.too_long = True
            return {"type": "http.disconnect"}
        return message


class LazyApi:
    """ASGI app that forwards requests to web.server.api, within the limits per address and per body."""

    def __init__(self) -> None:
        self._api: ASGIApp | None = None
        self._limits: Limits = limits()
        self._rate = RequestRate(self._limits.api_per_second, _OVER_S)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1000, "reason": "The API supports HTTP only."})
            return
        if refused := self._refused(scope):
            await refused(scope, receive, send)
            return
        if self._api is None:
            self._api = (await asyncio.to_thread(importlib.import_module, "web.server.api")).api
        body = CountedBody(receive, self._limits.api_body_bytes)
        address = client_address(scope)
        # The request itself has been counted.
        scope = {**scope, FITS: lambda n_flowers: self._rate.allows(address, n_flowers - 1)}

        async def send_unless_too_long(message: Message) -> None:
            if not body.too_long:
                await send(message)

        await self._api(scope, body.receive, send_unless_too_long)
        if body.too_long:
            await self._too_long()(scope, receive, send)

    def _refused(self, scope: Scope) -> JSONResponse | None:
        if not self._rate.allows(client_address(scope)):
            return too_many(self._limits.api_per_second)
        if scope["method"] != "POST" or not scope["path"].endswith("/predict"):
            return None
        length = Headers(scope=scope).get("content-length")
        if length is None or not (length.isascii() and length.isdecimal()):
            return JSONResponse({"detail": "Send the header Content-Length: a body in chunks is not read."}, 411)
        if len(length) > 9 or int(length) > self._limits.api_body_bytes:
            return self._too_long()
        return None

    def _too_long(self) -> JSONResponse:
        refusals.count("api_body_bytes")
        return JSONResponse({"detail": f"The body may have at most {self._limits.api_body_bytes} bytes."}, 413)


def too_many(per_second: int) -> JSONResponse:
    """Count a refusal by the rate, and return the response."""
    refusals.count("api_per_second")
    detail = f"More than {per_second} flowers or requests per second from this address. Wait {_OVER_S} seconds."
    return JSONResponse({"detail": detail}, 429, {"retry-after": str(_OVER_S)})


def paths(root: str) -> str:
    """Return a sentence with every path; *root* is that of the API, behind a base path if there is one."""
    return f"There are POST {root}/predict, GET {root}/model and GET {root}/openapi.json."


async def _index(request: Request) -> JSONResponse:
    root = request.url.path.rstrip("/")
    if request.method not in ("GET", "HEAD"):
        detail = f"{request.method} is not for this path. {paths(root)}"
        return JSONResponse({"detail": detail}, 405, {"allow": "GET, HEAD"})
    return JSONResponse(
        {"predict": f"POST {root}/predict", "model": f"GET {root}/model", "description": f"{root}/openapi.json"}
    )


def routes(prefix: str) -> list[BaseRoute]:
    """Return the routes of the API."""
    methods = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]
    return [
        # A Mount does not match its own path, only paths below it.
        Route(f"{prefix}/api", _index, methods=methods),
        Route(f"{prefix}/api/", _index, methods=methods),
        Mount(f"{prefix}/api", LazyApi()),
    ]
