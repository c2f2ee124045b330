"""The choice of a feature, by its name in the visitor's language."""

from collections.abc import Sequence

import streamlit as st

from web.text import Language
from web.vocabulary import feature_name


def feature_choice(label: str, features: Sequence[str], first: str, key: str, language: Language) -> str:
    """Draw the choice and return the feature.

    The browser keeps showing the words that it showed when something was chosen, so each language
    has a widget of its own; what was chosen in one is chosen in the other.
    """
    chosen = st.session_state.get(key, first)
    feature = st.selectbox(
        label,
        features,
        features.index(chosen) if chosen in features else len(features) - 1,
        format_func=lambda name: feature_name(name, language),
        key=f"{key}-{language.code}",
    )
    st.session_state[key] = feature
    return feature
