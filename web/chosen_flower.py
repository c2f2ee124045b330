"""The flower that a visitor has chosen with the sliders: every page speaks of the same one."""

from collections.abc import Iterable

import streamlit as st

from irisml.measurements import FEATURES

SLIDER_CM = {
    "sepal_length": (4.0, 8.0),
    "sepal_width": (2.0, 4.5),
    "petal_length": (1.0, 7.0),
    "petal_width": (0.1, 2.5),
}
"""Smallest and largest value of each slider in cm: the span of the 150 flowers, rounded outwards."""
FIRST_FLOWER = dict(zip(FEATURES, (5.9, 2.8, 4.8, 1.6), strict=True))
"""Where the sliders stand at first, in cm: a flower that is hard to tell, so that each of them matters."""
DIGITS = 1
"""A thumb stands on a tenth of a centimetre, as the flowers were measured."""


def chosen_flower() -> list[float]:
    """Return its four lengths, in cm in the order of `FEATURES`."""
    return [float(st.session_state.get(feature, FIRST_FLOWER[feature])) for feature in FEATURES]


def choose_flower(x: Iterable[float]) -> None:
    """Move the sliders to a flower. Call it where a widget reports its click, before the sliders are drawn."""
    for feature, value in zip(FEATURES, x, strict=True):
        low, high = SLIDER_CM[feature]
        st.session_state[feature] = round(min(max(value, low), high), DIGITS)


def flower_query(x: Iterable[float]) -> dict[str, str]:
    """Return the part of an address that opens the landing page with a flower.

    Examples
    --------
    >>> flower_query([5.1, 3.5, 1.4, 0.2])["petal_width"]
    '0.2'
    """
    return {feature: f"{value:.{DIGITS}f}" for feature, value in zip(FEATURES, x, strict=True)}
