"""An expander that stays open across pages, languages and reloads."""

from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from web.state.page_state import for_widget, remember


def expander(label: str, part: str, key: str) -> DeltaGenerator:
    """Return the container.

    Parameters
    ----------
    label : str
    part : str
        Key of its state in `web.state.link_parts.PARTS`.
    key : str
        Key of the widget.
    """
    return st.expander(label, for_widget(part, key), key=key, on_change=partial(_note, part, key))


def _note(part: str, key: str) -> None:
    if (is_open := st.session_state.get(key)) is not None:  # in another language the expander has another id
        remember({part: bool(is_open)})
