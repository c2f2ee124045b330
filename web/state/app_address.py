"""URL of this app for phones."""

import socket
from ipaddress import ip_address
from urllib.parse import urlencode, urlsplit, urlunsplit

LOCAL = "http://localhost:8501/"


def app_address(page_address: str, page: str) -> str:
    """Return the address of the app, from that of one of its pages; `LOCAL` if that is not a valid URL.

    Examples
    --------
    >>> app_address("https://iris.example/app/share?lang=fr", "share")
    'https://iris.example/app/'
    """
    try:
        parts = urlsplit(page_address)
    except ValueError:  # a forged header
        return LOCAL
    path = parts.path.removesuffix("/").removesuffix(page)
    return urlunsplit((parts.scheme, parts.netloc, path if path.endswith("/") else f"{path}/", "", ""))


def web_address(typed: str) -> str | None:
    """Complete a typed address to a URL without query; None if it is not a valid one.

    Examples
    --------
    >>> web_address("iris.example"), web_address("https://iris.example/app?x=1#y"), web_address("http://[::1")
    ('http://iris.example/', 'https://iris.example/app', None)
    """
    try:
        parts = urlsplit(typed if "://" in typed else f"http://{typed}")
        # A word without a dot is a typing error, or the name of a machine that phones do not know.
        host = parts.hostname or ""
        is_host = "." in host.strip(".") or is_loopback(host) or ":" in host
        found = parts.scheme in ("http", "https") and is_host and parts.port != 0 and not parts.netloc.endswith(":")
    except ValueError:
        return None
    if not found or any(sign.isspace() for sign in typed):
        return None
    return urlunsplit((parts.scheme, parts.netloc, parts.path or "/", "", ""))


def is_loopback(host: str | None) -> bool:
    """Whether the host is reachable from this machine only.

    Examples
    --------
    >>> is_loopback("localhost"), is_loopback("127.0.0.2"), is_loopback("192.168.1.20")
    (True, True, False)
    """
    try:
        return ip_address(host or "").is_loopback
    except ValueError:
        return host == "localhost"


def address_in_network(address: str) -> str:
    """Replace the host by this machine's address in its network; without a network, return the address unchanged."""
    parts = urlsplit(address)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # Sends no packet: the system only selects the local address that it would use.
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return address
        host = probe.getsockname()[0]
    port = f":{parts.port}" if parts.port else ""
    return urlunsplit(parts._replace(netloc=f"{host}{port}"))


def with_query(address: str, query: dict[str, str]) -> str:
    """Add a query to an address.

    Examples
    --------
    >>> with_query("https://iris.example/", {"petal_width": "0.2", "lang": "fr"})
    'https://iris.example/?petal_width=0.2&lang=fr'
    """
    return f"{address}?{urlencode(query)}" if query else address
