"""Four sliders, one per feature."""

import streamlit as st

from irisml.domain.measurements import DIGITS, FEATURES, STEP_CM
from web.i18n.text import Language
from web.i18n.vocabulary import feature_name
from web.state.chosen_flower import chosen_flower
from web.state.page_state import for_widget, remember
from web.state.slider_limits import SLIDER_CM


def measurement_sliders(language: Language) -> list[float]:
    """Draw the sliders and return their values, in cm in the order of `FEATURES`."""
    x = [
        st.slider(
            f"{feature_name(feature, language)} (cm)",
            *SLIDER_CM[feature],
            for_widget(feature, feature),
            step=STEP_CM,
            format=f"%.{DIGITS}f",
            key=feature,
        )
        for feature in FEATURES
    ]
    if x != chosen_flower():
        # The visitor moved a slider, so the flower is no longer the held-out one.
        remember({**dict(zip(FEATURES, x, strict=True)), "predict.unseen": None, "predict.revealed": False})
    return x
