"""Mount live_answer.js next to the sliders, and pass it the address of the trees."""

from math import isfinite

import streamlit as st

from irisml.domain.measurements import FEATURES
from irisml.registry.version import ModelVersion
from web.frame.page_scripts import run_scripts
from web.state.chosen_flower import choose_flower

LIVE_ANSWER = "predict/live_answer.js"
_KEY = "live-answer"


def forest_address(version: ModelVersion) -> str:
    """Return the URL of a version's trees, relative to the page; the hash makes it cacheable without expiry."""
    return f"api/live/{version.number}/{version.forest_sha256}.json"


def follow_sliders() -> None:
    """Mount the script. Call it outside the fragment of the prediction: then a slider change does not resend it."""
    run_scripts(_KEY, (LIVE_ANSWER,), {}, on_thumbs_change=_take_thumbs)


def _take_thumbs() -> None:
    """Set the flower from the slider positions, if the prediction was left out of sync with them."""
    x = st.session_state[_KEY].thumbs
    if (
        isinstance(x, list)
        and len(x) == len(FEATURES)
        and all(isinstance(value, int | float) and isfinite(value) for value in x)
    ):
        choose_flower(map(float, x))
