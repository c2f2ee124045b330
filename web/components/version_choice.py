"""The choice of the version to look at."""

from collections.abc import Sequence

import streamlit as st

from web.page_state import for_widget, recall, remember
from web.text import Language

_PART, _NEWEST = "train.version", "newest-version"


def version_choice(newest_first: Sequence[int], proposed: int, language: Language) -> int:
    """Draw the choice and return the version's number.

    Parameters
    ----------
    newest_first : sequence of int
    proposed : int
        Which is looked at as long as nobody chooses another one.
    """
    newest = newest_first[0]
    first = proposed if proposed in newest_first else newest
    if st.session_state.setdefault(_NEWEST, newest) != newest:
        st.session_state[_NEWEST] = newest
        remember({_PART: None})  # a new version is looked at as soon as it is there
    asked = recall(_PART)
    if asked is not None and asked not in newest_first:
        st.warning(language.text("There is no version {version} here.", version=asked))
    key = f"version-of-{newest}"
    shown = for_widget(_PART, key, lambda number: number if number in newest_first else first)
    number: int = st.selectbox(
        language.text("Look at version"),
        newest_first,
        newest_first.index(shown),
        format_func=lambda number: f"v{number}",
        key=key,
        on_change=_note,
        args=(key, first),
    )
    return number


def _note(key: str, first: int) -> None:
    number = st.session_state[key]
    remember({_PART: None if number == first else number})
