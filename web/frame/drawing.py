"""Put the HTML of a chart on the page."""

import streamlit as st


def draw(html: str) -> None:
    """Draw trusted or escaped HTML; `st.html` would remove the SVG in it."""
    st.markdown(html, unsafe_allow_html=True)
