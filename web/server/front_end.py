"""Serve Streamlit's own page: its document with this app's styles, its files from the packed front end.

`web.server.pack_front_end` makes that once. Without it Streamlit serves its files as they are: complete, and four times
as heavy.
"""

import base64
import gzip
import logging
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.frame.browser_document import SCRIPTS
from web.frame.page_scripts import script_address
from web.frame.page_styles import styles_address
from web.predict.live_answer import LIVE_ANSWER
from web.server.base_path import below_base_path
from web.server.packed_files import DOCUMENT, SUFFIXES, packed_folder, streamlit_files

_FONT = ".woff2"
_LOGO = Path(__file__).parents[2] / "static" / "logo.svg"
# Written into the document, because no style is there yet; the colours are those of .streamlit/config.toml.
_OPENING = (
    "position:fixed;inset:0;margin:0;display:grid;place-content:center;justify-items:center;gap:1rem;"
    "font:500 1.75rem Georgia,serif;color-scheme:light dark;"
    "color:light-dark(#17241e,#edf2ee);background:light-dark(#f3f6f4,#101713)"
)
_SCRIPTS = (LIVE_ANSWER, *SCRIPTS)
_MEDIA_TYPES = {
    ".js": b"text/javascript; charset=utf-8",
    ".css": b"text/css; charset=utf-8",
    ".html": b"text/html; charset=utf-8",
    _FONT: b"font/woff2",
}
_NO_SCRIPT = re.compile(r"<noscript>.*?</noscript>", re.DOTALL)
_INTERFACE = re.compile(r"<!--[^>]*-->\s*<link rel=\"service-desc\"[^>]*>")
_CONDITIONS = {b"if-none-match", b"if-modified-since", b"if-range", b"range"}
_FOREVER = b"public, immutable, max-age=31536000"
"""As Streamlit says of these files: their names contain a hash."""
_DOWNLOADS = "/media/"
"""Files that Streamlit offers from its memory; one of them may be an HTML page."""
_OWN_FONTS, _LONG = "/app/static/", b"public, max-age=2592000"
_log = logging.getLogger(__name__)


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


