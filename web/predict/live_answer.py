"""Mount live_answer.js next to the sliders, and pass it the address of the trees."""

from hashlib import sha256
from math import isfinite
from pathlib import Path

import streamlit as st

from irisml.domain.measurements import FEATURES
from irisml.registry.version import ModelVersion
from web.state.chosen_flower import choose_flower

_KEY = "live-answer"
SCRIPT = Path(__file__).with_suffix(".js").read_bytes()
SCRIPT_NAME = f"{sha256(SCRIPT).hexdigest()[:16]}.js"

# Streamlit runs inline code of a component from a blob, where relative imports fail: hence document.baseURI.
_SHIM = """
export default async function (component) {
  const script = await import(new URL(component.data.script, document.baseURI).href)
  return script.default(component)
}
"""


def forest_address(version: ModelVersion) -> str:
    """Return the URL of a version's trees, relative to the page; the hash makes it cacheable without expiry."""
    return f"api/live/{version.number}/{version.forest_sha256}.json"


def follow_sliders() -> None:
    """Mount the script. Call it outside the fragment of the prediction: then a slider change does not resend it."""
    component = st.components.v2.component(
        "live_answer",
        js=_SHIM,
        isolate_styles=False,  # no shadow root: the script searches its ancestors
    )
    component(key=_KEY, data={"script": f"api/live/{SCRIPT_NAME}"}, on_thumbs_change=_take_thumbs)


def _take_thumbs() -> None:
    """Set the flower from the slider positions, if the prediction was left out of sync with them."""
    x = st.session_state[_KEY].thumbs
    if (
        isinstance(x, list)
        and len(x) == len(FEATURES)
        and all(isinstance(value, int | float) and isfinite(value) for value in x)
    ):
        choose_flower(map(float, x))
