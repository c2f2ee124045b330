"""Four sliders, one a feature; their values live in the address."""

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


def measurement_sliders(language: Language) -> list[float]:
    """Draw the sliders and return their values, in cm in the order of `FEATURES`."""
    return [
        st.slider(
            f"{feature_name(feature, language)} (cm)",
            *SLIDER_CM[feature],
            0.1,
            format="%.1f",
            key=feature,
            bind="query-params",  # a reload or a shared link shows the same flower
            persist_state="session",
        )
        for feature in FEATURES
    ]
