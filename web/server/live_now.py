"""``GET /api/live/now``, asked by every page: the serving version, the running training, the number of open pages."""

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from irisml.domain.errors import IrisError
from irisml.service.model_service import ModelService
from web.limits import visitors
from web.state.session import get_hall, get_service


class Now(msgspec.Struct, frozen=True):
    """What a page needs to know to be up to date.

    Parameters
    ----------
    version : int or None
        The serving version.
    training : bool
        Whether a training runs.
    done, of : int
        Its models, fitted and in total; 0 before the first progress and without a training.
    here : int
        Open pages.
    hall : int
        Number of changes of what the hall is asked.
    """

    version: int | None
    training: bool
    done: int
    of: int
    here: int
    hall: int


def now(service: ModelService) -> Now:
    """Return the state; reads no file, as every open page asks every four seconds."""
    try:
        version: int | None = service.serving_version().number
    except IrisError:
        version = None  # no version serves yet
    job = service.training_slot.job
    running = job is not None and job.running
    progress = job.progress if job is not None and running else None
    done, of = (progress.done, progress.of) if progress else (0, 0)
    return Now(version, running, done, of, visitors.n_open, get_hall().revision)


async def _now(request: Request) -> Response:
    body = msgspec.json.encode(now(get_service()))
    return Response(body, media_type="application/json", headers={"cache-control": "no-store"})


def routes(prefix: str) -> list[BaseRoute]:
    """Return the route."""
    return [Route(f"{prefix}/api/live/now", _now)]
