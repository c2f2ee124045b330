"""Put the HTML of a chart on the page."""

import streamlit as st
from markupsafe import Markup


def draw(html: Markup) -> None:
    """Draw HTML, which `Markup` has escaped; `st.html` would remove the SVG in it."""
    st.markdown(html, unsafe_allow_html=True)
