"""Lets the visitor choose the language; the choice stands in the address."""

import streamlit as st

from web.text import LANGUAGES, Language


def language_switch(language: Language) -> None:
    """Draw the switch."""
    st.segmented_control(
        language.text("Language"),
        [code.upper() for code in LANGUAGES],
        default=language.code.upper(),
        key="language",
        on_change=_remember,
        required=True,
        label_visibility="collapsed",
        width="content",
    )


def _remember() -> None:
    st.query_params["lang"] = st.session_state.language.lower()
