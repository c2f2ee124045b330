"""Wakes a page that lost its server."""

from datetime import timedelta

import streamlit as st


@st.fragment(run_every=timedelta(days=1))
def rerun_after_reconnection() -> None:
    """Let the browser run the script again as soon as it has found the server again.

    By itself Streamlit's client does so only if a fragment ran last, or if one runs by a timer, as
    this one does. Else a page that was only looked at would be dead after a restart of the server, or
    after its session was dropped, and look alive: the server does not know its fragments any more
    (streamlit 1.67, ``handleConnectionStateChanged``).
    """
