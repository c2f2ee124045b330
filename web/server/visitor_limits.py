"""Refuse requests beyond the capacity of the server: too many pages or files, and impossible paths."""

import asyncio
import re
import time
from collections import Counter
from html import escape

from google.protobuf.message import DecodeError
from starlette.datastructures import Headers, QueryParams
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.runtime import exists, get_instance
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

from web.i18n.text import best_language, language
from web.limits import Limits, limits, refusals, visitors
from web.server.base_path import below_base_path

STREAM = "/_stcore/stream"
_UPLOAD = re.compile(r"/_stcore/upload_file/([^/]+)/[^/]+")
_RESERVE = 1.1
"""Factor on the limit for pages that reconnect after a network failure."""
_RETRY_S, _LONGEST_NAME, _TOO_BIG = 10, 255, 1009
_MOMENTS, _MOMENT_S = 10, 0.1
_PAGES = re.compile(r"/[a-z-]*")


class VisitorLimits:
    """ASGI middleware that counts open pages and uploaded files.

    Parameters
    ----------
    app : ASGI app
    allowed : Limits, optional
        By default read from the environment.
    """

    def __init__(self, app: ASGIApp, allowed: Limits | None = None) -> None:
        self.app = app
        self._limits = allowed or limits()
        self._arriving: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request."""
        path = below_base_path(scope["path"]) if scope["type"] in ("http", "websocket") else ""
        if scope["type"] == "websocket" and path == STREAM:
            await self._page(scope, receive, send)
        elif scope["type"] == "http" and scope["method"] == "PUT" and (upload := _UPLOAD.fullmatch(path)):
            await self._file(upload[1], scope, receive, send)
        elif scope["type"] == "http" and _opens_a_page(scope, path) and await self._stays_full():
            refusals.count("sessions")
            await _full(scope)(scope, receive, send)
        elif scope["type"] == "http" and _is_impossible(path):
            # Streamlit would look it up on disk: an error response without our headers, and a traceback in the log.
            await PlainTextResponse("Not Found", 404)(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _page(self, scope: Scope, receive: Receive, send: Send) -> None:
        most = self._limits.sessions * (_RESERVE if len(scope.get("subprotocols", ())) > 2 else 1)
        if visitors.n_open >= most:
            refusals.count("sessions")
            await send({"type": "websocket.close", "code": 1013, "reason": "Too many visitors."})
            return
        with visitors.one_more():
            await self.app(scope, self._messages(receive), send)

    def _messages(self, receive: Receive) -> Receive:
        """Pass on the messages of a page; close the connection at one that no page sends."""

        async def receive_checked() -> Message:
            message = await receive()
            visitors.heard_at = time.monotonic()
            content = message.get("bytes") or b""
            if len(content) > self._limits.message_bytes or _asks_for_many_files(content, self._limits):
                refusals.count("message_bytes")
                return {"type": "websocket.disconnect", "code": _TOO_BIG}
            return message

        return receive_checked

    async def _file(self, session: str, scope: Scope, receive: Receive, send: Send) -> None:
        if refused := self._refused_upload(session):
            await refused(scope, receive, send)
            return
        self._arriving[session] += 1
        try:
            async with asyncio.timeout(self._limits.upload_seconds):
                await self.app(scope, receive, send)
        except TimeoutError:
            # A stalled upload would keep its reservation and block the uploads of others.
            refusals.count("upload_seconds")
            await PlainTextResponse("The file did not arrive in time.", 408)(scope, receive, send)
        finally:
            self._arriving -= Counter([session])  # removes sessions without a running upload

    async def _stays_full(self) -> bool:
        """Whether there is no place, also after a moment: a page that is reloaded asks before its own place is free."""
        for _ in range(_MOMENTS):
            if visitors.n_open < self._limits.sessions:
                return False
            await asyncio.sleep(_MOMENT_S)
        return visitors.n_open >= self._limits.sessions

    def _refused_upload(self, session: str) -> Response | None:
        if self._arriving[session]:
            refusals.count("uploads_per_session")
            return PlainTextResponse("Upload one file at a time.", 429)
        n_bytes = _held_bytes(session, self._limits.uploads_per_session - 1)
        # A running upload counts with the maximum file size.
        if n_bytes + (self._arriving.total() + 1) * self._limits.csv_bytes > self._limits.upload_bytes:
            refusals.count("upload_bytes")
            return PlainTextResponse("Too many files at once. Try again in a moment.", 503)
        return None


def _held_bytes(session: str, most_files: int) -> int:
    """Remove all but the newest files of a session; return the bytes that all sessions hold.

    Streamlit keeps the file of an uploader that is no longer on the screen until the page is closed.
    """
    manager = get_instance().uploaded_file_mgr if exists() else None
    if not isinstance(manager, MemoryUploadedFileManager):
        return 0
    held = list(manager.file_storage.get(session, {}))  # in order of arrival
    for file_id in held[: max(0, len(held) - most_files)]:
        manager.remove_file(session, file_id)
    return sum(len(file.data) for files in list(manager.file_storage.values()) for file in list(files.values()))


def _asks_for_many_files(content: bytes, allowed: Limits) -> bool:
    """Whether a message requests the URLs of many uploads: 1 kB made Streamlit respond with 100 MB."""
    message = BackMsg()
    try:
        message.ParseFromString(content)
    except DecodeError:
        return False  # Streamlit refuses it
    return len(message.file_urls_request.file_names) > allowed.uploads_per_session


def _is_impossible(path: str) -> bool:
    return "\0" in path or any(len(part.encode()) > _LONGEST_NAME for part in path.split("/"))


def _opens_a_page(scope: Scope, path: str) -> bool:
    headers = Headers(scope=scope)
    return scope["method"] == "GET" and _PAGES.fullmatch(path) is not None and "text/html" in headers.get("accept", "")


def _full(scope: Scope) -> HTMLResponse:
    asked = QueryParams(scope["query_string"]).get("lang")
    words = language(best_language(asked, Headers(scope=scope).get("accept-language", "").split(",")[0]))
    text = escape(words.text("The server is full at the moment. This page retries automatically."))
    page = (
        f'<!doctype html><html lang="{words.code}"><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">'
        f'<meta http-equiv="refresh" content="{_RETRY_S}">'
        f'<title>irisml</title><body style="font:1.25rem/1.5 system-ui;margin:3rem 1.5rem"><p>{text}</p></body></html>'
    )
    return HTMLResponse(page, 503, {"retry-after": str(_RETRY_S), "cache-control": "no-store"})
