"""Four sliders, one a feature; their values live in the address."""

import math

import streamlit as st

from irisml.measurements import FEATURES
from web.text import Language
from web.vocabulary import feature_name

SLIDER_CM = {
    "sepal_length": (4.0, 8.0, 5.9),
    "sepal_width": (2.0, 4.5, 2.8),
    "petal_length": (1.0, 7.0, 4.8),
    "petal_width": (0.1, 2.5, 1.6),
}
"""Smallest, largest and first value in cm: the span of the 150 flowers, rounded outwards."""


_STEP_CM, _DIGITS = 0.1, 1


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
        if math.isfinite(linked) and round(linked, _DIGITS) != linked:
            snapped[feature] = str(round(linked, _DIGITS))
    if snapped:
        st.query_params.update(snapped)
        st.rerun()


def measurement_sliders(language: Language) -> list[float]:
    """Draw the sliders and return their values, in cm in the order of `FEATURES`."""
    return [
        st.slider(
            f"{feature_name(feature, language)} (cm)",
            *SLIDER_CM[feature],
            _STEP_CM,
            format=f"%.{_DIGITS}f",
            key=feature,
            bind="query-params",  # a reload or a shared link shows the same flower
            persist_state="session",
        )
        for feature in FEATURES
    ]
