"""``POST /presenter/sign-in`` and ``/presenter/sign-out``: set and remove the presenter's cookie.

The cookie is HttpOnly, SameSite=Strict and, over HTTPS, Secure. A request from another site is refused: by its Origin,
and where the browser sends it, by Sec-Fetch-Site. Wrong passphrases are delayed per address. The right one is never
refused, so nobody can lock the presenter out. At most a few delayed attempts are under way at once, so sending many
together is not faster.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import cached_property, partial

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route

from irisml.domain.i18n import sentence
from irisml.domain.settings import settings
from web.server.base_path import base_path
from web.state.client_address import client_address
from web.state.passphrase import is_passphrase
from web.state.presenter import can_sign_in
from web.state.presenter_token import COOKIE, COOKIE_LIFE_S, end_all, is_cookie, new_cookie, new_ticket

FREE_TRIES, FREE_TRIES_OF_ALL = 5, 100
"""Attempts per minute without delay, per address and in total."""
LONGEST_WAIT_S = 8
SWITCHED_OFF = sentence("Signing in is switched off here.")
WRONG = sentence("That is not the passphrase.")
ELSEWHERE = sentence("This request did not come from a page of this app.")
STILL_SIGNED_IN = sentence("The other browsers are still signed in: see the log.")
SIGN_IN_FIRST = sentence("The other browsers are still signed in: sign in here first.")
NOT_KEPT = sentence("The sign-in cannot be kept now: see the log.")
_log = logging.getLogger(__name__)
_LONGEST_BODY, _ALL = 1024, "all"
_MOST_COUNTED = 1000
_DELAYED_AT_ONCE = 8


class _Typed(msgspec.Struct, frozen=True):
    passphrase: str


class _Attempts:
    """Counts attempts of the last minute by key."""

    def __init__(self) -> None:
        from limits import RateLimitItemPerMinute
        from limits.storage import MemoryStorage
        from limits.strategies import MovingWindowRateLimiter

        self._counted = RateLimitItemPerMinute(_MOST_COUNTED)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def hit(self, key: str) -> None:
        self._limiter.hit(self._counted, key)

    def count(self, key: str) -> int:
        return _MOST_COUNTED - self._limiter.get_window_stats(self._counted, key).remaining


class SignIn:
    """The routes, with the count of the wrong attempts.

    Parameters
    ----------
    wait : callable
        Takes seconds; replaced in tests. Blocks only the visitor who asks.
    """

    def __init__(self, wait: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self._wait = wait
        self._delayed = asyncio.Semaphore(_DELAYED_AT_ONCE)

    @cached_property
    def _attempts(self) -> _Attempts:
        return _Attempts()  # its library takes as long to load as the routes; the first attempt loads it

    async def sign_in(self, request: Request) -> JSONResponse:
        """Answer with a ticket, and set the cookie, if the passphrase is right."""
        if not _is_from_our_page(request) or request.headers.get("content-type") != "application/json":
            return _refusal(ELSEWHERE, 403)
        if not can_sign_in():
            return _refusal(SWITCHED_OFF, 403)
        try:
            typed = msgspec.json.decode(await _body(request), type=_Typed)
        except (ValueError, ClientDisconnect):
            return _refusal(WRONG, 422)
        if not await self._is_right(typed.passphrase, client_address(request.scope)):
            return _refusal(WRONG, 401)
        try:
            cookie, ticket = await run_in_threadpool(lambda: (new_cookie(), new_ticket()))
        except OSError as error:
            _log.error("the presenter cannot sign in: %s", error)
            return _refusal(NOT_KEPT, 503)
        response = JSONResponse({"ticket": ticket}, headers={"cache-control": "no-store"})
        is_https = "https" in (request.url.scheme, request.headers.get("x-forwarded-proto"))
        response.set_cookie(
            COOKIE, cookie, COOKIE_LIFE_S, path=_path(), secure=is_https, httponly=True, samesite="strict"
        )
        return response

    async def sign_out(self, request: Request) -> JSONResponse:
        """Remove the cookie; with ``?everywhere=1`` end the sign-in of every browser."""
        if not _is_from_our_page(request):
            return _refusal(ELSEWHERE, 403)
        if request.query_params.get("everywhere") == "1":
            if not await run_in_threadpool(is_cookie, request.cookies.get(COOKIE)):
                return _refusal(SIGN_IN_FIRST, 403)
            try:
                await run_in_threadpool(end_all)
            except OSError as error:
                _log.error("the other browsers are still signed in: %s", error)
                return _refusal(STILL_SIGNED_IN, 503)
        response = JSONResponse({})
        response.delete_cookie(COOKIE, path=_path(), httponly=True, samesite="strict")
        return response

    async def _is_right(self, passphrase: str, address: str) -> bool:
        # Counted before it is checked: otherwise attempts that arrive together would not delay each other.
        seconds = self._seconds_to_wait(address)
        for key in (address, _ALL):
            self._attempts.hit(key)
        # In a thread: the hash takes 30 ms, in which no other page would be answered.
        check = partial(run_in_threadpool, is_passphrase, passphrase, settings().presenter_passphrase)
        if not seconds:
            return await check()
        async with self._delayed:
            await self._wait(seconds)
            return await check()

    def _seconds_to_wait(self, address: str) -> float:
        """Return the delay: 1, 2, 4 … s beyond the free attempts per address, 2 s beyond those in total."""
        # Whoever has many addresses meets the limit for all.
        of_one, of_all = self._wrong_tries(address) - FREE_TRIES, self._wrong_tries(_ALL) - FREE_TRIES_OF_ALL
        return max(min(2.0**of_one, LONGEST_WAIT_S) if of_one >= 0 else 0, 2.0 if of_all >= 0 else 0)

    def _wrong_tries(self, key: str) -> int:
        return self._attempts.count(key)


async def _body(request: Request) -> bytes:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _LONGEST_BODY:
            raise ValueError(f"a passphrase of more than {_LONGEST_BODY} bytes")
    return body


def _is_from_our_page(request: Request) -> bool:
    if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
        return False
    origin = request.headers.get("origin", "")
    # Behind a proxy that rewrites Host, the browser's host is in X-Forwarded-Host.
    hosts = (request.headers.get("host"), request.headers.get("x-forwarded-host"))
    return "://" in origin and origin.partition("://")[2] in hosts


def _refusal(english: str, status: int) -> JSONResponse:
    return JSONResponse({"detail": english}, status, {"cache-control": "no-store"})


def _path() -> str:
    return base_path() or "/"


def routes(prefix: str) -> list[BaseRoute]:
    """Return the routes."""
    found = SignIn()
    return [
        Route(f"{prefix}/presenter/sign-in", found.sign_in, methods=["POST"]),
        Route(f"{prefix}/presenter/sign-out", found.sign_out, methods=["POST"]),
    ]
