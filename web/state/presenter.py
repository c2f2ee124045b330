"""Authorization to train, promote and roll back.

If the server is reachable from this machine only, every visitor is the presenter. If IRISML_PUBLIC
is set, or the server listens to other machines, visitors can only view and predict, and the
presenter signs in with the passphrase of IRISML_PRESENTER_PASSPHRASE: by a cookie, which outlives a
reload, a cut of the network and a restart of the server. Streamlit keeps widgets that were drawn
once, so each action checks the authorization again.
"""

import streamlit as st

from irisml.domain.settings import SHORTEST_PASSPHRASE, settings
from web.state.app_address import is_loopback
from web.state.passphrase import SCHEME, is_hash
from web.state.presenter_token import COOKIE, is_cookie, is_ticket, new_cookie

TOKEN = "presenter-token"  # noqa: S105 - a key of the session state
"""Key in the session state: a page that was open during the sign-in does not see the new cookie."""


def is_public() -> bool:
    """Whether the presenter has to sign in: if IRISML_PUBLIC is set or other machines can reach the server."""
    if settings().public:
        return True
    address = st.get_option("server.address")
    return not (address and is_loopback(address))


def is_presenter() -> bool:
    """Whether this visitor may train, promote and roll back."""
    if not is_public():
        return True
    if not can_sign_in():
        return False
    return is_cookie(st.session_state.get(TOKEN)) or is_cookie(_cookie())


def can_sign_in() -> bool:
    """Whether a passphrase of at least `SHORTEST_PASSPHRASE` characters is set, or the hash of one."""
    passphrase = settings().presenter_passphrase
    return is_hash(passphrase) or (len(passphrase) >= SHORTEST_PASSPHRASE and not passphrase.startswith(SCHEME))


def sign_in(ticket: str) -> None:
    """Sign in this open page with a ticket of the server; one that is not valid changes nothing."""
    if is_ticket(ticket):
        st.session_state[TOKEN] = new_cookie()


def _cookie() -> str | None:
    # As it was when the page connected: hence the token of the session, and the checks of each action.
    cookie: str | None = st.context.cookies.get(COOKIE)
    return cookie
