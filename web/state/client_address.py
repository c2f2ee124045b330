"""Client address of a request or a connection."""

from ipaddress import IPv4Address, ip_address, ip_network

from starlette.datastructures import Headers
from starlette.types import Scope

from irisml.domain.settings import settings


def client_address(scope: Scope) -> str:
    """Return the client's address, or what stands for it: of an IPv6 address the network, which is one customer's.

    Behind IRISML_TRUSTED_PROXIES proxies it is the address that the outermost of them reports. Without a proxy the
    header X-Forwarded-For is ignored: a client can write anything into it.

    Examples
    --------
    >>> client_address({"type": "http", "headers": [(b"x-forwarded-for", b"203.0.113.9")], "client": ("192.0.2.1", 5)})
    '192.0.2.1'
    """
    peer = (scope.get("client") or ("unknown",))[0]
    n_proxies = settings().trusted_proxies
    if n_proxies == 0:
        return _customer(peer)
    return _customer(forwarded_address(",".join(Headers(scope=scope).getlist("x-forwarded-for")), n_proxies) or peer)


def forwarded_address(forwarded: str, n_proxies: int) -> str:
    """Return the address that the outermost of *n_proxies* proxies has added; "" if fewer have added one.

    Examples
    --------
    >>> forwarded_address("203.0.113.9, 198.51.100.7:41234", 1), forwarded_address("198.51.100.7", 2)
    ('198.51.100.7', '')
    """
    addresses = [address.strip() for address in forwarded.split(",")]
    added = addresses[-n_proxies] if len(addresses) >= n_proxies else ""
    # App Service appends the port to an IPv4 address; an IPv6 address has more than one colon.
    return added.rsplit(":", 1)[0] if added.count(":") == 1 else added.removeprefix("[").partition("]")[0]


def _customer(address: str) -> str:
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address[:100]
    if isinstance(found, IPv4Address):
        return str(found)
    return str(found.ipv4_mapped or ip_network((found, 64), strict=False))
