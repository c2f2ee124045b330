"""Colours of the visitor's theme, for charts that are not styled by CSS."""

import streamlit as st

from irisml.domain.measurements import SPECIES
from web.data.charts.flowers_scatter import PlotColours


def plot_colours() -> PlotColours:
    """Return the colours of .streamlit/config.toml."""
    theme = st.context.theme.type or "light"
    categories = st.get_option(f"theme.{theme}.chartCategoricalColors")
    return PlotColours(tuple(categories[: len(SPECIES)]), st.get_option(f"theme.{theme}.textColor"))
