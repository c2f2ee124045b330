"""Our own addresses beside Streamlit's: at the root, where a platform asks for the health, and below the base path."""

from starlette.routing import BaseRoute

from web.server import health, lazy_api, live_files
from web.server.base_path import base_path


def routes() -> list[BaseRoute]:
    """Return the routes; the specific ones come first, for the API takes all that begins with /api/."""
    return [
        route
        for prefix in dict.fromkeys(("", base_path()))
        for make in (health.routes, live_files.routes, lazy_api.routes)
        for route in make(prefix)
    ]
