"""Sends Streamlit's own script and style files compressed.

Streamlit sends them as they are, 2.5 MB for the landing page: on the Wi-Fi of a hall that is
the difference between a page and none. They never change while the server runs, so each is
compressed once and kept.
"""

import gzip
import mimetypes
from functools import lru_cache
from pathlib import Path

import streamlit
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

_ROOT = (Path(streamlit.__file__).parent / "static").resolve()
_KINDS = {".js", ".css"}


@lru_cache(maxsize=1024)
def compressed(path: str) -> tuple[bytes, str] | None:
    """Return a file below Streamlit's static folder, compressed, and its media type; None for any other path.

    Examples
    --------
    >>> compressed("static/../config.py") is None
    True
    """
    file = (_ROOT.parent / path).resolve()
    if not file.is_relative_to(_ROOT) or file.suffix not in _KINDS or not file.is_file():
        return None
    return gzip.compress(file.read_bytes(), 9), mimetypes.types_map[file.suffix]


class CompressedStatic:
    """ASGI middleware that answers for Streamlit's script and style files, where the browser takes gzip."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] == "http" and scope["method"] == "GET" and scope["path"].startswith("/static/"):
            headers = Headers(scope=scope)
            # A range counts bytes of the plain file, so it gets the plain file.
            if "gzip" in headers.get("accept-encoding", "") and "range" not in headers:
                found = await run_in_threadpool(compressed, scope["path"].removeprefix("/"))
                if found:
                    await _response(*found)(scope, receive, send)
                    return
        await self.app(scope, receive, send)


def _response(content: bytes, media_type: str) -> Response:
    return Response(
        content,
        media_type=media_type,
        headers={
            "content-encoding": "gzip",
            "vary": "accept-encoding",
            "cache-control": "public, immutable, max-age=31536000",  # as Streamlit says of them: names hold a hash
        },
    )
