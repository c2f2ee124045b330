"""Files of the pages: scripts, styles, and the trees of a version, with which the browser predicts during a drag."""

import gzip
from functools import lru_cache

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from irisml.domain.errors import IrisError
from irisml.service.model_service import ModelService
from web.frame.page_scripts import scripts
from web.frame.page_styles import styles, styles_address
from web.server.front_end import accepted_encoding
from web.state.session import get_service

_FOREVER = {"cache-control": "public, max-age=31536000, immutable"}  # each URL contains a hash of its content


def forest_file(service: ModelService, number: str, sha256: str) -> bytes | None:
    """Return the file with the trees of a version from the registry; None if it does not exist."""
    try:
        version = service.serving_version()
        if str(version.number) != number or version.forest_sha256 != sha256:
            version = service.registry.get(number)
        content = version.forest_file if version.forest_sha256 == sha256 else None
    except IrisError:
        content = None  # the page falls back to the prediction of the server
    return content


async def _forest(request: Request) -> Response:
    number, sha256 = request.path_params["number"], request.path_params["sha256"]
    content = await run_in_threadpool(forest_file, get_service(), number, sha256)
    return _response(request, content, "application/json")


async def _script(request: Request) -> Response:
    return _response(request, scripts().get(f"{request.path_params['name']}.js"), "text/javascript")


async def _styles(request: Request) -> Response:
    is_known = request.url.path.endswith(f"/{styles_address()}")
    return _response(request, styles() if is_known else None, "text/css")


def _response(request: Request, content: bytes | None, media_type: str) -> Response:
    if content is None:
        return Response(status_code=404)
    headers = {**_FOREVER, "vary": "accept-encoding"}
    if accepted_encoding(request.headers.get("accept-encoding", ""), ("gzip",)):
        return Response(_compressed(content), media_type=media_type, headers={**headers, "content-encoding": "gzip"})
    return Response(content, media_type=media_type, headers=headers)


@lru_cache(maxsize=32)
def _compressed(content: bytes) -> bytes:
    return gzip.compress(content, 9)


def routes(prefix: str) -> list[BaseRoute]:
    """Return the routes of the scripts, the styles and the trees."""
    return [
        Route(f"{prefix}/api/live/{{name}}.js", _script),
        Route(f"{prefix}/api/live/{{name}}.css", _styles),
        Route(f"{prefix}/api/live/{{number}}/{{sha256}}.json", _forest),
    ]
