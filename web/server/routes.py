"""Routes of the app: at the root, where the platform checks the health, and below the base path."""

from starlette.routing import BaseRoute

from web.server import health, lazy_api, lazy_metrics, live_files, live_now, presenter_routes, wall_now
from web.server.base_path import base_path


def routes() -> list[BaseRoute]:
    """Return the routes; specific ones come first, because the API matches everything below /api/."""
    return [
        route
        for prefix in dict.fromkeys(("", base_path()))
        for make in (
            health.routes,
            lazy_metrics.routes,
            live_now.routes,
            live_files.routes,
            wall_now.routes,
            presenter_routes.routes,
            lazy_api.routes,
        )
        for route in make(prefix)
    ]
