"""``GET /healthz``: whether the app can answer, with which version of the model, and from which build of the code."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from irisml import provenance
from irisml.errors import IrisError
from irisml.service import ModelService
from web.session import get_service


def health(service: ModelService) -> tuple[dict[str, object], int]:
    """Return the body and the status: 200 with the version that serves, 503 and the reason while there is none."""
    build = provenance.build()
    try:
        return {"status": "ok", "version": service.champion.number, "build": build}, 200
    except IrisError as error:
        status = "training" if service.training else "no model"
        # Why there is no version yet is told best by the training that should have made it.
        failure = service.job.failure if service.job else None
        return {"status": status, "build": build, "detail": str(failure or error)}, 503


async def _healthz(request: Request) -> JSONResponse:
    body, status = await run_in_threadpool(health, get_service())
    return JSONResponse(body, status, {"cache-control": "no-store"})


route = Route("/healthz", _healthz)
