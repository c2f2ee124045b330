"""web.server: health, headers, compression, and what the live answer fetches"""

import asyncio
import gzip
import json
import shutil
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
from web.limits import Refusals, refusals
from web.predict.live_answer import SCRIPT, SCRIPT_NAME, forest_address
from web.server import health, lazy_api
from web.server.compression import CompressedStatic, compressed, static_files
from web.server.headers import SecurityHeaders
from web.server.routes import routes
from web.state.session import get_service


@pytest.fixture
def client():
    """Our routes and middleware, without Streamlit behind them."""
    app = Starlette(
        routes=[
            *routes(),
            Route("/static/{rest:path}", lambda _: PlainTextResponse("plain")),
        ],
        middleware=[Middleware(SecurityHeaders), Middleware(CompressedStatic)],
    )
    return TestClient(app)


def test_health_tells_the_version_and_the_build(client, registry, monkeypatch):
    """200, and JSON that a probe can compare; how often a limit bit stands beside it."""
    monkeypatch.setenv("IRISML_BUILD", "417")
    monkeypatch.setattr(health, "refusals", Refusals())
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "version": 2, "build": "417"})
    assert answer.headers["cache-control"] == "no-store"
    health.refusals.count("sessions")
    assert client.get("/healthz").json()["refused"] == {"sessions": 1}


def test_without_a_model_health_is_503(client, empty_registry):
    """With the reason."""
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["status"] == "no model"


def test_a_registry_that_cannot_be_read_is_503_too(client, tmp_path, monkeypatch):
    """A probe learns what a person would."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("IRISML_REGISTRY", str(tmp_path / "file"))
    for _ in range(2):
        answer = client.get("/healthz")
        assert answer.status_code == 503
        assert (
            answer.json()["detail"] == "The registry cannot be read. Try again in a moment."
        )  # its folder is nobody's business


def test_health_tells_why_there_is_no_version_yet(empty_registry):
    """The training that should have made it knows best; its words, which may name a folder, are in the log."""
    service = ModelService()
    service.training.job = SimpleNamespace(
        running=False, failure=lambda: TrainingFailedError(problem="The disk is full.")
    )
    body, status = health.health(service)
    assert status == 503
    assert body["detail"].startswith("The first training failed.")
    assert "disk" not in body["detail"]


def test_the_trees_come_as_they_stand_in_the_registry(client, registry):
    """Byte for byte, to be kept for ever: the address holds their hash."""
    version = registry.get(2)
    answer = client.get("/" + forest_address(version))
    assert answer.content == version.read_file(FOREST_FILE)
    assert "immutable" in answer.headers["cache-control"]


@pytest.mark.parametrize(
    "path", ["2/0000.json", "9/0000.json", f"{'9' * 300}/0.json", f"{'9' * 5000}/0.json", "x/0.json"]
)
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
    """The address of the page's own script, as a browser asks for it."""
    return next(path for path in static_files() if path.startswith("/static/js/index."))


