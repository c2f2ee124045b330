"""Client address of a request or a connection."""

from starlette.datastructures import Headers
from starlette.types import Scope


def client_address(scope: Scope) -> str:
    """Return the client's address; behind a proxy, the one that the nearest proxy reports.

    Without a proxy, a client can set this header itself: use it to distinguish visitors, not as
    proof of identity.

    Examples
    --------
    >>> client_address({"type": "http", "headers": [], "client": ("192.0.2.1", 50000)})
    '192.0.2.1'
    """
    return forwarded_address(Headers(scope=scope).get("x-forwarded-for")) or (scope.get("client") or ("unknown",))[0]


def forwarded_address(forwarded: str | None) -> str:
    """Return the last address of an X-Forwarded-For header, set by the nearest proxy; "" if there is none.

    Examples
    --------
    >>> forwarded_address("203.0.113.9, 198.51.100.7:41234"), forwarded_address(None)
    ('198.51.100.7', '')
    """
    last = (forwarded or "").rsplit(",", 1)[-1].strip()[:100]
    # App Service appends the port to an IPv4 address; an IPv6 address has more than one colon.
    return last.rsplit(":", 1)[0] if last.count(":") == 1 else last
