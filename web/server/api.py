"""``POST /api/predict``: the prediction of the landing page as JSON; described by ``/api/openapi.json``."""

from typing import Any

from fastapi import FastAPI, Request
from pydantic import BaseModel, ConfigDict, Field, create_model
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse

import irisml
from irisml.domain.errors import IrisError
from irisml.domain.measurements import FEATURES, POSSIBLE_CM
from irisml.service.json_views import prediction_facts
from web.i18n.public_errors import for_everybody
from web.server.flower_body import EXAMPLE, BodyError, read_flower
from web.state.session import get_service


def _possible(feature: str) -> Any:
    low, high = POSSIBLE_CM[feature]
    return Field(ge=low, le=high, description="cm")


_FIELDS: dict[str, Any] = {feature: (float, _possible(feature)) for feature in FEATURES}
Flower = create_model(
    "Flower",
    __config__=ConfigDict(extra="forbid", json_schema_extra={"example": {**EXAMPLE}}),
    __doc__="A measured flower; lengths in cm. Only describes the body, which `read_flower` parses.",
    **_FIELDS,
)


class Answer(BaseModel):
    """Prediction for the flower."""

    species: str
    probabilities: dict[str, float]
    votes: dict[str, int]
    measurement: dict[str, float]
    outside_training_range: list[str]
    version: int


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


_OTHER_ANSWERS: dict[int | str, dict[str, Any]] = {
    400: {"model": Refused, "description": "The body ended early."},
    411: {"model": Refused, "description": "Content-Length is missing."},
    413: {"model": Refused, "description": "The body is too long."},
    422: {"model": Invalid, "description": "The body is not a flower."},
    429: {"model": Refused, "description": "Too many requests from this address."},
    500: {"model": Refused, "description": "Internal error; details are in the server log."},
    503: {"model": Refused, "description": "No version is serving."},
}
_BODY = {"required": True, "content": {"application/json": {"schema": Flower.model_json_schema()}}}

# No documentation page: it would load scripts from another host.
api = FastAPI(title="irisml", version=irisml.__version__, docs_url=None, redoc_url=None)


@api.post("/predict", response_model=Answer, responses=_OTHER_ANSWERS, openapi_extra={"requestBody": _BODY})
async def predict(request: Request) -> JSONResponse:
    """Predict the species of one flower with the champion."""
    # Parsed here, not by FastAPI: it rejects curl's default Content-Type, and its errors name no unit and no fix.
    try:
        body = await request.body()
    except ClientDisconnect:
        return JSONResponse({"detail": "The body ended early."}, 400)  # the client has disconnected
    return JSONResponse(await run_in_threadpool(_prediction, body))


def _prediction(body: bytes) -> dict[str, Any]:
    flower = read_flower(body)
    champion = get_service().serving_version()
    return prediction_facts(irisml.predict(champion.load_forest(), flower), champion.number)


@api.exception_handler(BodyError)
async def _no_flower(request: Request, error: BodyError) -> JSONResponse:
    problems = [
        {"where": [_writable(part) for part in where], "what": _writable(what)} for where, what in error.problems
    ]
    return JSONResponse({"detail": problems}, 422)


def _writable(text: str) -> str:
    """Replace lone surrogates, which JSON can escape but UTF-8 cannot encode."""
    return text.encode("utf-8", "replace").decode()


@api.exception_handler(IrisError)
async def _no_model(request: Request, error: IrisError) -> JSONResponse:
    return JSONResponse({"detail": str(for_everybody(error))}, 503)


@api.exception_handler(Exception)
async def _mistake(request: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"detail": "Internal error. Details are in the server log."}, 500)
