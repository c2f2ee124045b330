"""Mounts live_answer.js beside the sliders that it follows, and tells it where the trees are."""

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

# Streamlit runs a component's inline code from a blob, where a relative import fails: hence document.baseURI.
_SHIM = """
export default async function (component) {
  const script = await import(new URL(component.data.script, document.baseURI).href)
  return script.default(component)
}
"""


def forest_address(version: ModelVersion) -> str:
    """Return where the browser finds a version's trees, relative to the page; the hash makes it cacheable for ever."""
    return f"api/live/{version.number}/{version.forest_sha256}.json"


def follow_sliders() -> None:
    """Mount the script. Call it beside the fragment that draws the answer: a release then sends nothing of it."""
    component = st.components.v2.component(
        "live_answer",
        js=_SHIM,
        isolate_styles=False,  # no shadow root: the script looks for the sheet around it
    )
    component(key=_KEY, data={"script": f"api/live/{SCRIPT_NAME}"}, on_thumbs_change=_take_thumbs)


def _take_thumbs() -> None:
    """Choose the flower at which the thumbs stand, where they and the answer do not agree by themselves."""
    x = st.session_state[_KEY].thumbs
    if (
        isinstance(x, list)
        and len(x) == len(FEATURES)
        and all(isinstance(value, int | float) and isfinite(value) for value in x)
    ):
        choose_flower(map(float, x))
