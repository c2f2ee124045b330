"""web.limits and their enforcement: sessions, uploaded files, lines in the log, file descriptors."""

import asyncio
import logging
import resource
import subprocess
import sys
from types import SimpleNamespace

import pytest

from tests import coroutines
from web.limits import Limits, refusals, visitors
from web.server import visitor_limits
from web.server.log_filter import FewOfEachCause
from web.server.visitor_limits import VisitorLimits

RETURNING = ["streamlit", "token", "session"]


def test_limits_are_read_from_the_environment():
    """The others keep their defaults."""
    assert Limits.of({"IRISML_LIMIT_SESSIONS": "7", "IRISML_LIMIT_CSV_ROWS": " "}) == Limits(sessions=7)


class Server:
    """The app behind the limits: keeps pages open until *close* is set."""

    def __init__(self):
        self.close = asyncio.Event()
        self.reached = []

    async def __call__(self, scope, receive, send):
        self.reached.append(scope["path"])
        if scope["type"] == "websocket" or scope["method"] == "PUT":
            await self.close.wait()


def ask(app, path, *, kind="http", method="GET", subprotocols=(), accept="text/html", language="en", query=""):
    """Start a request; return its task and the list of messages sent."""
    sent = []

    async def send(message):
        sent.append(message)

    headers = [(b"accept", accept.encode()), (b"accept-language", language.encode())]
    scope = {"type": kind, "path": path, "method": method, "headers": headers, "subprotocols": list(subprotocols)}
    scope["query_string"] = query.encode()
    return asyncio.create_task(app(scope, None, send)), sent


async def settle():
    for _ in range(5):
        await asyncio.sleep(0)


def test_sessions_beyond_the_limit_are_refused_until_one_ends():
    """Ten sessions: the eleventh is refused, a returning one is not."""

    async def run():
        server = Server()
        app = VisitorLimits(server, Limits(sessions=10))
        pages = [ask(app, "/_stcore/stream", kind="websocket")[0] for _ in range(10)]
        await settle()
        before = refusals.counts().get("sessions", 0)
        late, sent = ask(app, "/_stcore/stream", kind="websocket")
        back, _ = ask(app, "/_stcore/stream", kind="websocket", subprotocols=RETURNING)
        await settle()
        assert [message["type"] for message in sent] == ["websocket.close"]
        assert len(server.reached) == 11
        assert refusals.counts()["sessions"] == before + 1
        server.close.set()
        await asyncio.gather(*pages, late, back)
        await ask(app, "/_stcore/stream", kind="websocket")[0]
        assert len(server.reached) == 12

    coroutines.run(run())


@pytest.mark.parametrize(
    ("language", "words"), [("fr-CA,fr;q=0.9", "Toutes les places"), ("en-US", "The server is full")]
)
def test_the_page_of_a_full_server_is_translated(language, words):
    """A small page that reloads; scripts and health are not affected."""

    async def run():
        server = Server()
        app = VisitorLimits(server, Limits(sessions=1))
        page, _ = ask(app, "/_stcore/stream", kind="websocket")
        await settle()
        task, sent = ask(app, "/quality", language=language)
        await task
        assert sent[0]["status"] == 503
        assert words in sent[1]["body"].decode()
        assert len(sent[1]["body"]) < 1000
        for path, accept in (("/static/js/index.js", "*/*"), ("/healthz", "*/*")):
            await ask(app, path, accept=accept)[0]
        assert server.reached[1:] == ["/static/js/index.js", "/healthz"]
        server.close.set()
        await page

    coroutines.run(run())


def test_a_page_that_is_reloaded_waits_for_its_own_place():
    """Its old connection is still open when the browser asks for the page."""

    async def run():
        server = Server()
        app = VisitorLimits(server, Limits(sessions=1))
        page, _ = ask(app, "/_stcore/stream", kind="websocket")
        await settle()
        again, _ = ask(app, "/quality")
        await settle()
        server.close.set()
        await asyncio.gather(page, again)
        assert "/quality" in server.reached

    coroutines.run(run())


def test_the_time_of_the_last_message_is_kept(monkeypatch):
    """The server works for itself only while no page sends anything."""
    monkeypatch.setattr(visitors, "heard_at", 0.0)

    async def server(scope, receive, send):
        await receive()

    async def receive():
        return {"type": "websocket.receive", "bytes": b""}

    async def run():
        scope = {"type": "websocket", "path": "/_stcore/stream", "headers": [], "subprotocols": []}
        await VisitorLimits(server, Limits())(scope, receive, None)

    coroutines.run(run())
    assert visitors.heard_at > 0


