"""web.server: health, headers, API, and the files of the live prediction."""

import asyncio
import json
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
from starlette.websockets import WebSocketDisconnect

from irisml.domain.errors import TrainingFailedError
from irisml.registry.version import FOREST_FILE
from irisml.service.model_service import ModelService
from web.frame.page_scripts import script_address, scripts
from web.limits import Refusals, refusals
from web.predict.live_answer import forest_address
from web.server import health, lazy_api
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


def test_the_api_predicts_like_the_page(client, registry):
    """Species, probabilities by name, votes, version."""
    answer = client.post("/api/predict", json=FLOWER)
    assert answer.status_code == 200
    told = answer.json()
    assert (told["species"], told["version"], told["votes"]["setosa"]) == ("setosa", 2, 5)
    assert told["probabilities"] == {"setosa": 1.0, "versicolor": 0.0, "virginica": 0.0}


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ('{"sepal_length": NaN, "sepal_width": 3.5, "petal_length": 1.4, "petal_width": 0.2}', "sepal_length"),
        ('{"sepal_length": 1e999, "sepal_width": 3.5, "petal_length": 1.4, "petal_width": 0.2}', "sepal_length"),
        ('{"sepal_length": 51, "sepal_width": 3.5, "petal_length": 1.4, "petal_width": 0.2}', "sepal_length"),
        ('{"sepal_length": 5.1, "sepal_width": "3.5", "petal_length": 1.4, "petal_width": 0.2}', "sepal_width"),
        ('{"sepal_length": 5.1, "sepal_width": 3.5, "petal_length": 1.4}', "petal_width"),
        ('{"sepal_length": 5.1, "sepal_width": 3.5, "petal_length": 1.4, "petal_width": 0.2, "hue": 1}', "hue"),
    ],
)
def test_an_invalid_flower_is_422_with_its_field(client, registry, body, where):
    """NaN, infinity, millimetres, text, a missing and an additional field."""
    answer = client.post("/api/predict", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 422
    assert [problem["where"][-1] for problem in answer.json()["detail"]] == [where]


def test_invalid_json_is_422_with_a_json_body(client, registry):
    answer = client.post("/api/predict", content="{", headers={"content-type": "application/json"})
    assert (answer.status_code, "detail" in answer.json()) == (422, True)


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/api/predict", 405), ("GET", "/api/nothing", 404), ("GET", "/api", 200)]
)
def test_errors_of_the_api_are_json(client, registry, method, path, status):
    """Not Streamlit's page with status 200."""
    answer = client.request(method, path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/json")


def test_a_body_over_the_limit_is_413(client, registry):
    """A flower needs about 100 bytes."""
    assert client.post("/api/predict", content=b" " * 5000).status_code == 413


def test_a_body_without_content_length_is_411(client, registry):
    assert client.post("/api/predict", content=iter([b"{", b"}"])).status_code == 411


def test_without_a_model_the_api_is_503(client, empty_registry):
    """As /healthz."""
    answer = client.post("/api/predict", json=FLOWER)
    assert answer.status_code == 503
    assert "There is no version" in answer.json()["detail"]


def test_the_openapi_description_has_the_bounds_of_each_length(client, registry):
    description = client.get("/api/openapi.json").json()
    body = description["paths"]["/predict"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert body["properties"]["petal_width"]["maximum"] == 5.0
    assert body["additionalProperties"] is False


@pytest.mark.parametrize("content_type", [None, "application/x-www-form-urlencoded", "text/plain"])
def test_a_flower_is_read_with_any_content_type(client, registry, content_type):
    """curl -d sends the content type of a form."""
    headers = {"content-type": content_type} if content_type else {}
    answer = client.post("/api/predict", content=json.dumps(FLOWER), headers=headers)
    assert (answer.status_code, answer.json()["species"]) == (200, "setosa")


@pytest.mark.parametrize(
    ("body", "sentences"),
    [
        ({**FLOWER, "sepal_length": 51}, ["sepal_length is 51.0 cm", "If it is in mm, send 5.1"]),
        ({**FLOWER, "sepal_length": "5.1"}, ['sepal_length is "5.1"', "Send it as a number, without quotes: 5.1"]),
        ({**FLOWER, "sepal_length": "51 mm"}, ["without quotes: 5.1"]),
        ({**FLOWER, "sepal_length": None}, ['sepal_length is "null"']),
        ({**FLOWER, "sepal_length": {"cm": 5.1}}, ['sepal_length is "an object"']),
        ({**FLOWER, "sepal_length": [5.1]}, ['sepal_length is "a list"']),
        ({**FLOWER, "sepal_length": "x" * 3000}, [f'sepal_length is "{"x" * 40}…"']),
        ({**FLOWER, "\ud800": "\ud800"}, ["There is no field"]),
        ({"petal length (" + " " * 3000 + "x": 1}, ["There is no field"]),
        ({**FLOWER, "sepal_length": True}, ['sepal_length is "True"']),
        ({**FLOWER, "sepal_length": 10**400}, ["sepal_length is"]),
        (
            {"SepalLengthCm": 5.1, "sepal_width": 3.5, "petal_length": 1.4, "petal_width": 0.2},
            ["call it sepal_length."],
        ),
        ({"sepal_length_mm": 51, "sepal_width": 3.5, "petal_length": 1.4, "petal_width": 0.2}, ["divide the milli"]),
        (
            {"sepal length (in)": 2, "sepal_width": 3.5, "petal_length": 1.4, "petal_width": 0.2},
            ["give the length in cm"],
        ),
        ({}, [f"The field {feature} is missing" for feature in FLOWER]),
        ([FLOWER], ["Send one flower per request"]),
        (5.1, ["not an object with four lengths"]),
    ],
)
def test_a_refused_body_is_explained_with_field_value_and_fix(client, registry, body, sentences):
    """All problems at once."""
    answer = client.post("/api/predict", content=json.dumps(body))
    assert answer.status_code == 422
    told = " ".join(problem["what"] for problem in answer.json()["detail"])
    assert [sentence for sentence in sentences if sentence not in told] == []


@pytest.mark.parametrize("body", [b"", b"{", b"sepal_length=5.1", b"[" * 4000, b'"' + b"\xff" * 9, b"1" * 4000])
def test_a_body_that_is_not_json_is_answered_with_an_example(client, registry, body):
    """Empty, truncated, a form, nested too deeply, not text, a number of 4000 digits."""
    answer = client.post("/api/predict", content=body)
    assert answer.status_code == 422
    assert '{"sepal_length": 5.1' in answer.json()["detail"][0]["what"]


def test_a_duplicate_field_is_refused(client, registry):
    """A JSON parser would take the last one."""
    body = json.dumps(FLOWER)[:-1] + ', "petal_width": 2.0}'
    answer = client.post("/api/predict", content=body)
    assert answer.json()["detail"][0]["what"] == 'The field "petal_width" occurs 2 times.'


def test_the_openapi_description_has_every_status_of_the_api(client, registry, monkeypatch):
    """Each is provoked, and looked up."""
    described = client.get("/api/openapi.json").json()["paths"]["/predict"]["post"]["responses"]

    def status(**request):
        return str(client.post("/api/predict", **request).status_code)

    given = {
        status(json=FLOWER),
        status(content=iter([b"{}"])),
        status(content=b" " * 5000),
        status(content=b"{"),
    }
    monkeypatch.setattr("web.server.api.get_service", lambda: 1 / 0)
    quiet = TestClient(client.app, raise_server_exceptions=False)
    given.add(str(quiet.post("/api/predict", json=FLOWER).status_code))
    monkeypatch.setattr("web.server.api.get_service", lambda: ModelService("no-such-folder"))
    given.add(status(json=FLOWER))
    monkeypatch.setattr("web.server.lazy_api.LazyApi._asks_too_often", lambda *_: True)
    given.add(status(json=FLOWER))
    # 400 is for a client that has disconnected.
    assert given == set(described) - {"400"}


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
    assert below.get("/iris/api").json()["description"] == "/api/openapi.json"
    assert below.get(f"/iris/{LIVE_ANSWER}").content == scripts()[Path(LIVE_ANSWER).name]
    assert below.get("/iris/" + forest_address(registry.get(2))).status_code == 200
    assert below.get("/iris/quality").text == "page"


def test_a_websocket_to_the_api_is_closed(client, registry):
    """No traceback, no status 500."""
    with pytest.raises(WebSocketDisconnect), client.websocket_connect("/api/predict"):
        pass


def asgi_post(app, headers, chunks):
    """Send a body that need not match its headers; return the status and the number of bytes read."""
    chunks, sent, read = list(chunks), [], []

    async def receive():
        body = chunks.pop(0) if chunks else b""
        read.append(len(body))
        return {"type": "http.request", "body": body, "more_body": bool(chunks)}

    async def send(message):
        sent.append(message)

    path = "/api/predict"
    scope = {"type": "http", "method": "POST", "path": path, "raw_path": path.encode(), "query_string": b""}
    scope |= {"headers": headers, "client": ("192.0.2.1", 5), "scheme": "http", "root_path": "", "app": None}
    scope |= {"http_version": "1.1", "server": ("localhost", 80), "asgi": {"version": "3.0"}}
    asyncio.run(app(scope, receive, send))
    return sent[0]["status"], sum(read)


def test_a_body_is_counted_while_it_is_received(registry):
    """Content-Length 10 with chunks of a megabyte: 413 after the first chunk."""
    headers = [(b"content-length", b"10"), (b"transfer-encoding", b"chunked"), (b"content-type", b"application/json")]
    api = Starlette(routes=routes())
    status, read = asgi_post(api, headers, [b" " * 2**20] * 100)
    assert status == 413
    assert read == 2**20
    assert refusals.counts()["api_body_bytes"] >= 1


def test_the_api_limits_requests_per_address(registry, monkeypatch):
    """Ten requests at once at a limit of one per second; another address is not affected."""
    monkeypatch.setenv("IRISML_LIMIT_API_PER_SECOND", "1")
    client = TestClient(Starlette(routes=routes()))

    def ask(address):
        return client.post("/api/predict", json=FLOWER, headers={"x-forwarded-for": address}).status_code

    assert [ask("192.0.2.1") for _ in range(12)] == [200] * 10 + [429] * 2
    assert ask("192.0.2.2") == 200


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


def test_the_rate_limiter_keeps_a_bounded_number_of_addresses(registry, monkeypatch):
    """Each address could be forged."""
    monkeypatch.setattr("web.server.lazy_api._MOST_ADDRESSES", 3)
    api = lazy_api.LazyApi()
    for k in range(10):
        api._asks_too_often(f"192.0.2.{k}")
    assert len(api._asked) == 3