class FrontEnd:
    """ASGI middleware that answers for Streamlit's document, scripts, styles and icons.

    Each file is read once, by the first request for it.

    Parameters
    ----------
    app : ASGI app
    folder : Path, optional
        A packed front end; by default that of the installed Streamlit.
    """

    def __init__(self, app: ASGIApp, folder: Path | None = None) -> None:
        self.app = app
        self._urls: Mapping[str, Path] = {}
        folder = folder or packed_folder()
        if folder.is_dir():
            self._urls = _urls(folder)
            source = folder / DOCUMENT.lstrip("/")
        else:
            source = streamlit_files()[DOCUMENT]
            _log.warning("Streamlit's own page is not packed: four times the bytes. Make it once: python3 run.py pack")
        page = completed(source.read_text(encoding="utf-8")).encode()
        self._document = {None: page, "gzip": gzip.compress(page, 9)}
        self._contents: dict[Path, bytes] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request."""
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            await self.app(scope, receive, send)
            return
        asked = {name: value for name, value in scope["headers"] if name in (b"accept-encoding", b"range")}
        accepted = asked.get(b"accept-encoding", b"").decode("latin-1")
        url, encoding = below_base_path(scope["path"]), accepted_encoding(accepted)
        with_body = scope["method"] == "GET"
        if b"range" not in asked and (content := await self._content(self._file(url, encoding))):
            headers = _headers(url, len(content), encoding, _FOREVER)
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": content if with_body else b""})
        elif url.startswith(_DOWNLOADS):
            await self.app(scope, receive, send)
        elif url.startswith(_OWN_FONTS):
            await self.app(scope, receive, _with_cache_control(send))
        else:
            encoding = accepted_encoding(accepted, ("gzip",))
            # Streamlit answers a condition or a range for its own document, which a browser may still have.
            headers = [(name, value) for name, value in scope["headers"] if name not in _CONDITIONS]
            document = _Document(send, self._document[encoding], encoding, with_body=with_body)
            await self.app({**scope, "headers": headers} if _is_page(url) else scope, receive, document.send)

    def _file(self, url: str, encoding: str | None) -> Path | None:
        if url.endswith(_FONT):
            return self._urls.get(url)
        return self._urls.get(url + SUFFIXES[encoding]) if encoding else None

    async def _content(self, file: Path | None) -> bytes | None:
        """Return the content of a packed file; None if there is none, or it cannot be read: then Streamlit answers."""
        if file is None:
            return None
        if (content := self._contents.get(file)) is None:
            try:
                content = self._contents[file] = await run_in_threadpool(file.read_bytes)
            except OSError as error:
                _log.warning("a packed file cannot be read: %s", error)
        return content


def completed(page: str) -> str:
    """Return Streamlit's document with this app's styles, the scripts that every page runs, and its name until then.

    Without what it says of an interface for programs, which is off.

    The styles stand behind Streamlit's place in the document: of two rules for the same element, the later one holds.
    What stands in that place is seen until the scripts are there, on a slow network for seconds.

    Examples
    --------
    >>> completed('<body><div id="root"></div></body>').partition("</div>")[2].startswith('<link rel="stylesheet"')
    True
    """
    links = [f'<link rel="stylesheet" href="./{styles_address()}">']
    links += [f'<link rel="modulepreload" fetchpriority="low" href="./{script_address(file)}">' for file in _SCRIPTS]
    logo = base64.b64encode(_LOGO.read_bytes()).decode()
    opening = (
        f'<p style="{_OPENING}"><img src="data:image/svg+xml;base64,{logo}" alt="" width="64" height="64">irisml</p>'
    )
    page = _NO_SCRIPT.sub("<noscript><p>This page needs JavaScript.</p></noscript>", page)
    page = _INTERFACE.sub("", page)
    page = page.replace('<div id="root"></div>', f'<div id="root">{opening}</div>')
    return page.replace("</body>", f"{''.join(links)}</body>")


class _Document:
    """Replaces Streamlit's document, which it sends for every page; other answers pass."""

    def __init__(self, send: Send, content: bytes, encoding: str | None, *, with_body: bool) -> None:
        self._send, self._content, self._encoding = send, content, encoding
        self._with_body = with_body
        self._replaced = False

    async def send(self, message: Message) -> None:
        """Pass on a message."""
        if message["type"] == "http.response.start":
            is_page = dict(message["headers"]).get(b"content-type", b"").startswith(b"text/html")
            self._replaced = message["status"] == 200 and is_page
            if self._replaced:
                start = _headers(DOCUMENT, len(self._content), self._encoding, b"no-cache")
                await self._send({"type": "http.response.start", "status": 200, "headers": start})
                await self._send({"type": "http.response.body", "body": self._content if self._with_body else b""})
        if not self._replaced:
            await self._send(message)


def _is_page(url: str) -> bool:
    return "." not in url.rpartition("/")[2] or url.endswith(".html")


def _headers(url: str, length: int, encoding: str | None, cache_control: bytes) -> list[tuple[bytes, bytes]]:
    headers = [
        (b"content-type", _MEDIA_TYPES[Path(url).suffix]),
        (b"content-length", str(length).encode()),
        (b"cache-control", cache_control),
    ]
    if not url.endswith(_FONT):
        headers.append((b"vary", b"accept-encoding"))
        if encoding:
            headers.append((b"content-encoding", encoding.encode()))
    return headers


def _with_cache_control(send: Send) -> Send:
    async def send_cached(message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] == 200:
            message = {**message, "headers": [*message["headers"], (b"cache-control", _LONG)]}
        await send(message)

    return send_cached


def _urls(folder: Path) -> dict[str, Path]:
    return {f"/{path.relative_to(folder).as_posix()}": path for path in folder.rglob("*") if path.is_file()}
