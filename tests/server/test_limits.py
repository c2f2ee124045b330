"""Limits of the running server against clients other than browsers: refusals and memory use."""

import http.client
import json
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from tools.served_app import ROOT, served
from web.start import app_command

MIB = 1024 * 1024
LINUX = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")


@pytest.fixture(scope="module")
def app(_trained):
    """A public server limited to five sessions, which asks each page every two seconds whether it is still there."""
    options = ["--server.websocketPingInterval=2"]
    with served(_trained, options=options, environment={"IRISML_PUBLIC": "1", "IRISML_LIMIT_SESSIONS": "5"}) as app:
        load_libraries(app)
        yield app


def load_libraries(app):
    """Open Data and ask the API: what they load is not memory that an attack has taken."""
    with open_page(app, page="data") as (page, _):
        while ForwardMsg.FromString(page.recv(timeout=60)).WhichOneof("type") != "script_finished":
            pass
    request(app, "GET", "/api/openapi.json")


def resident_mib(app) -> float:
    """Return the peak resident memory of the server in MiB."""
    line = next(x for x in Path(f"/proc/{app.pid}/status").read_text().splitlines() if x.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


@contextmanager
def open_page(app, page="", **options):
    """Open a page over the websocket protocol; yield its socket and the id of its session."""
    address = app.address.replace("http", "ws", 1) + "/_stcore/stream"
    # Unread messages must not delay the end of a test.
    with connect(address, subprotocols=["streamlit"], max_size=None, close_timeout=0.1, **options) as opened:
        message = BackMsg()
        message.rerun_script.page_name = page
        opened.send(message.SerializeToString())
        while True:
            told = ForwardMsg.FromString(opened.recv(timeout=60))
            if told.WhichOneof("type") == "new_session":
                yield opened, told.new_session.initialize.session_id
                return


def read_for_ever(page):
    while True:
        page.recv(timeout=60)


def request(app, method, path, body=None, headers=None):
    """Send a request; return its status, headers and body."""
    connection = http.client.HTTPConnection(urlsplit(app.address).netloc, timeout=60)
    try:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


def upload(app, session, name, n_bytes):
    """Send a file of zeros to a page, as its uploader does."""
    _, headers, _ = request(app, "GET", "/_stcore/health")
    token = headers["set-cookie"].split("=", 1)[1].split(";")[0]
    body = b'--b\r\nContent-Disposition: form-data; name="f"; filename="f.csv"\r\nContent-Type: text/csv\r\n\r\n'
    body += b"0" * n_bytes + b"\r\n--b--\r\n"
    sent = {"Content-Type": "multipart/form-data; boundary=b", "X-Xsrftoken": token}
    path = f"/_stcore/upload_file/{session}/{name}"
    return request(app, "PUT", path, body, {**sent, "Cookie": f"_streamlit_xsrf={token}"})[0]


@LINUX
def test_an_upload_over_one_megabyte_is_refused(app):
    """The limit in the browser can be bypassed; refusing 50 MB takes the server less than 25 MiB."""
    with open_page(app) as (_, session):
        before = resident_mib(app)
        assert upload(app, session, "large", 50 * MIB) == 413
        assert resident_mib(app) < before + 25


@LINUX
def test_a_session_keeps_at_most_three_uploaded_files(app):
    """Without this limit a script could fill the memory, one megabyte per file."""
    with open_page(app) as (_, session):
        assert upload(app, session, "warm-up", MIB - 1000) == 204
        before = resident_mib(app)
        assert {upload(app, session, f"file-{k}", MIB - 1000) for k in range(40)} == {204}
        assert resident_mib(app) < before + 20


@LINUX
def test_a_request_for_the_urls_of_too_many_files_closes_the_connection(app):
    """300,000 names are 1 kB compressed; Streamlit's response would be 100 MB and block everybody else."""
    before = resident_mib(app)
    with open_page(app, compression="deflate") as (page, _):
        message = BackMsg()
        message.file_urls_request.file_names.extend(["x"] * 300_000)
        page.send(message.SerializeToString())
        with pytest.raises(ConnectionClosed):
            read_for_ever(page)
    assert resident_mib(app) < before + 30


@LINUX
def test_a_message_that_decompresses_beyond_the_limit_closes_the_connection(app):
    """190 MB of zeros are 190 kB compressed."""
    before = resident_mib(app)
    with open_page(app, compression="deflate") as (page, _):
        page.send(b"\0" * (190 * MIB))
        with pytest.raises(ConnectionClosed):
            read_for_ever(page)
    assert resident_mib(app) < before + 60


@LINUX
def test_a_chunked_body_beyond_its_content_length_is_not_read(app):
    """Refused with 413 or cut off; memory use does not grow."""
    before = resident_mib(app)
    host, port = urlsplit(app.address).netloc.split(":")
    with socket.create_connection((host, int(port)), timeout=60) as client:
        client.sendall(
            b"POST /api/predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 10\r\n"
            b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
        )
        try:
            for _ in range(150):
                client.sendall(b"%x\r\n" % MIB + b" " * MIB + b"\r\n")
            status = client.recv(100).split(b" ")[1]
        except ConnectionError:
            status = b"cut off"
    assert status in (b"413", b"cut off")
    assert resident_mib(app) < before + 40


def n_pages(app) -> int:
    return json.loads(request(app, "GET", "/api/live/now")[2])["here"]


@LINUX
def test_a_page_that_never_reads_is_dropped(app):
    """Its messages wait in the server, but only so many."""
    before = resident_mib(app)
    message = BackMsg()
    message.rerun_script.query_string = ""
    with open_page(app, max_queue=1) as (page, _):
        assert n_pages(app) == 1
        for _ in range(2000):  # the client reads no more than one message, and the buffers of the sockets fill
            with suppress(ConnectionClosed):
                page.send(message.SerializeToString())
            time.sleep(0.005)
            if n_pages(app) == 0:
                break
        assert n_pages(app) == 0
    assert resident_mib(app) < before + 60


def test_the_place_of_a_vanished_phone_is_free_after_two_pings(registry):
    """It has not closed the connection: its network is gone."""
    options = ["--server.websocketPingInterval=1"]
    with served(registry.folder, options=options, environment={"IRISML_LIMIT_SESSIONS": "1"}) as app:
        began = time.monotonic()
        with open_page(app, max_queue=1):  # reads no more, so it answers no ping
            while True:
                try:
                    with open_page(app):
                        break
                except InvalidStatus:
                    assert time.monotonic() < began + 20, "the place was not freed"
                    time.sleep(0.1)


@LINUX
def test_half_sent_requests_do_not_delay_others(app):
    """300 connections that never finish their first line."""
    before = resident_mib(app)
    host, port = urlsplit(app.address).netloc.split(":")
    with ExitStack() as sockets:
        for _ in range(300):
            half = sockets.enter_context(socket.create_connection((host, int(port)), timeout=10))
            half.sendall(b"GET / HT")
        began = time.monotonic()
        assert request(app, "GET", "/healthz")[0] == 200
        assert time.monotonic() < began + 2
    assert resident_mib(app) < before + 30


def test_the_sixth_session_gets_503_until_a_place_is_free(app):
    """The response is a small page that tries again; /healthz still answers."""
    pages = [open_page(app) for _ in range(5)]
    for page in pages:
        page.__enter__()
    with pytest.raises(InvalidStatus), open_page(app):
        pass
    status, headers, body = request(app, "GET", "/", headers={"Accept": "text/html"})
    assert (status, headers["retry-after"]) == (503, "10")
    assert b"The server is full at the moment" in body
    status, _, body = request(app, "GET", "/healthz")
    assert (status, b'"sessions":' in body) == (200, True)
    for page in pages:
        page.__exit__(None, None, None)
    for _ in range(200):
        try:
            with open_page(app):
                return
        except InvalidStatus:
            continue
    pytest.fail("no place became free")


@pytest.mark.parametrize("path", ["/app/static/" + "x" * 300, "/static/%00.js", "/static/" + "x" * 5000 + ".js"])
def test_an_invalid_file_path_is_404_with_security_headers(app, path):
    """A server error would come without these headers."""
    status, headers, _ = request(app, "GET", path, headers={"Accept-Encoding": "gzip"})
    assert status == 404
    assert headers["x-content-type-options"] == "nosniff"


def test_a_local_server_refuses_other_host_names(registry):
    """Prevents DNS rebinding: a page of another site could otherwise start a training."""
    words = [word for word in app_command({}) if word.startswith("--server.allowedHosts")]
    with served(registry.folder, options=words) as app:
        port = urlsplit(app.address).port
        with socket.create_connection(("127.0.0.1", port)) as to_us, pytest.raises(InvalidStatus, match="403"):
            connect(f"ws://evil.example:{port}/_stcore/stream", sock=to_us, subprotocols=["streamlit"])
        with open_page(app):
            pass


def test_the_task_app_runs_web_start_app():
    """The command that the README recommends."""
    ran = subprocess.run(
        [sys.executable, "-m", "poethepoet", "--dry-run", "app"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert "web.start app" in ran.stdout + ran.stderr
