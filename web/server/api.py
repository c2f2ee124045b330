"""``POST /api/predict`` and ``GET /api/model``: the landing page as JSON; described by ``/api/openapi.json``.

FastAPI describes the routes, and Starlette serves them: for a body that we read ourselves, FastAPI's way to a handler
is a third of the time of a request.
"""

import time
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict, Field, create_model
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse
from starlette.routing import Route

import irisml
from irisml.domain.errors import IrisError
from irisml.domain.measurements import FEATURES, POSSIBLE_CM, Measurement
from irisml.service.json_views import Facts, model_facts, prediction_facts
from web.i18n.public_errors import for_everybody
from web.limits import limits
from web.server.flower_body import EXAMPLE, BodyError, read_flowers
from web.server.lazy_api import FITS, paths, too_many
from web.state.session import get_service

_READ = (
    "",
    "application/json",
    "text/json",
    "text/plain",
    "application/octet-stream",
    "application/x-www-form-urlencoded",
)
"""Content types of a body that is read as JSON: its own, none, and what curl and fetch send if nobody says."""


def _possible(feature: str) -> Any:
    low, high = POSSIBLE_CM[feature]
    return Field(ge=low, le=high, description="cm")


_FIELDS: dict[str, Any] = {feature: (float, _possible(feature)) for feature in FEATURES}
Flower = create_model(
    "Flower",
    __config__=ConfigDict(extra="forbid", json_schema_extra={"example": {**EXAMPLE}}),
    __doc__="A measured flower; lengths in cm.",
    **_FIELDS,
)


class Answer(BaseModel):
    """Prediction for a flower."""

    species: str
    probabilities: dict[str, float]
    votes: dict[str, int]
    measurement: dict[str, float]
    outside_training_range: list[str]
    version: int


class Feature(BaseModel):
    """A feature of a flower: its name in a request, and its limits in cm."""

    name: str
    unit: str
    possible: tuple[float, float]
    training: tuple[float, float]


class Model(BaseModel):
    """The serving version: what it is, and how often it was right."""

    version: int
    model_type: str
    created: str
    species: list[str]
    features: list[Feature]
    n_correct: int
    n_test: int
    accuracy: float
    interval: tuple[float, float]
    cross_validated: float
    cross_validated_interval: tuple[float, float]
    n_samples: int
    forest_sha256: str
    commit: str | None
    build: str | None


class Problem(BaseModel):
    """One problem of the body."""

    where: list[str | int]
    what: str


class Invalid(BaseModel):
    """All problems of the body."""

    detail: list[Problem]


class Refused(BaseModel):
    """Reason for a response without a prediction."""

    detail: str


_ALWAYS: dict[int | str, dict[str, Any]] = {
    429: {"model": Refused, "description": "Too many requests or flowers from this address."},
    500: {"model": Refused, "description": "Internal error; details are in the server log."},
    503: {"model": Refused, "description": "No version is serving."},
}
_WITH_A_BODY: dict[int | str, dict[str, Any]] = {
    **_ALWAYS,
    400: {"model": Refused, "description": "The body ended early."},
    411: {"model": Refused, "description": "Content-Length is missing."},
    413: {"model": Refused, "description": "The body is too long."},
    415: {"model": Refused, "description": "The body is something else than JSON."},
    422: {"model": Invalid, "description": "The body is neither a flower nor a list of flowers."},
}
_ONE = Flower.model_json_schema()
_MANY = {"type": "array", "items": _ONE, "minItems": 1, "maxItems": limits().api_flowers}
_BODY = {"required": True, "content": {"application/json": {"schema": {"anyOf": [_ONE, _MANY]}}}}

_described = FastAPI(title="irisml", version=irisml.__version__, generate_unique_id_function=lambda route: route.name)


@_described.post(
    "/predict", response_model=Answer | list[Answer], responses=_WITH_A_BODY, openapi_extra={"requestBody": _BODY}
)
async def predict(request: Request) -> JSONResponse:
    """Predict the species of one flower, or of each flower of a list, with the serving version."""
    # Parsed here, not by FastAPI: it rejects curl's default Content-Type, and its errors name no unit and no fix.
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    encoding = request.headers.get("content-encoding", "").strip().lower()
    if not (kind in _READ or kind.endswith("+json")) or encoding not in ("", "identity"):
        what = f"compressed ({encoding[:20]})" if encoding not in ("", "identity") else kind[:60]
        detail = f"The body is {what}. Send uncompressed JSON as Content-Type: application/json."
        return JSONResponse({"detail": detail}, 415)
    try:
        body = await request.body()
    except ClientDisconnect:
        return JSONResponse({"detail": "The body ended early."}, 400)  # the client has disconnected
    flowers = read_flowers(body, limits().api_flowers)
    if isinstance(flowers, Measurement):
        # A fifth of a millisecond: a change of threads would take longer.
        return JSONResponse(_predictions([flowers])[0])
    if not request.scope[FITS](len(flowers)):
        return too_many(limits().api_per_second)
    return JSONResponse(await run_in_threadpool(_predictions, flowers))


@_described.get("/model", response_model=Model, responses=_ALWAYS)
async def model(request: Request) -> JSONResponse:
    """Describe the serving version."""
    return JSONResponse(model_facts(get_service().serving_version()))


async def description(request: Request) -> JSONResponse:
    """Return the description in the format of OpenAPI."""
    return JSONResponse({**_described.openapi(), "servers": [{"url": request.scope["root_path"]}]})


def _predictions(flowers: list[Measurement]) -> list[Facts]:
    service = get_service()
    champion = service.serving_version()
    began = time.perf_counter()
    predictions = irisml.predict_table(champion.load_forest(), flowers)
    service.recorder.record(predictions, champion, "api", time.perf_counter() - began)
    return [prediction_facts(prediction, champion.number) for prediction in predictions]


async def _no_flower(request: Request, error: BodyError) -> JSONResponse:
    problems = [
        {"where": [part if isinstance(part, int) else _writable(part) for part in where], "what": _writable(what)}
        for where, what in error.problems
    ]
    return JSONResponse({"detail": problems}, 422)


def _writable(text: str) -> str:
    """Replace lone surrogates, which JSON can escape but UTF-8 cannot encode."""
    return text.encode("utf-8", "replace").decode()


async def _no_such_request(request: Request, error: HTTPException) -> JSONResponse:
    what = f"{request.method} is not for this path." if error.status_code == 405 else "There is no such path."
    detail = f"{what} {paths(request.scope['root_path'])}"
    return JSONResponse({"detail": detail}, error.status_code, error.headers)


async def _no_model(request: Request, error: IrisError) -> JSONResponse:
    return JSONResponse({"detail": str(for_everybody(error))}, 503)


async def _mistake(request: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"detail": "Internal error. Details are in the server log."}, 500)


_HANDLERS: dict[Any, Any] = {
    BodyError: _no_flower,
    HTTPException: _no_such_request,
    IrisError: _no_model,
    Exception: _mistake,
}
api = Starlette(
    routes=[
        Route("/predict", predict, methods=["POST"]),
        Route("/model", model, methods=["GET"]),
        Route("/openapi.json", description, methods=["GET"]),
    ],
    exception_handlers=_HANDLERS,
)
api.router.redirect_slashes = False  # a redirect loses the body, and has no words
