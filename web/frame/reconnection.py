"""Rerun a page after it has reconnected to the server."""

from datetime import timedelta

import streamlit as st


@st.fragment(run_every=timedelta(days=1))
def rerun_after_reconnection() -> None:
    """Make the browser rerun the script after a reconnection.

    Streamlit's client does so only if a fragment ran last, or if one runs by a timer, as this one
    does. Without it, an idle page would not respond after a restart of the server or after its
    session was dropped, although it looks intact: its fragments are unknown to the server
    (streamlit 1.67, ``handleConnectionStateChanged``).
    """
