"""``GET /healthz``: whether the app can predict, the serving version, and the build of the code."""

import logging

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route

from irisml.domain.errors import IrisError
from irisml.domain.settings import settings
from irisml.service.model_service import ModelService
from web.i18n.public_errors import for_everybody
from web.limits import refusals
from web.state.session import get_service

_log = logging.getLogger(__name__)


def health(service: ModelService) -> tuple[dict[str, object], int]:
    """Return the body and the status: 200 with the serving version, 503 if there is none.

    If the registry cannot be read, a version in memory keeps serving: the status is 200, and the body contains the
    kind and the time of the `irisml.service.serving.Notice`.
    """
    build = settings().build
    try:
        body: dict[str, object] = {"status": "ok", "version": service.serving_version().number, "build": build}
    except IrisError as error:
        status = "training" if service.training_slot.busy else "no model"
        # If the first training failed, its error is more specific than the missing version.
        failure = service.training_slot.job.failure() if service.training_slot.job else None
        _log.warning("%s: %s", status, failure or error)
        return {"status": status, "build": build, "detail": str(for_everybody(failure or error))}, 503
    if notice := service.serving.notice:
        body["notice"] = {"kind": notice.kind, "since": notice.since.isoformat(timespec="seconds")}
    if refused := refusals.counts():
        body["refused"] = refused
    return body, 200


async def _healthz(request: Request) -> JSONResponse:
    body, status = await run_in_threadpool(health, get_service())
    return JSONResponse(body, status, {"cache-control": "no-store"})


def routes(prefix: str) -> list[BaseRoute]:
    """Return the route of the health check."""
    return [Route(f"{prefix}/healthz", _healthz)]
