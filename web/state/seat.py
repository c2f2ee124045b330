"""The seat of an open page in the hall: a random number, given up when its connection ends."""

import secrets

import streamlit as st

from web.state.session import get_hall

_SEAT = "seat"


def seat() -> str:
    """Return the seat of this page; it stays the same over a cut of the network, and is a new one after a reload."""
    token = st.session_state.get(_SEAT)
    if token is None:
        token = st.session_state[_SEAT] = secrets.token_hex(16)
    _taken(token)
    return str(token)


def keep_seat() -> None:
    """Take the seat again after a cut of the network, if this page had one."""
    token = st.session_state.get(_SEAT)
    if token is not None:
        _taken(token)


# Streamlit calls on_release when the connection of the session ends; a later run of the page takes the seat again.
@st.cache_resource(scope="session", on_release=lambda token: get_hall().leave(token), show_spinner=False)
def _taken(token: str) -> str:
    get_hall().arrive(token)
    return token
