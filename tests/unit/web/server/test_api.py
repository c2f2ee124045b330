"""web.server.api, lazy_api and flower_body: the API, its status codes, and its words."""

import json
import time

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from irisml.service.model_service import ModelService
from tests import coroutines
from web.limits import refusals
from web.server.request_rate import RequestRate
from web.server.routes import routes
from web.state.session import get_service

FLOWER = {"sepal_length": 5.1, "sepal_width": 3.5, "petal_length": 1.4, "petal_width": 0.2}
NEITHER = {"sepal_length": 51, "sepal_width": 3.5, "petal_length": 1.4}


@pytest.fixture
def client():
    """Our routes, without Streamlit."""
    return TestClient(Starlette(routes=routes()))


def test_the_api_predicts_like_the_page(client, registry):
    """Species, probabilities by name, votes, version."""
    answer = client.post("/api/predict", json=FLOWER)
    assert answer.status_code == 200
    told = answer.json()
    assert (told["species"], told["version"], told["votes"]["setosa"]) == ("setosa", 2, 5)
    assert told["probabilities"] == {"setosa": 1.0, "versicolor": 0.0, "virginica": 0.0}


def test_every_flower_of_a_call_is_an_event_within_three_seconds(client, registry):
    service = get_service()
    service.recorder.start()
    client.post("/api/predict", json=[FLOWER] * 60)
    deadline = time.monotonic() + 3
    while (report := service.watching.compute()).n < 60 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert (report.n, report.too_few) == (60, False)
    assert {event.door for event in service.watching.events()} == {"api"}


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
    ("method", "path", "status"),
    [
        ("GET", "/api/predict", 405),
        ("PUT", "/api/predict", 405),
        ("POST", "/api/model", 405),
        ("POST", "/api", 405),
        ("GET", "/api/nothing", 404),
        ("DELETE", "/api/predict", 405),
        ("PUT", "/api/nothing", 404),
    ],
)
def test_a_wrong_path_or_method_is_told_the_right_ones(client, registry, method, path, status):
    """Not Streamlit's page with status 200."""
    answer = client.request(method, path)
    assert answer.status_code == status
    assert "POST /api/predict, GET /api/model" in answer.json()["detail"]
    assert ("allow" in answer.headers) == (status == 405)


@pytest.mark.parametrize("path", ["/api", "/api/"])
def test_the_root_of_the_api_names_its_paths(client, path):
    assert client.get(path).json()["model"] == "GET /api/model"


@pytest.mark.parametrize("path", ["/api/predict/", "/api/model/"])
def test_no_path_is_redirected(client, registry, path):
    """A redirect would lose a body."""
    answer = client.post(path, json=FLOWER, follow_redirects=False)
    assert (answer.status_code, "POST /api/predict" in answer.json()["detail"]) == (404, True)


def test_the_example_of_a_message_is_a_possible_length(client, registry):
    """5.1 cm is no petal width."""
    answer = client.post("/api/predict", json={**FLOWER, "petal_width": True})
    assert 'petal_width is "true", which is not a finite number. Give a length in cm, like 0.2.' in answer.text.replace(
        '\\"', '"'
    )


def test_the_model_is_described_with_its_limits_and_its_accuracy(client, registry):
    """A client learns the names, the unit and the limits of a flower, and how often the model was right."""
    told = client.get("/api/model").json()
    version = registry.get(2)
    assert (told["version"], told["n_test"], told["interval"]) == (2, 30, list(version.evaluation.interval))
    assert told["forest_sha256"] == version.forest_sha256
    assert told["features"][3] == {
        "name": "petal_width",
        "unit": "cm",
        "possible": [0.05, 5.0],
        "training": list(version.load_forest().training_range[3]),
    }


def test_many_flowers_are_predicted_in_their_order(client, registry):
    other = {**FLOWER, "petal_length": 5.6, "petal_width": 2.0}
    answer = client.post("/api/predict", json=[FLOWER, other, FLOWER])
    assert [flower["species"] for flower in answer.json()] == ["setosa", "virginica", "setosa"]
    assert answer.json()[0] == client.post("/api/predict", json=FLOWER).json()


def test_100_flowers_fit_into_one_request(client, registry):
    """With every digit that a float can have."""
    flower = {name: value + 1 / 3 for name, value in FLOWER.items()}
    assert len(client.post("/api/predict", json=[flower] * 100).json()) == 100


@pytest.mark.parametrize("n_flowers", [0, 101])
def test_no_flower_and_too_many_are_refused(client, registry, n_flowers):
    answer = client.post("/api/predict", json=[FLOWER] * n_flowers)
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["what"] == f"The list has {n_flowers} flowers. Send 1 to 100 in one request."