def upload_status(app, session):
    task, sent = ask(app, f"/_stcore/upload_file/{session}/file", method="PUT")
    return task, sent


def test_the_language_of_the_url_takes_precedence_over_the_browser():
    """The QR code of the page Share contains it."""

    async def run():
        app = VisitorLimits(Server(), Limits(sessions=1))
        page, _ = ask(app, "/_stcore/stream", kind="websocket")
        await settle()
        task, sent = ask(app, "/", query="lang=fr&petal_width=0.2")
        await task
        assert "Toutes les places" in sent[1]["body"].decode()
        page.cancel()

    coroutines.run(run())


def test_a_session_uploads_one_file_at_a_time(monkeypatch):
    """As a browser does; another session may upload at the same time."""

    async def run():
        monkeypatch.setattr(visitor_limits, "_held_bytes", lambda session, most_files: 0)
        server = Server()
        app = VisitorLimits(server, Limits())
        first, _ = upload_status(app, "one")
        await settle()
        second, sent = upload_status(app, "one")
        other, _ = upload_status(app, "other")
        await settle()
        assert sent[0]["status"] == 429
        assert len(server.reached) == 2
        server.close.set()
        await asyncio.gather(first, second, other)
        assert not app._arriving

    coroutines.run(run())


def test_an_upload_that_times_out_frees_its_place():
    """Otherwise clients that send five bytes each would block all uploads."""

    async def run():
        app = VisitorLimits(Server(), Limits(upload_seconds=0))
        task, sent = upload_status(app, "slow")
        await task
        assert sent[0]["status"] == 408
        assert not app._arriving

    coroutines.run(run())


def test_uploads_of_all_sessions_share_a_size_limit(monkeypatch):
    """An upload in progress counts with its maximum size."""

    async def run():
        monkeypatch.setattr(visitor_limits, "_held_bytes", lambda session, most_files: 2_000_000)
        server = Server()
        app = VisitorLimits(server, Limits(csv_bytes=1_000_000, upload_bytes=4_000_000))
        tasks = [upload_status(app, f"page {k}") for k in range(3)]
        await settle()
        assert [sent[0]["status"] for _, sent in tasks if sent] == [503]
        server.close.set()
        await asyncio.gather(*(task for task, _ in tasks))

    coroutines.run(run())


def test_a_session_keeps_its_newest_files_only(monkeypatch):
    """Streamlit keeps files of uploaders that are no longer shown, so returning visitors would reach the limit."""
    from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

    manager = MemoryUploadedFileManager("/upload")
    for page, size in (("one", 10), ("one", 20), ("one", 40), ("two", 5)):
        manager.add_file(page, SimpleNamespace(file_id=f"{page}-{size}", data=b"x" * size))
    monkeypatch.setattr(visitor_limits, "exists", lambda: True)
    monkeypatch.setattr(visitor_limits, "get_instance", lambda: SimpleNamespace(uploaded_file_mgr=manager))
    assert visitor_limits._held_bytes("one", 2) == 20 + 40 + 5
    assert list(manager.file_storage["one"]) == ["one-20", "one-40"]


def test_repeated_log_messages_are_limited_per_cause(caplog):
    """Two lines a minute per place in the code; the next minute has the number left out."""
    now = [0.0]
    logger, only_few = logging.getLogger("flood"), FewOfEachCause(2, lambda: now[0])
    logger.addFilter(only_few)
    for minute in (0, 60):
        now[0] = minute
        for _ in range(1000):
            logger.warning("a malformed message")
    logger.warning("another cause")
    logger.removeFilter(only_few)
    assert [record.getMessage() for record in caplog.records] == [
        "a malformed message",
        "a malformed message",
        "a malformed message (and 998 more like this in the last minute)",
        "a malformed message",
        "another cause",
    ]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_the_limit_of_file_descriptors_is_raised():
    """A shell on a Mac allows 256, which is 60 pages."""
    code = "from web.server.file_descriptors import raise_limit; print(raise_limit())"

    def few():
        resource.setrlimit(resource.RLIMIT_NOFILE, (256, 3000))

    ran = subprocess.run([sys.executable, "-c", code], preexec_fn=few, capture_output=True, text=True, check=True)
    assert ran.stdout == "3000\n"
