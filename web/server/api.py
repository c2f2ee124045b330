"""``POST /api/predict``: the same answer as on the page, for programs; described by ``/api/openapi.json``."""

from typing import Annotated, Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse

import irisml
from irisml.errors import InputError, IrisError
from irisml.facts import prediction_facts
from irisml.measurements import POSSIBLE_CM, Measurement
from web.public_errors import for_everybody
from web.session import get_service

Centimetres = Annotated[float, Field(allow_inf_nan=False)]


def _possible(feature: str) -> Any:
    low, high = POSSIBLE_CM[feature]
    return Field(ge=low, le=high, description="cm")


class Flower(BaseModel):
    """A measured flower; lengths in cm."""

    model_config = ConfigDict(extra="forbid", strict=True)

    sepal_length: Centimetres = _possible("sepal_length")
    sepal_width: Centimetres = _possible("sepal_width")
    petal_length: Centimetres = _possible("petal_length")
    petal_width: Centimetres = _possible("petal_width")


class Answer(BaseModel):
    """What the model says of it."""

    species: str
    probabilities: dict[str, float]
    votes: dict[str, int]
    measurement: dict[str, float]
    outside_training_range: list[str]
    version: int


class Problem(BaseModel):
    """One thing that is wrong with the body."""

    where: list[str | int]
    what: str


class Invalid(BaseModel):
    """All that is wrong with the body."""

    detail: list[Problem]


class Refused(BaseModel):
    """Why there is no answer."""

    detail: str


_OTHER_ANSWERS: dict[int | str, dict[str, Any]] = {
    400: {"model": Refused, "description": "The body is no UTF-8 text."},
    411: {"model": Refused, "description": "The body has no length."},
    413: {"model": Refused, "description": "The body is too long."},
    422: {"model": Invalid, "description": "The body is no flower."},
    429: {"model": Refused, "description": "This address asks too often."},
    503: {"model": Refused, "description": "No model serves."},
}

# No page of documentation: it would load its scripts from another host.
api = FastAPI(title="irisml", version=irisml.__version__, docs_url=None, redoc_url=None)


@api.post("/predict", response_model=Answer, responses=_OTHER_ANSWERS)
def predict(flower: Flower) -> dict[str, Any]:
    """Ask the champion which species a flower is."""
    champion = get_service().champion
    prediction = irisml.predict(champion.forest, Measurement(**flower.model_dump()))
    return prediction_facts(prediction, champion.number)


@api.exception_handler(RequestValidationError)
async def _invalid(request: Request, error: RequestValidationError) -> JSONResponse:
    # FastAPI's own answer repeats the input, which fails on a NaN: there is none in JSON.
    problems = [{"where": list(problem["loc"]), "what": problem["msg"]} for problem in error.errors()]
    return JSONResponse({"detail": problems}, 422)


@api.exception_handler(InputError)
async def _no_flower(request: Request, error: InputError) -> JSONResponse:
    return JSONResponse({"detail": [{"where": ["body"], "what": str(error)}]}, 422)


@api.exception_handler(IrisError)
async def _no_model(request: Request, error: IrisError) -> JSONResponse:
    return JSONResponse({"detail": str(for_everybody(error))}, 503)
