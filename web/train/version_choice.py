"""Select box for the version to show."""

from collections.abc import Sequence

import streamlit as st

from irisml.jobs.training_job import TrainingJob
from web.i18n.text import Language
from web.state.page_state import for_widget, recall, remember
from web.state.session import MY_JOB

_PART, _SEEN = "train.version", "seen-own-version"


def version_choice(newest_first: Sequence[int], proposed: int, language: Language) -> int:
    """Draw the select box and return the version number.

    Parameters
    ----------
    newest_first : sequence of int
    proposed : int
        Version shown until the visitor chooses another one.
    """
    _look_at_own_version()
    first = proposed if proposed in newest_first else newest_first[0]
    asked = recall(_PART)
    if asked is not None and asked not in newest_first:
        st.warning(language.text("There is no version {version} here.", version=asked))
    key = f"version-of-{newest_first[0]}"
    shown = for_widget(_PART, key, lambda number: number if number in newest_first else first)
    number: int = st.selectbox(
        language.text("Show version"),
        newest_first,
        newest_first.index(shown),
        format_func=lambda number: f"v{number}",
        key=key,
        on_change=_note,
        args=(key,),
    )
    return number


def _look_at_own_version() -> None:
    """Select the version that the visitor has just trained, regardless of an earlier choice."""
    job: TrainingJob | None = st.session_state.get(MY_JOB)
    if job is None or job.running or job.failure() is not None:
        return
    made = job.wait().version
    if st.session_state.get(_SEEN) != made:
        st.session_state[_SEEN] = made
        remember({_PART: made})


def _note(key: str) -> None:
    remember({_PART: st.session_state[key]})
