"""Which worker a visitor belongs to."""

import pytest
from starlette.testclient import TestClient

from web.workers.affinity import COOKIE, Affinity, Worker, named_worker, worker_of_request

START = "5eed"


async def app(scope, receive, send):
    """Answer with what was asked."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": scope["path"].encode()})


def client(*, number=1, is_shared=False, cookie=None) -> TestClient:
    made = TestClient(Affinity(app, Worker(number, START), is_shared=is_shared), follow_redirects=False)
    if cookie:
        made.cookies.set(COOKIE, cookie)
    return made


PAGE = {"accept": "text/html,*/*"}


@pytest.mark.parametrize(
    ("head", "number"),
    [
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", None),
        (b"GET / HTTP/1.1\r\ncookie: irisml_worker=2-5eed\r\n\r\n", 2),
        (b"GET / HTTP/1.1\r\nCookie: a=1; irisml_worker=2-5eed; b=3\r\nHost: x\r\n\r\n", 2),
        (b"GET / HTTP/1.1\r\nCookie: irisml_worker=2-0123\r\n\r\n", None),  # of another start
        (b"GET / HTTP/1.1\r\nCookie: not_irisml_worker=2-5eed\r\n\r\n", None),
        (b"GET / HTTP/1.1\r\nCookie: irisml_worker=two-5eed\r\n\r\n", None),
        (b"GET /?cookie:irisml_worker=2-5eed HTTP/1.1\r\nHost: x\r\n\r\n", None),
        (b"POST / HTTP/1.1\r\nHost: x\r\n\r\nCookie: irisml_worker=2-5eed", None),  # of the body
    ],
)
def test_a_request_belongs_to_the_worker_that_its_cookie_names(head, number):
    assert worker_of_request(head, START) == number


def test_a_new_visitor_is_marked_with_the_worker_that_answers():
    marked = client(number=2).get("/", headers=PAGE).headers["set-cookie"]
    value = marked.partition("=")[2].partition(";")[0]
    assert named_worker(f"{COOKIE}={value}".encode(), START) == 2


@pytest.mark.parametrize("cookie", [None, "2-0123"])
def test_a_cookie_of_another_start_is_replaced(cookie):
    assert "set-cookie" in client(cookie=cookie).get("/", headers=PAGE).headers


def test_a_known_visitor_gets_no_second_cookie():
    assert "set-cookie" not in client(cookie=f"1-{START}").get("/", headers=PAGE).headers


def test_a_file_that_caches_keep_carries_no_cookie():
    """A cache would give one visitor's cookie to all."""
    assert "set-cookie" not in client().get("/static/x.js", headers={"accept": "*/*"}).headers


@pytest.mark.parametrize(("method", "path"), [("GET", "/media/a%20b.png?x=1&y=2"), ("PUT", "/_stcore/upload_file/a/b")])
def test_a_visitor_of_another_worker_is_asked_to_come_again_on_a_new_connection(method, path):
    """Status 307 keeps the method and the body."""
    answer = client(cookie=f"2-{START}").request(method, path)
    assert (answer.status_code, answer.headers["location"], answer.headers["connection"]) == (307, path, "close")


def test_a_visitor_is_not_sent_to_another_host():
    answer = client(cookie=f"2-{START}").get("http://testserver//evil.example/x")
    assert answer.headers["location"] == "/evil.example/x"


@pytest.mark.parametrize(("is_shared", "said"), [(True, "close"), (False, None)])
def test_behind_a_proxy_each_connection_carries_one_request(is_shared, said):
    """A proxy sends the requests of many visitors through one connection."""
    assert client(is_shared=is_shared).get("/").headers.get("connection") == said
