"""Four sliders, one a feature; their values live in the address."""

import math

import streamlit as st

from irisml.explanation import STEP_CM
from irisml.measurements import FEATURES
from web.chosen_flower import DIGITS, FIRST_FLOWER, SLIDER_CM
from web.text import Language
from web.vocabulary import feature_name


def snap_link_to_steps() -> None:
    """Round a link's values to the sliders' steps, in the address itself; call it before the sliders are drawn.

    A thumb can only stand on a step. With 4.95 in the address, Python would answer for 4.95 and
    the browser, which reads the thumb, for 4.9.
    """
    snapped = {}
    for feature in FEATURES:
        try:
            linked = float(st.query_params[feature])
        except (KeyError, ValueError):
            continue  # no link, or no number: the slider begins where it always does
        if math.isfinite(linked) and round(linked, DIGITS) != linked:
            snapped[feature] = str(round(linked, DIGITS))
    if snapped:
        st.query_params.update(snapped)
        st.rerun()


def measurement_sliders(language: Language) -> list[float]:
    """Draw the sliders and return their values, in cm in the order of `FEATURES`."""
    for feature in FEATURES:
        st.session_state.setdefault(feature, FIRST_FLOWER[feature])  # a link's value comes before it
    return [
        st.slider(
            f"{feature_name(feature, language)} (cm)",
            *SLIDER_CM[feature],
            step=STEP_CM,
            format=f"%.{DIGITS}f",
            key=feature,
            bind="query-params",  # a reload or a shared link shows the same flower
            persist_state="session",
        )
        for feature in FEATURES
    ]
