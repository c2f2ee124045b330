"""``GET /healthz``: whether the app can answer, and with which version."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from irisml.errors import IrisError
from irisml.service import ModelService
from web.session import get_service


def health(service: ModelService) -> tuple[dict[str, object], int]:
    """Return the body and the status: 200 with the version that serves, 503 while there is none."""
    try:
        return {"status": "ok", "version": service.champion.number}, 200
    except IrisError as error:
        status = "training" if service.training else "no model"
        return {"status": status, "detail": str(error)}, 503


async def _healthz(request: Request) -> JSONResponse:
    body, status = await run_in_threadpool(health, get_service())
    return JSONResponse(body, status, {"cache-control": "no-store"})


route = Route("/healthz", _healthz)