def test_scripts_are_compressed_and_the_same(client):
    """Unpacked, the very file."""
    answer = client.get(a_script(), headers={"accept-encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.content == static_files()[a_script()].read_bytes()
    assert gzip.decompress(compressed(static_files()[a_script()])) == answer.content


@pytest.mark.parametrize(
    "headers", [{"accept-encoding": "identity"}, {"accept-encoding": "gzip", "range": "bytes=0-9"}]
)
def test_who_takes_no_gzip_or_asks_for_a_range_gets_the_plain_file(client, headers):
    """Passed on to Streamlit."""
    assert client.get(a_script(), headers=headers).text == "plain"


@pytest.mark.parametrize(
    "path",
    [
        "/static/index.html",
        "/static/../config.py",
        "/static/none.js",
        "/static/%00.js",
        f"/static/{'x' * 300}.js",
        "/static/./js/../js/x.js",
    ],
)
def test_nothing_else_is_read_from_disk(client, path):
    """Only scripts and styles of Streamlit, under the addresses that its page asks for; anything else is passed on."""
    assert client.get(path, headers={"accept-encoding": "gzip"}).text in ("plain", "Not Found")


def test_no_spelling_of_a_path_is_compressed_again(client):
    """Each spelling would be another megabyte of memory: there are as many compressed files as files."""
    name = a_script().removeprefix("/static/")
    for k in range(1, 20):
        client.get(f"/static/{'./' * k}{name}", headers={"accept-encoding": "gzip"})
    assert compressed_files() <= len(static_files())


def compressed_files() -> int:
    from web.server.compression import _contents

    return len(_contents)


FLOWER = {"sepal_length": 5.1, "sepal_width": 3.5, "petal_length": 1.4, "petal_width": 0.2}


def test_the_api_answers_as_the_page_does(client, registry):
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
def test_what_is_no_flower_is_answered_with_where_and_what(client, registry, body, where):
    """NaN, infinity, millimetres, text, too few, too many: 422, and valid JSON."""
    answer = client.post("/api/predict", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 422
    assert [problem["where"][-1] for problem in answer.json()["detail"]] == [where]


def test_no_json_is_answered_with_json(client, registry):
    """Half an object."""
    answer = client.post("/api/predict", content="{", headers={"content-type": "application/json"})
    assert (answer.status_code, "detail" in answer.json()) == (422, True)


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/api/predict", 405), ("GET", "/api/nothing", 404), ("GET", "/api", 200)]
)
def test_the_api_has_its_own_errors(client, registry, method, path, status):
    """Not Streamlit's page with a 200."""
    answer = client.request(method, path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/json")


def test_a_long_body_is_not_read(client, registry):
    """A flower needs a hundred bytes."""
    assert client.post("/api/predict", content=b" " * 5000).status_code == 413


def test_a_body_of_unknown_length_is_not_read(client, registry):
    """It could be endless."""
    assert client.post("/api/predict", content=iter([b"{", b"}"])).status_code == 411


def test_without_a_model_the_api_says_so(client, empty_registry):
    """503, as health does."""
    answer = client.post("/api/predict", json=FLOWER)
    assert answer.status_code == 503
    assert "There is no version" in answer.json()["detail"]


def test_the_api_describes_itself(client, registry):
    """With the bounds that an iris can have."""
    description = client.get("/api/openapi.json").json()
    body = description["paths"]["/predict"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert body["properties"]["petal_width"]["maximum"] == 5.0
    assert body["additionalProperties"] is False


@pytest.mark.parametrize("content_type", [None, "application/x-www-form-urlencoded", "text/plain"])
def test_a_flower_is_read_whatever_its_content_type(client, registry, content_type):
    """curl -d says that it is a form."""
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
        ([FLOWER], ["Send one flower a request"]),
        (5.1, ["not an object with four lengths"]),
    ],
)
def test_a_refused_body_is_told_with_field_value_and_cure(client, registry, body, sentences):
    """Everything that is wrong, at once."""
    answer = client.post("/api/predict", content=json.dumps(body))
    assert answer.status_code == 422
    told = " ".join(problem["what"] for problem in answer.json()["detail"])
    assert [sentence for sentence in sentences if sentence not in told] == []


@pytest.mark.parametrize("body", [b"", b"{", b"sepal_length=5.1", b"[" * 4000, b'"' + b"\xff" * 9, b"1" * 4000])
def test_a_body_that_is_no_json_is_told_what_to_send(client, registry, body):
    """Empty, half, a form, nested too deep, no text, a number of 4000 digits."""
    answer = client.post("/api/predict", content=body)
    assert answer.status_code == 422
    assert '{"sepal_length": 5.1' in answer.json()["detail"][0]["what"]


def test_a_field_that_is_there_twice_is_refused(client, registry):
    """JSON itself would take the last one."""
    body = json.dumps(FLOWER)[:-1] + ', "petal_width": 2.0}'
    answer = client.post("/api/predict", content=body)
    assert answer.json()["detail"][0]["what"] == 'The field "petal_width" is there 2 times.'


def test_the_description_holds_every_status_that_the_api_gives(client, registry, monkeypatch):
    """Each is brought about, and looked up."""
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
    # 400 answers a client that has gone: nobody hears it.
    assert given == set(described) - {"400"}


@pytest.fixture
def below(registry, monkeypatch):
    """The routes of an app that answers below /iris."""
    streamlit.config.set_option("server.baseUrlPath", "iris")
    app = Starlette(
        routes=[*routes(), Route("/{rest:path}", lambda _: PlainTextResponse("page"))],
        middleware=[Middleware(CompressedStatic)],
    )
    yield TestClient(app)
    streamlit.config.set_option("server.baseUrlPath", "")


def test_below_a_base_path_everything_answers(below, registry):
    """Health, API, what the live answer fetches, and scripts; the health also at the root, where a platform asks."""
    assert below.get("/iris/healthz").json()["version"] == below.get("/healthz").json()["version"] == 2
    assert below.post("/iris/api/predict", json=FLOWER).json()["species"] == "setosa"
    assert below.get("/iris/api").json()["description"] == "/api/openapi.json"
    assert below.get(f"/iris/api/live/{SCRIPT_NAME}").content == SCRIPT
    assert below.get("/iris/" + forest_address(registry.get(2))).status_code == 200
    assert below.get(f"/iris{a_script()}").headers["content-encoding"] == "gzip"
    assert below.get("/iris/quality").text == "page"


def test_a_websocket_to_the_api_is_closed(client, registry):
    """The API speaks HTTP; no traceback, no 500."""
    with pytest.raises(WebSocketDisconnect), client.websocket_connect("/api/predict"):
        pass


def asgi_post(app, headers, chunks):
    """Send a request as a client does that does not care for its own headers; return the status and what was read."""
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


def test_a_body_is_counted_while_it_comes(registry):
    """A length of 10 beside chunks of a megabyte: 413 after the first one, the others are not read."""
    headers = [(b"content-length", b"10"), (b"transfer-encoding", b"chunked"), (b"content-type", b"application/json")]
    api = Starlette(routes=routes())
    status, read = asgi_post(api, headers, [b" " * 2**20] * 100)
    assert status == 413
    assert read == 2**20
    assert refusals.counts()["api_body_bytes"] >= 1


def test_one_address_cannot_ask_without_end(registry, monkeypatch):
    """After ten seconds' worth of requests it waits; another address does not."""
    monkeypatch.setenv("IRISML_LIMIT_API_PER_SECOND", "1")
    client = TestClient(Starlette(routes=routes()))

    def ask(address):
        return client.post("/api/predict", json=FLOWER, headers={"x-forwarded-for": address}).status_code

    assert [ask("192.0.2.1") for _ in range(12)] == [200] * 10 + [429] * 2
    assert ask("192.0.2.2") == 200


def test_behind_https_the_browser_is_told_to_stay_there(client, registry):
    """And on a laptop, where there is none, it is not."""
    assert "strict-transport-security" not in client.get("/healthz").headers
    behind_https = client.get("/healthz", headers={"x-forwarded-proto": "https"}).headers
    assert "max-age" in behind_https["strict-transport-security"]


def test_health_tells_since_when_the_registry_is_away(client, registry):
    """The model in memory answers, so a platform must not stop the server."""
    assert client.get("/healthz").json()["version"] == 2
    shutil.rmtree(registry.folder)
    get_service().serving.look()
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["status"], answer.json()["version"]) == (200, "ok", 2)
    assert answer.json()["notice"]["kind"] == "registry_empty"


def test_health_tells_damage_from_a_registry_that_is_away(client, registry):
    """An operator does another thing then."""
    (registry.folder / "versions/0002/forest.json").write_text("{}")
    assert client.get("/healthz").json()["version"] == 1
    assert client.get("/healthz").json()["notice"]["kind"] == "champion_unusable"


def test_no_program_learns_the_folder_of_the_registry(client, tmp_path, monkeypatch):
    """Neither of the API, which everybody can ask."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("IRISML_REGISTRY", str(tmp_path / "file"))
    answer = client.post("/api/predict", json=FLOWER)
    assert answer.status_code == 503
    assert str(tmp_path) not in answer.text


def test_a_client_that_asks_often_is_forgotten_after_many_others(registry, monkeypatch):
    """The memory of addresses has an end: each could be forged."""
    monkeypatch.setattr("web.server.lazy_api._MOST_ADDRESSES", 3)
    api = lazy_api.LazyApi()
    for k in range(10):
        api._asks_too_often(f"192.0.2.{k}")
    assert len(api._asked) == 3
