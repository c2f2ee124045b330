"""The address that phones open: what the presenter typed on Share, else that of this server in its network."""

from dataclasses import dataclass
from urllib.parse import urlsplit

import streamlit as st

from web.state.app_address import LOCAL, address_in_network, app_address, is_loopback

KEPT = "shared-address"
"""Key in the session state of the address that was typed last."""


@dataclass(frozen=True, slots=True)
class PhoneAddress:
    """The address of the app as this page was opened, and the one that is proposed to phones."""

    here: str
    proposed: str


def phone_address(page: str) -> PhoneAddress:
    """Return the addresses, from that of a page of the app."""
    here = app_address(st.context.url or LOCAL, page)
    on_this_machine = is_loopback(urlsplit(here).hostname)
    for_itself_only = is_loopback(st.get_option("server.address"))
    return PhoneAddress(here, address_in_network(here) if on_this_machine and not for_itself_only else here)


def shown_address(page: str) -> str:
    """Return the address for a QR code: the one that was typed, else the proposed one."""
    return str(st.session_state.get(KEPT) or phone_address(page).proposed)


def short_address(address: str) -> str:
    """Return an address without its scheme, as people read it.

    Examples
    --------
    >>> short_address("https://iris.example/")
    'iris.example'
    """
    return address.removeprefix("https://").removeprefix("http://").removesuffix("/")
