"""Mounts the API, and imports it with the first request: the start of the server stays as quick as without it."""

import asyncio
import importlib

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

_LONGEST_BODY = 4096
"""A flower needs a hundred bytes; whatever is longer is not read."""


class LazyApi:
    """ASGI app that hands requests on to web.server.api."""

    def __init__(self) -> None:
        self._api: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if refused := _refused(scope):
            await refused(scope, receive, send)
            return
        if self._api is None:
            self._api = (await asyncio.to_thread(importlib.import_module, "web.server.api")).api
        await self._api(scope, receive, send)


def _refused(scope: Scope) -> JSONResponse | None:
    if scope["method"] in ("GET", "HEAD"):
        return None
    length = Headers(scope=scope).get("content-length")
    if length is None or not length.isdecimal():
        return JSONResponse({"detail": "Say how long the body is (Content-Length)."}, 411)
    if int(length) > _LONGEST_BODY:
        return JSONResponse({"detail": f"The body may have {_LONGEST_BODY} bytes."}, 413)
    return None


async def _index(request: Request) -> JSONResponse:
    return JSONResponse({"predict": "POST /api/predict", "description": "/api/openapi.json"})


routes = [
    Route("/api", _index),  # a mount answers below its path only; the path itself would get Streamlit's page
    Mount("/api", LazyApi()),
]
