"""Select box for a feature, with names in the visitor's language."""

from collections.abc import Sequence

import streamlit as st

from web.i18n.text import Language
from web.i18n.vocabulary import feature_name
from web.state.page_state import for_widget


def feature_choice(label: str, features: Sequence[str], part: str, key: str, language: Language) -> str:
    """Draw the select box and return the feature; the caller stores it.

    The browser keeps the label that was chosen, also after a change of language, so each language
    has its own widget; they share the choice.

    Parameters
    ----------
    label : str
    features : sequence of str
    part : str
        Key of the choice in `web.state.link_parts.PARTS`.
    key : str
        Key of the widget, without its language.
    language : Language
    """
    widget_key = f"{key}-{language.code}"
    chosen = for_widget(part, widget_key, lambda feature: feature if feature in features else features[-1])
    return st.selectbox(
        label,
        features,
        features.index(chosen),
        format_func=lambda name: feature_name(name, language),
        key=widget_key,
    )
