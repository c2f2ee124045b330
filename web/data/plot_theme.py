"""The colours of the theme that a visitor sees, for charts that are not drawn by CSS."""

import streamlit as st

from irisml.domain.measurements import SPECIES
from web.data.charts.flowers_scatter import PlotColours


def plot_colours() -> PlotColours:
    """Return them, as .streamlit/config.toml gives them."""
    theme = st.context.theme.type or "light"
    categories = st.get_option(f"theme.{theme}.chartCategoricalColors")
    return PlotColours(tuple(categories[: len(SPECIES)]), st.get_option(f"theme.{theme}.textColor"))
