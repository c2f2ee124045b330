"""Two worker processes behind one port, as ``run.py stage --workers 2`` starts them."""

import http.client
import json
import os
import shutil
import signal
import socket
import time
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

from irisml.registry.actor import Actor
from irisml.registry.folder import FolderRegistry
from tools.served_app import LIMIT_S, served
from web.workers.affinity import COOKIE

if not hasattr(socket, "send_fds"):
    pytest.skip("Windows hands over no connection", allow_module_level=True)


class Visitor:
    """A browser: one connection that is kept, and a cookie."""

    def __init__(self, app, cookie=""):
        self.host = urlsplit(app.address).netloc
        self.connection = http.client.HTTPConnection(self.host, timeout=LIMIT_S)
        self.cookie = cookie

    def get(self, path="/", accept="text/html", method="GET", body=None):
        headers = {"Accept": accept, **({"Cookie": f"{COOKIE}={self.cookie}"} if self.cookie else {})}
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        content = answer.read()
        if marked := answer.getheader("set-cookie"):
            self.cookie = marked.partition("=")[2].partition(";")[0]
        return answer, content

    @property
    def worker(self) -> str:
        return self.cookie.partition("-")[0]


@contextmanager
def both(app):
    """A visitor of each worker; the second one is up some seconds after the first."""
    end, found = time.monotonic() + LIMIT_S, {}
    with ExitStack() as connections:
        while len(found) < 2:
            assert time.monotonic() < end, f"only {list(found)} answers"
            visitor = Visitor(app)
            connections.enter_context(closing(visitor.connection))
            visitor.get()
            found.setdefault(visitor.worker, visitor)
            time.sleep(0.05)
        yield found["1"], found["2"]


def open_page(app, visitor):
    """Open a page by websocket, and wait until it is drawn."""
    address = app.address.replace("http", "ws", 1) + "/_stcore/stream"
    cookie = {"Cookie": f"{COOKIE}={visitor.cookie}"}
    with connect(address, subprotocols=["streamlit"], max_size=None, additional_headers=cookie) as page:
        message = BackMsg()
        message.rerun_script.page_name = ""
        page.send(message.SerializeToString())
        while ForwardMsg.FromString(page.recv(timeout=LIMIT_S)).WhichOneof("type") != "script_finished":
            pass


@pytest.fixture(scope="module")
def registry(_trained, tmp_path_factory):
    folder = tmp_path_factory.mktemp("workers") / "models"
    shutil.copytree(_trained, folder)
    return folder


@pytest.fixture(scope="module")
def app(registry):
    with served(registry, environment={"IRISML_PUBLIC": "1"}, n_workers=2) as app, both(app):
        yield app


def test_visitors_are_spread_over_both_and_stay(app):
    with both(app) as visitors:
        for visitor in visitors:
            before = visitor.worker
            visitor.get("/data")
            assert visitor.worker == before


def test_a_page_opens_on_either(app):
    with both(app) as visitors:
        for visitor in visitors:
            open_page(app, visitor)


def test_a_kept_connection_with_the_cookie_of_the_other_is_sent_back(app):
    with both(app) as (one, two):
        one.cookie = two.cookie
        answer, _ = one.get("/healthz?x=1")
    assert (answer.status, answer.getheader("location")) == (307, "/healthz?x=1")


def test_the_api_answers_without_a_cookie(app):
    body = b'{"sepal_length": 5.1, "sepal_width": 3.5, "petal_length": 1.4, "petal_width": 0.2}'
    for _ in range(4):
        connection = http.client.HTTPConnection(urlsplit(app.address).netloc, timeout=LIMIT_S)
        connection.request("POST", "/api/predict", body, {"Content-Type": "application/json"})
        assert connection.getresponse().status == 200
        connection.close()


def test_a_release_shows_on_both_within_a_second(app, registry):
    folder = FolderRegistry(registry)
    newest = folder.releases()
    other = next(n for n in folder.versions() if n.number != newest.champion).number
    with both(app) as visitors:
        folder.release("promote", other, follows=newest.last, by=Actor("command line", "test"), reason="")
        end = time.monotonic() + 1.0
        waiting = list(visitors)
        while waiting and time.monotonic() < end:
            waiting = [v for v in waiting if json.loads(v.get("/healthz")[1])["version"] != other]
            time.sleep(0.05)
    assert not waiting


def workers_of(app) -> list[int]:
    """The process ids of the workers, when both answer."""
    with both(app):
        return [int(word) for word in Path(f"/proc/{app.pid}/task/{app.pid}/children").read_text().split()]


PROC = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="children are read from /proc")


def gone(pid) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] == "Z"


@PROC
def test_nothing_is_left_after_the_stop_signal(registry):
    with served(registry, n_workers=2) as app:
        workers = workers_of(app)
    assert len(workers) == 2
    assert all(map(gone, workers))


@PROC
@pytest.mark.parametrize("place", [0, 1])
def test_if_a_worker_dies_all_end_so_that_the_platform_starts_them_again(registry, place):
    with served(registry, n_workers=2) as app:
        workers = workers_of(app)
        os.kill(workers[place], signal.SIGKILL)
        end = time.monotonic() + LIMIT_S
        while not (gone(app.pid) and all(map(gone, workers))):
            assert time.monotonic() < end
            time.sleep(0.1)


@PROC
@pytest.mark.parametrize("signals", [1, 2])
def test_an_upload_without_an_end_does_not_keep_the_server(registry, signals):
    """It is given some seconds; a second signal gives it none."""
    with served(registry, n_workers=2) as app, both(app):
        port = urlsplit(app.address).port
        with socket.create_connection(("127.0.0.1", port)) as upload:
            upload.sendall(b"POST /api/predict HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nx")
            time.sleep(0.5)
            began = time.monotonic()
            for _ in range(signals):
                os.kill(app.pid, signal.SIGTERM)
                time.sleep(0.2)
            while not gone(app.pid):
                assert time.monotonic() - began < (20, 2)[signals - 1]
                time.sleep(0.05)


@PROC
def test_if_the_front_dies_the_workers_end(registry):
    with served(registry, n_workers=2) as app:
        workers = workers_of(app)
        os.kill(app.pid, signal.SIGKILL)
        end = time.monotonic() + LIMIT_S
        while not all(map(gone, workers)):
            assert time.monotonic() < end
            time.sleep(0.1)


def test_an_empty_registry_is_filled_once(tmp_path):
    with served(tmp_path / "models", n_workers=2) as app:
        with both(app):
            pass
        assert len(list(FolderRegistry(tmp_path / "models").versions())) == 1