def test_a_problem_among_many_flowers_is_named_with_its_index(client, registry):
    """Each problem of each; of a list with hundreds, the first ten flowers are enough."""
    answer = client.post("/api/predict", json=[FLOWER, NEITHER, 5.1])
    assert answer.status_code == 422
    where = [problem["where"] for problem in answer.json()["detail"]]
    assert where == [["body", 1, "sepal_length"], ["body", 1, "petal_width"], ["body", 2]]
    answer = client.post("/api/predict", json=[{}] * 50)
    assert answer.json()["detail"][-1]["where"] == ["body", 9, "petal_width"]


def test_each_flower_of_a_list_counts_as_a_request(registry, monkeypatch):
    monkeypatch.setenv("IRISML_LIMIT_API_PER_SECOND", "1")
    client = TestClient(Starlette(routes=routes()))
    asked = [client.post("/api/predict", json=[FLOWER] * n).status_code for n in (4, 6, 1)]
    assert asked == [200, 200, 429]


@pytest.mark.parametrize(
    "headers",
    [
        {"content-type": "text/csv"},
        {"content-type": "image/png"},
        {"content-type": "multipart/form-data; boundary=x"},
        {"content-type": "application/json", "content-encoding": "gzip"},
    ],
)
def test_a_body_that_says_it_is_something_else_is_415(client, registry, headers):
    answer = client.post("/api/predict", content=json.dumps(FLOWER), headers=headers)
    assert answer.status_code == 415
    assert "Send uncompressed JSON as Content-Type: application/json" in answer.json()["detail"]


def test_a_body_over_the_limit_is_413(client, registry):
    """A flower needs about 100 bytes; the words name the limit."""
    answer = client.post("/api/predict", content=b" " * 17000)
    assert answer.status_code == 413
    assert "16384 bytes" in answer.json()["detail"]


def test_a_body_without_content_length_is_411(client, registry):
    answer = client.post("/api/predict", content=iter([b"{", b"}"]))
    assert (answer.status_code, "Send the header Content-Length" in answer.json()["detail"]) == (411, True)


def test_without_a_model_the_api_is_503(client, empty_registry):
    """As /healthz."""
    answer = client.post("/api/predict", json=FLOWER)
    assert answer.status_code == 503
    assert "There is no version" in answer.json()["detail"]


def test_the_openapi_description_has_the_bounds_of_each_length(client, registry):
    description = client.get("/api/openapi.json").json()
    body = description["paths"]["/predict"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    one, many = body["anyOf"]
    assert one["properties"]["petal_width"]["maximum"] == 5.0
    assert one["additionalProperties"] is False
    assert (many["items"], many["maxItems"]) == (one, 100)


@pytest.mark.parametrize(
    "content_type",
    [None, "application/x-www-form-urlencoded", "text/plain", "application/json; charset=utf-8", "application/ld+json"],
)
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
        ({**FLOWER, "sepal_length": True}, ['sepal_length is "true"']),
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
        ([[FLOWER]], ["not an object with four lengths"]),
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
    assert answer.json()["detail"][0]["what"] == 'The field "petal_width" occurs 2 times. Send it once.'


def test_the_openapi_description_has_every_status_of_the_api(client, registry, monkeypatch):
    """Each is provoked, and looked up."""
    described = client.get("/api/openapi.json").json()["paths"]["/predict"]["post"]["responses"]

    def status(**request):
        return str(client.post("/api/predict", **request).status_code)

    given = {
        status(json=FLOWER),
        status(content=iter([b"{}"])),
        status(content=b" " * 17000),
        status(content=b"x", headers={"content-type": "text/csv"}),
        status(content=b"{"),
    }
    monkeypatch.setattr("web.server.api.get_service", lambda: 1 / 0)
    quiet = TestClient(client.app, raise_server_exceptions=False)
    given.add(str(quiet.post("/api/predict", json=FLOWER).status_code))
    monkeypatch.setattr("web.server.api.get_service", lambda: ModelService("no-such-folder"))
    given.add(status(json=FLOWER))
    monkeypatch.setattr(RequestRate, "allows", lambda *_: False)
    given.add(status(json=FLOWER))
    # 400 is for a client that has disconnected.
    assert given == set(described) - {"400"}


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
    coroutines.run(app(scope, receive, send))
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
    monkeypatch.setenv("IRISML_TRUSTED_PROXIES", "1")
    client = TestClient(Starlette(routes=routes()))

    def ask(address):
        return client.post("/api/predict", json=FLOWER, headers={"x-forwarded-for": address}).status_code

    assert [ask("192.0.2.1") for _ in range(12)] == [200] * 10 + [429] * 2
    assert ask("192.0.2.2") == 200
    assert ask("192.0.2.2, 192.0.2.1") == 429


def test_without_a_trusted_proxy_an_address_cannot_be_forged(registry, monkeypatch):
    monkeypatch.setenv("IRISML_LIMIT_API_PER_SECOND", "1")
    client = TestClient(Starlette(routes=routes()))
    asked = [client.get("/api/model", headers={"x-forwarded-for": f"192.0.2.{k}"}).status_code for k in range(12)]
    assert asked == [200] * 10 + [429] * 2
