"""The choice of a feature, by its name in the visitor's language."""

from collections.abc import Sequence

import streamlit as st

from web.i18n.text import Language
from web.i18n.vocabulary import feature_name
from web.state.page_state import for_widget


def feature_choice(label: str, features: Sequence[str], part: str, key: str, language: Language) -> str:
    """Draw the choice and return the feature; the caller remembers it.

    The browser keeps showing the words that it showed when something was chosen, so each language
    has a widget of its own; what was chosen in one is chosen in the other.

    Parameters
    ----------
    label : str
    features : sequence of str
    part : str
        Key of the choice in `web.state.link_parts.PARTS`.
    key : str
        Of the widget, without its language.
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
