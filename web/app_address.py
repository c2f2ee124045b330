"""Where phones find this app."""

import socket
from urllib.parse import urlencode, urlsplit, urlunsplit

_LOOPBACK = ("localhost", "127.0.0.1", "::1", "0.0.0.0")  # noqa: S104 - it is compared with, not listened on


def app_address(page_address: str, page: str) -> str:
    """Return the address of the app, from that of one of its pages.

    Examples
    --------
    >>> app_address("https://iris.example/app/share?lang=fr", "share")
    'https://iris.example/app/'
    """
    parts = urlsplit(page_address)
    path = parts.path.removesuffix("/").removesuffix(page)
    return urlunsplit((parts.scheme, parts.netloc, path if path.endswith("/") else f"{path}/", "", ""))


def is_loopback(address: str) -> bool:
    """Whether only this very machine finds that address.

    Examples
    --------
    >>> is_loopback("http://localhost:8501/"), is_loopback("http://192.168.1.20:8501/")
    (True, False)
    """
    return urlsplit(address).hostname in _LOOPBACK


def address_in_network(address: str) -> str:
    """Replace the host by this machine's address in its network; where it is in none, nothing changes."""
    parts = urlsplit(address)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # Nothing is sent: the system only looks up which of its own addresses would be used.
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
    return f"{address}?{urlencode(query)}"
