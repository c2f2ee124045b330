"""Files of the pages: their scripts, and the trees of a version, with which the browser predicts during a drag."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from irisml.domain.errors import IrisError
from irisml.registry.version import FOREST_FILE
from irisml.service.model_service import ModelService
from web.frame.page_scripts import scripts
from web.state.session import get_service

_FOREVER = {"cache-control": "public, max-age=31536000, immutable"}  # each URL contains a hash of its content


def forest_file(service: ModelService, number: str, sha256: str) -> bytes | None:
    """Return the file with the trees of a version from the registry; None if it does not exist."""
    try:
        version = service.serving_version()
        if str(version.number) != number or version.forest_sha256 != sha256:
            version = service.registry.get(number)
        if version.forest_sha256 != sha256:
            return None
        return version.checked_file(FOREST_FILE)
    except IrisError:
        return None  # the page falls back to the prediction of the server


async def _forest(request: Request) -> Response:
    number, sha256 = request.path_params["number"], request.path_params["sha256"]
    content = await run_in_threadpool(forest_file, get_service(), number, sha256)
    if content is None:
        return Response(status_code=404)
    return Response(content, media_type="application/json", headers=_FOREVER)


async def _script(request: Request) -> Response:
    content = scripts().get(f"{request.path_params['name']}.js")
    if content is None:
        return Response(status_code=404)
    return Response(content, media_type="text/javascript", headers=_FOREVER)


def routes(prefix: str) -> list[BaseRoute]:
    """Return the routes of the scripts and of the trees."""
    return [
        Route(f"{prefix}/api/live/{{name}}.js", _script),
        Route(f"{prefix}/api/live/{{number}}/{{sha256}}.json", _forest),
    ]
