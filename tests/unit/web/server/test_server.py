"""web.server: health, headers, API, and the files of the live prediction."""

import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest
import streamlit
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from irisml.domain.errors import TrainingFailedError
from irisml.registry.version import FOREST_FILE
from irisml.service.model_service import ModelService
from web.frame.page_scripts import script_address, scripts
from web.limits import Refusals
from web.predict.live_answer import forest_address
from web.server import health
from web.server.headers import SecurityHeaders
from web.server.routes import routes
from web.state.session import get_service

LIVE_ANSWER = script_address("predict/live_answer.js")


@pytest.fixture
def client():
    """Our routes and middleware, without Streamlit."""
    app = Starlette(
        routes=[
            *routes(),
            Route("/static/{rest:path}", lambda _: PlainTextResponse("plain")),
        ],
        middleware=[Middleware(SecurityHeaders)],
    )
    return TestClient(app)


def test_health_has_version_build_and_refusal_counts(client, registry, monkeypatch):
    """JSON with status 200, which a probe can compare."""
    monkeypatch.setenv("IRISML_BUILD", "417")
    monkeypatch.setattr(health, "refusals", Refusals())
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "version": 2, "build": "417"})
    assert answer.headers["cache-control"] == "no-store"
    health.refusals.count("sessions")
    assert client.get("/healthz").json()["refused"] == {"sessions": 1}


def test_without_a_model_health_is_503(client, empty_registry):
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["status"] == "no model"


def test_an_unreadable_registry_is_503_without_its_path(client, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("IRISML_REGISTRY", str(tmp_path / "file"))
    for _ in range(2):
        answer = client.get("/healthz")
        assert answer.status_code == 503
        assert answer.json()["detail"] == "The registry cannot be read. Try again in a moment."  # without the path


def test_health_has_a_general_reason_after_a_failed_first_training(empty_registry):
    """The exact message may contain a path, so only the log has it."""
    service = ModelService()
    service.training_slot.job = SimpleNamespace(
        running=False, failure=lambda: TrainingFailedError(problem="The disk is full.")
    )
    body, status = health.health(service)
    assert status == 503
    assert body["detail"].startswith("The first training failed.")
    assert "disk" not in body["detail"]


def test_the_forest_is_served_byte_for_byte_and_cacheable(client, registry):
    """The URL contains its hash."""
    version = registry.get(2)
    answer = client.get("/" + forest_address(version))
    assert answer.content == version.read_file(FOREST_FILE)
    assert "immutable" in answer.headers["cache-control"]


@pytest.mark.parametrize(
    "path", ["2/0000.json", "9/0000.json", f"{'9' * 300}/0.json", f"{'9' * 5000}/0.json", "x/0.json"]
)
def test_another_hash_or_version_is_not_found(client, registry, path):
    assert client.get(f"/api/live/{path}").status_code == 404


def test_an_altered_forest_is_not_served(client, registry):
    """The page then shows the prediction of the server."""
    address = forest_address(registry.get(2))
    (registry.folder / "versions/0002" / FOREST_FILE).write_text("{}")
    assert client.get("/" + address).status_code == 404


def test_the_script_is_served_under_its_hash(client):
    assert client.get(f"/{LIVE_ANSWER}").content == scripts()[Path(LIVE_ANSWER).name]


def test_every_response_has_the_security_headers(client, registry):
    """No resources of other hosts, and no framing by other sites."""
    headers = client.get("/healthz").headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "connect-src 'self'" in policy
    assert "http:" not in policy
    assert "https:" not in policy
    assert "'sha256-" in policy
    assert headers["x-content-type-options"] == "nosniff"


FLOWER = {"sepal_length": 5.1, "sepal_width": 3.5, "petal_length": 1.4, "petal_width": 0.2}


@pytest.fixture
def below(registry, monkeypatch):
    """The routes of an app with the base path /iris."""
    streamlit.config.set_option("server.baseUrlPath", "iris")
    app = Starlette(
        routes=[*routes(), Route("/{rest:path}", lambda _: PlainTextResponse("page"))],
    )
    yield TestClient(app)
    streamlit.config.set_option("server.baseUrlPath", "")


def test_all_routes_work_below_a_base_path(below, registry):
    """Health also at the root, where a platform asks for it."""
    assert below.get("/iris/healthz").json()["version"] == below.get("/healthz").json()["version"] == 2
    assert below.post("/iris/api/predict", json=FLOWER).json()["species"] == "setosa"
    assert below.get("/iris/api").json()["description"] == "/iris/api/openapi.json"
    assert below.get("/iris/api/openapi.json").json()["servers"] == [{"url": "/iris/api"}]
    assert "POST /iris/api/predict" in below.get("/iris/api/none").json()["detail"]
    assert below.get(f"/iris/{LIVE_ANSWER}").content == scripts()[Path(LIVE_ANSWER).name]
    assert below.get("/iris/" + forest_address(registry.get(2))).status_code == 200
    assert below.get("/iris/quality").text == "page"


def test_hsts_is_sent_behind_https_only(client, registry):
    assert "strict-transport-security" not in client.get("/healthz").headers
    behind_https = client.get("/healthz", headers={"x-forwarded-proto": "https"}).headers
    assert "max-age" in behind_https["strict-transport-security"]


def test_health_is_200_with_a_notice_if_the_registry_is_missing(client, registry):
    """The model in memory serves, so a platform must not stop the server."""
    assert client.get("/healthz").json()["version"] == 2
    shutil.rmtree(registry.folder)
    get_service().serving.look()
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["status"], answer.json()["version"]) == (200, "ok", 2)
    assert answer.json()["notice"]["kind"] == "registry_empty"


def test_health_distinguishes_damage_from_a_missing_registry(client, registry):
    """An operator reacts differently."""
    (registry.folder / "versions/0002/forest.json").write_text("{}")
    assert client.get("/healthz").json()["version"] == 1
    assert client.get("/healthz").json()["notice"]["kind"] == "champion_unusable"


def test_the_api_does_not_disclose_the_path_of_the_registry(client, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("IRISML_REGISTRY", str(tmp_path / "file"))
    answer = client.post("/api/predict", json=FLOWER)
    assert answer.status_code == 503
    assert str(tmp_path) not in answer.text
