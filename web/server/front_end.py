"""Serve Streamlit's own page from the packed front end, which `web.server.pack_front_end` makes once.

Without a packed front end Streamlit serves its files as they are: complete, and four times as heavy.
"""

import hashlib
import importlib.metadata
import importlib.util
import json
import logging
import mimetypes
import sysconfig
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.server.base_path import below_base_path

PACKED = Path(sysconfig.get_path("data")) / "share" / "irisml" / "front-end"
"""In the environment whose Streamlit it was made from, on a laptop and in the image."""
DOCUMENT = "/index.html"
MADE_FROM = "made-from.json"
SUFFIXES = {"br": ".br", "gzip": ".gz"}
"""Encodings of a packed file, best first, and the ending of its name."""
_FONT = ".woff2"
_FOREVER = b"public, immutable, max-age=31536000"
"""As Streamlit says of these files: their names contain a hash."""
_OWN_FONTS, _LONG = "/app/static/", b"public, max-age=2592000"
_log = logging.getLogger(__name__)


def streamlit_files() -> dict[str, Path]:
    """Return the files of Streamlit's page by URL path; Streamlit itself is not imported.

    Examples
    --------
    >>> any(url.startswith("/static/js/index.") for url in streamlit_files())
    True
    """
    package = importlib.util.find_spec("streamlit")
    assert package is not None
    assert package.submodule_search_locations
    root = Path(package.submodule_search_locations[0]) / "static"
    return {f"/{path.relative_to(root).as_posix()}": path for path in sorted(root.rglob("*")) if path.is_file()}


def made_from() -> dict[str, str]:
    """Return what a packed front end depends on: the version of Streamlit, and the way of packing."""
    recipe = hashlib.sha256(Path(__file__).with_name("pack_front_end.py").read_bytes()).hexdigest()
    return {"streamlit": importlib.metadata.version("streamlit"), "recipe": recipe}


def is_packed(folder: Path) -> bool:
    """Whether *folder* holds the front end of the installed Streamlit, packed by this version of the code."""
    try:
        return bool(json.loads((folder / MADE_FROM).read_text(encoding="utf-8")) == made_from())
    except (FileNotFoundError, ValueError):
        return False


@lru_cache(maxsize=256)
def accepted_encoding(header: str, available: Iterable[str] = tuple(SUFFIXES)) -> str | None:
    """Return the best of the available encodings that a browser accepts.

    Examples
    --------
    >>> accepted_encoding("gzip, deflate, br"), accepted_encoding("gzip, br;q=0"), accepted_encoding("identity")
    ('br', 'gzip', None)
    """
    weights = {}
    for part in header.lower().split(","):
        name, _, parameters = part.partition(";")
        weights[name.strip()] = parameters.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return next((name for name in available if weights.get(name, weights.get("*", False))), None)


class PackedFrontEnd:
    """ASGI middleware that answers for Streamlit's scripts, styles, icons and document with the packed ones.

    Each file is read once, by the first request for it.

    Parameters
    ----------
    app : ASGI app
    folder : Path
        A packed front end.
    """

    def __init__(self, app: ASGIApp, folder: Path = PACKED) -> None:
        self.app = app
        self._urls: Mapping[str, Path] = {}
        if is_packed(folder):
            self._urls = _urls(folder)
        else:
            _log.warning("Streamlit's own page is not packed: four times the bytes. Make it once: python3 run.py pack")
        self._contents: dict[Path, bytes] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request."""
        if scope["type"] != "http" or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        asked = {name: value for name, value in scope["headers"] if name in (b"accept-encoding", b"range")}
        url = below_base_path(scope["path"])
        encoding = accepted_encoding(asked.get(b"accept-encoding", b"").decode("latin-1"))
        if b"range" not in asked and (file := self._file(url, encoding)):
            await _send_file(send, url, await self._content(file), encoding, _FOREVER)
        elif url.startswith(_OWN_FONTS):
            await self.app(scope, receive, _with_cache_control(send))
        elif encoding and (document := self._file(DOCUMENT, encoding)):
            await self.app(scope, receive, _Document(send, await self._content(document), encoding).send)
        else:
            await self.app(scope, receive, send)

    def _file(self, url: str, encoding: str | None) -> Path | None:
        if url.endswith(_FONT):
            return self._urls.get(url)
        return self._urls.get(url + SUFFIXES[encoding]) if encoding else None

    async def _content(self, file: Path) -> bytes:
        if (content := self._contents.get(file)) is None:
            content = self._contents[file] = await run_in_threadpool(file.read_bytes)
        return content


class _Document:
    """Replaces Streamlit's document, which it sends for every page, by the packed one; other answers pass."""

    def __init__(self, send: Send, content: bytes, encoding: str) -> None:
        self._send, self._content, self._encoding = send, content, encoding
        self._replaced = False

    async def send(self, message: Message) -> None:
        """Pass on a message."""
        if message["type"] == "http.response.start":
            headers = dict(message["headers"])
            is_page = headers.get(b"content-type", b"").startswith(b"text/html")
            self._replaced = message["status"] == 200 and is_page
            if self._replaced:
                await _send_file(self._send, DOCUMENT, self._content, self._encoding, b"no-cache")
        if not self._replaced:
            await self._send(message)


async def _send_file(send: Send, url: str, content: bytes, encoding: str | None, cache_control: bytes) -> None:
    headers = [
        (b"content-type", _media_type(url)),
        (b"content-length", str(len(content)).encode()),
        (b"cache-control", cache_control),
    ]
    if encoding and not url.endswith(_FONT):
        headers += [(b"content-encoding", encoding.encode()), (b"vary", b"accept-encoding")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": content})


def _with_cache_control(send: Send) -> Send:
    async def send_cached(message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] == 200:
            message = {**message, "headers": [*message["headers"], (b"cache-control", _LONG)]}
        await send(message)

    return send_cached


def _urls(folder: Path) -> dict[str, Path]:
    return {f"/{path.relative_to(folder).as_posix()}": path for path in folder.rglob("*") if path.is_file()}


@lru_cache(maxsize=8)
def _media_type_of(suffix: str) -> bytes:
    kind = {".js": "text/javascript", _FONT: "font/woff2"}.get(suffix) or mimetypes.types_map[suffix]
    return f"{kind}; charset=utf-8".encode() if kind.startswith("text/") else kind.encode()


def _media_type(url: str) -> bytes:
    return _media_type_of(Path(url).suffix)
