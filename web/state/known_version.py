"""Serving version that a visitor has seen last, to notify them when it is replaced."""

import streamlit as st

_KNOWN, _REPLACED = "known_version", "replaced_version"


def know_champion(number: int) -> None:
    """Record the serving version as seen by this visitor: they changed it, or closed the notice."""
    st.session_state[_KNOWN] = number
    st.session_state[_REPLACED] = None


def replaced_version(serving: int) -> int | None:
    """Return the version that was replaced by the serving one, *serving*, since the last notice; None if unchanged."""
    known = st.session_state.setdefault(_KNOWN, serving)
    if known != serving:
        st.session_state[_KNOWN] = serving
        st.session_state[_REPLACED] = known
    replaced: int | None = st.session_state.get(_REPLACED)
    return replaced
