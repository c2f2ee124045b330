"""Serve Streamlit's own script and style files compressed.

Streamlit sends them uncompressed, 3 MB for the landing page: too slow on the Wi-Fi of a lecture
hall. They do not change while the server runs, so each is compressed once and cached.
"""

import gzip
import mimetypes
import threading
from functools import cache
from pathlib import Path

import streamlit
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from web.server.base_path import below_base_path

_ROOT = Path(streamlit.__file__).parent / "static"
_KINDS = {".js", ".css"}
_one_at_a_time = threading.Lock()
_contents: dict[Path, bytes] = {}


@cache
def static_files() -> dict[str, Path]:
    """Return Streamlit's script and style files by URL path.

    Other spellings of a path do not match, so the cache cannot be filled with several paths of one file.

    Examples
    --------
    >>> any(path.startswith("/static/js/index.") for path in static_files())
    True
    """
    found = (path for path in sorted(_ROOT.rglob("*")) if path.suffix in _KINDS)
    return {f"/{path.relative_to(_ROOT).as_posix()}": path for path in found}


def compressed(file: Path) -> bytes:
    """Return one of these files compressed; compressed only once, also with concurrent requests."""
    if (content := _contents.get(file)) is None:
        with _one_at_a_time:
            if (content := _contents.get(file)) is None:
                content = _contents[file] = gzip.compress(file.read_bytes(), 9)
    return content


class CompressedStatic:
    """ASGI middleware that serves Streamlit's script and style files if the browser accepts gzip."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request."""
        if scope["type"] == "http" and scope["method"] == "GET":
            file = static_files().get(below_base_path(scope["path"]))
            headers = Headers(scope=scope)
            # A range refers to bytes of the uncompressed file, so Streamlit serves it.
            if file and "gzip" in headers.get("accept-encoding", "") and "range" not in headers:
                content = await run_in_threadpool(compressed, file)
                await _response(content, mimetypes.types_map[file.suffix])(scope, receive, send)
                return
        await self.app(scope, receive, send)


def _response(content: bytes, media_type: str) -> Response:
    return Response(
        content,
        media_type=media_type,
        headers={
            "content-encoding": "gzip",
            "vary": "accept-encoding",
            "cache-control": "public, immutable, max-age=31536000",  # same as Streamlit: the names contain a hash
        },
    )
