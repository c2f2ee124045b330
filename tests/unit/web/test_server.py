"""web.server: health, headers, compression, and what the live answer fetches"""

import gzip
from pathlib import Path

import pytest
import streamlit
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from irisml.registry.version import FOREST_FILE
from web.components.live_answer import SCRIPT, SCRIPT_NAME, forest_address
from web.server import health, live_files
from web.server.compression import CompressedStatic, compressed
from web.server.headers import SecurityHeaders

STATIC = Path(streamlit.__file__).parent / "static"


@pytest.fixture
def client():
    """Our routes and middleware, without Streamlit behind them."""
    app = Starlette(
        routes=[health.route, *live_files.routes, Route("/static/{rest:path}", lambda _: PlainTextResponse("plain"))],
        middleware=[Middleware(SecurityHeaders), Middleware(CompressedStatic)],
    )
    return TestClient(app)


def test_health_tells_the_version(client, registry):
    """200, and JSON that a probe can compare."""
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "version": 2})
    assert answer.headers["cache-control"] == "no-store"


def test_without_a_model_health_is_503(client, empty_registry):
    """With the reason."""
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["status"] == "no model"


def test_the_trees_come_as_they_stand_in_the_registry(client, registry):
    """Byte for byte, to be kept for ever: the address holds their hash."""
    version = registry.get(2)
    answer = client.get("/" + forest_address(version))
    assert answer.content == version.read_file(FOREST_FILE)
    assert "immutable" in answer.headers["cache-control"]


@pytest.mark.parametrize("path", ["2/0000.json", "9/0000.json"])
def test_other_trees_are_not_found(client, registry, path):
    """Another hash, another version."""
    assert client.get(f"/api/live/{path}").status_code == 404


def test_altered_trees_are_not_served(client, registry):
    """The page then shows the server's answer."""
    address = forest_address(registry.get(2))
    (registry.folder / "versions/0002" / FOREST_FILE).write_text("{}")
    assert client.get("/" + address).status_code == 404


def test_the_script_comes_under_its_hash(client):
    """As it stands in the repository."""
    assert client.get(f"/api/live/{SCRIPT_NAME}").content == SCRIPT


def test_every_answer_has_the_security_headers(client, registry):
    """Nothing may come from another host, and no other site may frame the page."""
    headers = client.get("/healthz").headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "connect-src 'self'" in policy
    assert "http:" not in policy
    assert "https:" not in policy
    assert "'sha256-" in policy
    assert headers["x-content-type-options"] == "nosniff"


def a_script() -> str:
    return next(path.relative_to(STATIC.parent).as_posix() for path in sorted(STATIC.rglob("*.js")))


def test_scripts_are_compressed_and_the_same(client):
    """Unpacked, the very file."""
    answer = client.get(f"/{a_script()}", headers={"accept-encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.content == (STATIC.parent / a_script()).read_bytes()
    assert gzip.decompress(compressed(a_script())[0]) == answer.content


@pytest.mark.parametrize(
    "headers", [{"accept-encoding": "identity"}, {"accept-encoding": "gzip", "range": "bytes=0-9"}]
)
def test_who_takes_no_gzip_or_asks_for_a_range_gets_the_plain_file(client, headers):
    """Passed on to Streamlit."""
    assert client.get(f"/{a_script()}", headers=headers).text == "plain"


@pytest.mark.parametrize(
    "path", ["static/index.html", "static/../config.py", "static/../../../secret.js", "static/none.js"]
)
def test_nothing_else_is_read_from_disk(path):
    """Only scripts and styles below Streamlit's own folder."""
    assert compressed(path) is None
