"""``GET /api/hall/wall``: what the wall shows, for the presenter's projector alone.

Made at most twice a second, however many walls ask. It has no token of a phone and, while an activity is open, nothing
of what was answered.
"""

import threading
import time
from collections import Counter
from math import cos, pi, sin, sqrt

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from irisml.service.model_service import ModelService
from web.html.wall_plane import PLANE
from web.state.hall import Hall
from web.state.presenter import is_public
from web.state.presenter_token import COOKIE, is_cookie
from web.state.session import get_hall, get_service

_MADE_EVERY_S = 0.5
_TURN = pi * (3 - sqrt(5))
"""The golden angle: dots with the same lengths fan out evenly."""
_STEP, _FARTHEST = 1.6, 9.0


class WallNow(msgspec.Struct, frozen=True):
    """What the wall shows.

    Parameters
    ----------
    boot, server : str
        Of the process, and the instance that it is; of several each wall sees its own.
    revision : int
        Of the activity: on another one the page is drawn again.
    version : int or None
        The serving version.
    here : int
        Phones that are connected.
    versions : list of (int, int)
        Version, and how many of the phones it has answered, the newest first.
    dots : list of (int, float, float, int, int, int)
        Slot, place in the drawing, species, version, and 1 if it is away.
    kind : str
        Of the activity; empty if there is none.
    open : bool
    phones, answers : int
        That take part, and were given.
    per_phone : list of int
        Answers of each phone, the fewest first.
    """

    boot: str
    server: str
    revision: int
    version: int | None
    here: int
    versions: list[tuple[int, int]]
    dots: list[tuple[int, float, float, int, int, int]]
    kind: str
    open: bool
    phones: int
    answers: int
    per_phone: list[int]


def wall_now(hall: Hall, service: ModelService) -> WallNow:
    """Return the state of the wall."""
    activity, told, dots = hall.activity, hall.told(), hall.dots()
    versions = Counter(dot.version for dot in dots if not dot.is_away)
    stacked: Counter[tuple[float, float]] = Counter()
    placed = []
    for dot in dots:
        place = (PLANE.x(dot.x[2]), PLANE.y(dot.x[3]))
        away = min(_FARTHEST, _STEP * sqrt(stacked[place]))
        angle = _TURN * stacked[place]
        stacked[place] += 1
        x, y = round(place[0] + away * cos(angle), 1), round(place[1] + away * sin(angle), 1)
        placed.append((dot.slot, x, y, dot.species, dot.version, int(dot.is_away)))
    return WallNow(
        boot=hall.boot,
        server=service.recorder.instance,
        revision=hall.revision,
        version=service.serving.in_memory(),
        here=versions.total(),
        versions=sorted(versions.items(), reverse=True),
        dots=placed,
        kind="" if activity is None else activity.kind,
        open=activity is not None and activity.is_open,
        phones=told.n_phones,
        answers=told.n_answers,
        per_phone=list(told.per_phone),
    )


class Wall:
    """The route, with the answer that was made last."""

    def __init__(self) -> None:
        self._making = threading.Lock()
        self._made_at, self._body = -_MADE_EVERY_S, b""

    async def now(self, request: Request) -> Response:
        """Answer the presenter's wall."""
        if is_public() and not await run_in_threadpool(is_cookie, request.cookies.get(COOKIE)):
            return JSONResponse({"detail": "The wall is for the presenter: sign in."}, 403)
        body = self._current()
        return Response(body, media_type="application/json", headers={"cache-control": "no-store"})

    def _current(self) -> bytes:
        with self._making:
            if time.monotonic() - self._made_at >= _MADE_EVERY_S:
                self._body = msgspec.json.encode(wall_now(get_hall(), get_service()))
                self._made_at = time.monotonic()
            return self._body


def routes(prefix: str) -> list[BaseRoute]:
    """Return the route."""
    return [Route(f"{prefix}/api/hall/wall", _wall.now)]


_wall = Wall()
