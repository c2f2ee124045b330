"""Which version a visitor knows to be live, so that they are told when it is another one."""

import streamlit as st

_KNOWN, _REPLACED = "known_version", "replaced_version"


def know_champion(number: int) -> None:
    """Note that this visitor knows that version to be live: it was their own doing, or they were told."""
    st.session_state[_KNOWN] = number
    st.session_state[_REPLACED] = None


def replaced_version(live: int) -> int | None:
    """Return the version that this visitor knew until *live* replaced it; None where there is no news."""
    known = st.session_state.setdefault(_KNOWN, live)
    if known != live:
        st.session_state[_KNOWN] = live
        st.session_state[_REPLACED] = known
    replaced: int | None = st.session_state.get(_REPLACED)
    return replaced
