"""web.server.metrics: who may read the counts, and whether a monitoring system understands them."""

import pytest
import streamlit
from prometheus_client.openmetrics.parser import text_string_to_metric_families
from starlette.applications import Starlette
from starlette.testclient import TestClient

from web.limits import refusals
from web.server.routes import routes

FLOWER = {"sepal_length": 5.1, "sepal_width": 3.5, "petal_length": 1.4, "petal_width": 0.2}


@pytest.fixture
def client(registry):
    """Our routes, reachable from this machine only."""
    streamlit.config.set_option("server.address", "127.0.0.1")
    yield TestClient(Starlette(routes=routes()))
    streamlit.config.set_option("server.address", None)


def samples(client) -> dict[tuple[str, ...], float]:
    families = text_string_to_metric_families(client.get("/metrics").text)
    return {(one.name, *sorted(one.labels.values())): one.value for family in families for one in family.samples}


def test_predictions_of_the_api_are_counted_by_version_species_and_door(client):
    before = samples(client)
    client.post("/api/predict", json=[FLOWER, FLOWER])
    after = samples(client)
    name = ("irisml_predictions_total", "2", "api", "setosa")
    assert after[name] - before.get(name, 0) == 2
    count = ("irisml_prediction_seconds_count",)
    assert after[count] - before[count] == 2
    assert after["irisml_prediction_seconds_bucket", "+Inf"] == after[count]
    assert after["irisml_serving_version",] == 2
    assert after["irisml_events_dropped_total",] == 0


def test_refusals_are_counted_by_limit(client):
    refusals.count("csv_rows")
    assert samples(client)["irisml_refusals_total", "csv_rows"] >= 1


@pytest.mark.parametrize(
    ("token", "sent", "status"), [("", "", 404), ("", "Bearer ", 404), ("s3cret", "", 401), ("s3cret", "s3cret", 200)]
)
def test_a_public_server_shows_its_counts_to_who_has_the_token(client, monkeypatch, token, sent, status):
    monkeypatch.setenv("IRISML_PUBLIC", "1")
    monkeypatch.setenv("IRISML_METRICS_TOKEN", token)
    answer = client.get("/metrics", headers={"authorization": f"Bearer {sent}"} if sent else {})
    assert answer.status_code == status
    assert ("irisml_sessions" in answer.text) == (status == 200)


def test_the_format_is_openmetrics(client):
    answer = client.get("/metrics")
    assert answer.headers["content-type"].startswith("application/openmetrics-text")
    assert answer.text.endswith("# EOF\n")
