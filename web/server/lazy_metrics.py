"""Route of ``/metrics``; its library is imported by the first request, so that it does not slow down the start."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route


async def _metrics(request: Request) -> Response:
    def answer() -> Response:
        from web.server.metrics import metrics

        return metrics(request)

    return await run_in_threadpool(answer)


def routes(prefix: str) -> list[BaseRoute]:
    """Return the route."""
    return [Route(f"{prefix}/metrics", _metrics)]
