"""Language switch; the choice is kept in the address."""

import streamlit as st

from web.i18n.text import LANGUAGES, Language
from web.state.page_state import for_widget, remember

_KEY = "language"


def language_switch(language: Language) -> None:
    """Draw the switch."""
    st.segmented_control(
        language.text("Language"),
        [code.upper() for code in LANGUAGES],
        default=for_widget("lang", _KEY, lambda chosen: (chosen or language.code).upper()),
        key=_KEY,
        on_change=_remember,
        required=True,
        label_visibility="collapsed",
        width="content",
    )


def _remember() -> None:
    remember({"lang": st.session_state[_KEY].lower()})
