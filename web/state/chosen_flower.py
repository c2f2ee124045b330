"""The flower that a visitor has chosen with the sliders, shared by all pages."""

from collections.abc import Iterable

import streamlit as st

from irisml.domain.measurements import DIGITS, FEATURES
from web.state.page_state import recall, remember
from web.state.slider_limits import SLIDER_CM


def chosen_flower() -> list[float]:
    """Return its four lengths, in cm in the order of `FEATURES`."""
    return [recall(feature) for feature in FEATURES]


def choose_flower(x: Iterable[float], unseen_row: int | None = None) -> None:
    """Move the sliders to a flower. Call it from a widget callback, before the sliders are drawn.

    Parameters
    ----------
    x : iterable of float, length 4
        In cm; clipped to the limits of the sliders.
    unseen_row : int, optional
        Row of the data set, if the visitor has to guess the species of this held-out flower.
    """
    flower = {}
    for feature, value in zip(FEATURES, x, strict=True):
        low, high = SLIDER_CM[feature]
        flower[feature] = round(min(max(value, low), high), DIGITS)
    st.session_state.update(flower)  # the sliders, by their keys
    unseen = None if unseen_row is None else unseen_row + 1
    remember({**flower, "predict.unseen": unseen, "predict.revealed": False})


def flower_query(x: Iterable[float]) -> dict[str, str]:
    """Return the query parameters that open the landing page with a flower.

    Examples
    --------
    >>> flower_query([5.1, 3.5, 1.4, 0.2])["petal_width"]
    '0.2'
    """
    return {feature: f"{value:.{DIGITS}f}" for feature, value in zip(FEATURES, x, strict=True)}
