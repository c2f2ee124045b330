"""The API against its own description: requests are generated from it, and each response must be described."""

import pytest
import schemathesis
from hypothesis import given, settings
from schemathesis import GenerationMode
from starlette.applications import Starlette

from web.server.routes import routes


@pytest.fixture
def description(registry, monkeypatch):
    """The description of an API with a model, without a limit per address."""
    monkeypatch.setenv("IRISML_LIMIT_API_PER_SECOND", "100000")
    refused = {"negative_data_rejection": {"expected-statuses": ["411", "413", "415", "422"]}}
    config = schemathesis.Config.from_dict({"checks": refused})
    return schemathesis.openapi.from_asgi("/api/openapi.json", Starlette(routes=routes()), config=config)


@pytest.mark.parametrize(
    ("method", "path", "mode"),
    [
        ("POST", "/predict", GenerationMode.POSITIVE),
        ("POST", "/predict", GenerationMode.NEGATIVE),
        ("GET", "/model", GenerationMode.POSITIVE),  # it takes nothing that could be wrong
    ],
)
def test_every_response_is_as_described(description, method, path, mode):
    """Valid and invalid requests: no server error; status, media type and body as described, bad input refused."""

    @settings(max_examples=60, deadline=None)
    @given(case=description[path][method].as_strategy(generation_mode=mode))
    def ask(case):
        case.call_and_validate()

    ask()


def test_the_description_has_every_path(description):
    assert {operation.ok().label for operation in description.get_all_operations()} == {"POST /predict", "GET /model"}
