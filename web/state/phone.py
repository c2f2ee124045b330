"""The number of a phone: it answers each question once, also after a reload."""

import streamlit as st

from web.state.session import get_hall

_PHONE, _TAKEN = "phone-number", "phone-taken"


def phone() -> str:
    """Return the number of this phone; until its browser has told one, a new one."""
    number = st.session_state.get(_PHONE)
    if number is None:
        number = st.session_state[_PHONE] = get_hall().new_phone()
    return str(number)


def take_phone(number: object) -> None:
    """Take the number that a browser has kept, once in a session; one that was not given here changes nothing."""
    hall = get_hall()
    if isinstance(number, str) and hall.is_phone(number) and _TAKEN not in st.session_state:
        hall.forget(phone())
        st.session_state[_PHONE], st.session_state[_TAKEN] = number, True
