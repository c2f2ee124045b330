"""Puts what a chart returned on the page."""

import streamlit as st


def draw(html: str) -> None:
    """Draw HTML whose every word is ours or escaped; `st.html` would drop the drawings in it."""
    st.markdown(html, unsafe_allow_html=True)
