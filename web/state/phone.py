"""The random number of a phone: it answers each question once, also after a reload."""

import re
import secrets

import streamlit as st

_PHONE = "phone-number"
_VALID = re.compile(r"[0-9a-f]{32}")


def phone() -> str:
    """Return the number of this phone; until its browser has told one, a new one."""
    number = st.session_state.get(_PHONE)
    if number is None:
        number = st.session_state[_PHONE] = secrets.token_hex(16)
    return str(number)


def take_phone(number: object) -> None:
    """Take the number that a browser has kept; anything else changes nothing."""
    if isinstance(number, str) and _VALID.fullmatch(number):
        st.session_state[_PHONE] = number
