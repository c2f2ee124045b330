"""web.limits and what holds them at the server: open pages, uploaded files, lines in the log, file descriptors"""

import asyncio
import logging
import resource
import subprocess
import sys
from types import SimpleNamespace

import pytest

from web.limits import Limits, refusals
from web.server import visitor_limits
from web.server.log_filter import FewOfEachCause
from web.server.visitor_limits import VisitorLimits

RETURNING = ["streamlit", "token", "session"]


def test_the_environment_sets_a_limit():
    """The others keep their defaults."""
    assert Limits.of({"IRISML_LIMIT_SESSIONS": "7", "IRISML_LIMIT_CSV_ROWS": " "}) == Limits(sessions=7)


class Server:
    """What stands behind the limits: it holds pages open until it is told to close them."""

    def __init__(self):
        self.close = asyncio.Event()
        self.reached = []

    async def __call__(self, scope, receive, send):
        self.reached.append(scope["path"])
        if scope["type"] == "websocket" or scope["method"] == "PUT":
            await self.close.wait()


def ask(app, path, *, kind="http", method="GET", subprotocols=(), accept="text/html", language="en", query=""):
    """Begin a request; return its task and the list of what is sent."""
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


def test_pages_beyond_the_limit_wait_and_find_a_place_when_one_leaves():
    """Ten pages: the eleventh is refused, one that comes back is not, and afterwards all are free again."""

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

    asyncio.run(run())


@pytest.mark.parametrize(("language", "words"), [("fr-CA,fr;q=0.9", "Toutes les places"), ("en-US", "Every place")])
def test_a_full_hall_is_told_in_ones_own_language(language, words):
    """A light page that tries again by itself; scripts and health are answered as always."""

    async def run():
        server = Server()
        app = VisitorLimits(server, Limits(sessions=1))
        page, _ = ask(app, "/_stcore/stream", kind="websocket")
        await settle()
        _, sent = ask(app, "/quality", language=language)
        await settle()
        assert sent[0]["status"] == 503
        assert words in sent[1]["body"].decode()
        assert len(sent[1]["body"]) < 1000
        for path, accept in (("/static/js/index.js", "*/*"), ("/healthz", "*/*")):
            await ask(app, path, accept=accept)[0]
        assert server.reached[1:] == ["/static/js/index.js", "/healthz"]
        server.close.set()
        await page

    asyncio.run(run())


def upload_status(app, session):
    task, sent = ask(app, f"/_stcore/upload_file/{session}/file", method="PUT")
    return task, sent


def test_the_language_of_the_address_beats_the_browsers():
    """The QR code of the page Share carries it."""

    async def run():
        app = VisitorLimits(Server(), Limits(sessions=1))
        page, _ = ask(app, "/_stcore/stream", kind="websocket")
        await settle()
        _, sent = ask(app, "/", query="lang=fr&petal_width=0.2")
        await settle()
        assert "Toutes les places" in sent[1]["body"].decode()
        page.cancel()

    asyncio.run(run())


def test_a_page_sends_one_file_after_the_other(monkeypatch):
    """As the browser does; another page may send one at the same time."""

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

    asyncio.run(run())


def test_a_file_that_does_not_arrive_gives_its_place_back():
    """Else pages that send five bytes each would keep everybody from uploading."""

    async def run():
        app = VisitorLimits(Server(), Limits(upload_seconds=0))
        task, sent = upload_status(app, "slow")
        await task
        assert sent[0]["status"] == 408
        assert not app._arriving

    asyncio.run(run())


def test_all_pages_together_hold_few_bytes(monkeypatch):
    """What is on its way counts as large as it may become."""

    async def run():
        monkeypatch.setattr(visitor_limits, "_held_bytes", lambda session, most_files: 2_000_000)
        server = Server()
        app = VisitorLimits(server, Limits(csv_bytes=1_000_000, upload_bytes=4_000_000))
        tasks = [upload_status(app, f"page {k}") for k in range(3)]
        await settle()
        assert [sent[0]["status"] for _, sent in tasks if sent] == [503]
        server.close.set()
        await asyncio.gather(*(task for task, _ in tasks))

    asyncio.run(run())


def test_a_page_keeps_its_newest_files(monkeypatch):
    """Streamlit keeps the file of an uploader that left the screen: who comes back often runs into no limit."""
    from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

    manager = MemoryUploadedFileManager("/upload")
    for page, size in (("one", 10), ("one", 20), ("one", 40), ("two", 5)):
        manager.add_file(page, SimpleNamespace(file_id=f"{page}-{size}", data=b"x" * size))
    monkeypatch.setattr(visitor_limits, "exists", lambda: True)
    monkeypatch.setattr(visitor_limits, "get_instance", lambda: SimpleNamespace(uploaded_file_mgr=manager))
    assert visitor_limits._held_bytes("one", 2) == 20 + 40 + 5
    assert list(manager.file_storage["one"]) == ["one-20", "one-40"]


def test_one_cause_fills_no_log(caplog):
    """Two lines a minute of one place in the code; the next minute tells how many were left out."""
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
    """A shell allows 256 on a Mac, which is 60 pages."""
    code = "from web.server.file_descriptors import raise_limit; print(raise_limit())"

    def few():
        resource.setrlimit(resource.RLIMIT_NOFILE, (256, 3000))

    ran = subprocess.run([sys.executable, "-c", code], preexec_fn=few, capture_output=True, text=True, check=True)
    assert ran.stdout == "3000\n"
