"""Data page: the 150 flowers, their origin, and the visitor's own flowers."""

import streamlit as st

from irisml.domain.measurements import DIGITS, FEATURES, SPECIES, STEP_CM
from web.data.charts.data_sets import datasets_figure, datasets_table
from web.data.charts.flowers_scatter import (
    FlowerRow,
    distribution_alt,
    distribution_figure,
    flowers_table,
    scatter_alt,
    scatter_figure,
)
from web.data.csv_prediction import csv_prediction
from web.data.new_dataset import new_dataset
from web.data.page_libraries import load_table_libraries
from web.data.plot_theme import plot_colours
from web.frame.drawing import draw
from web.frame.error_boundary import error_boundary
from web.frame.expander import expander
from web.frame.feature_choice import feature_choice
from web.html.species_mark import species_markdown
from web.i18n.vocabulary import feature_name
from web.state.kept_file import kept_file
from web.state.page_state import for_widget, recall, remember
from web.state.presenter import is_presenter
from web.state.session import get_iris, get_language, get_service
from web.state.slider_limits import SLIDER_CM

load_table_libraries()
language, iris = get_language(), get_iris()
service = get_service()
champion = service.serving_version()
colours = plot_colours()


def as_shown(row: FlowerRow) -> dict[str, object]:
    """Return a table row with column names in the visitor's language."""
    return {
        language.text("No."): row.row + 1,
        **{feature_name(feature, language): value for feature, value in zip(FEATURES, row.lengths, strict=True)},
        language.text("Species"): SPECIES[row.species],
        language.text("Role"): language.text("test") if row.unseen else language.text("training"),
    }


def length_filter(label: str, features: list[str], axis: str) -> tuple[str, tuple[float, float]]:
    """Draw the choice of a feature and of its range; return both."""
    part, range_part, key = f"data.{axis}", f"data.{axis}_cm", f"data-{axis}"
    feature = feature_choice(label, features, part, key, language)
    if feature != recall(part):
        remember({part: feature, range_part: None})  # the range of one feature does not apply to another
    words = language.text("{feature}, from – to (cm)", feature=feature_name(feature, language))
    low, high = (round(limit / STEP_CM) for limit in SLIDER_CM[feature])
    # A select_slider instead of a slider: its numbers are formatted in the visitor's language.
    steps = [round(step * STEP_CM, DIGITS) for step in range(low, high + 1)]
    ends = (steps[0], steps[-1])
    slider_key = f"{key}-{feature}-{language.code}"
    shown = for_widget(range_part, slider_key, lambda chosen: ends if chosen is None else on_steps(chosen, steps))
    limits = st.select_slider(words, steps, shown, format_func=language.number, key=slider_key)
    remember({range_part: None if limits == ends else limits})
    return feature, limits


def on_steps(limits: tuple[float, float], steps: list[float]) -> tuple[float, float]:
    """Return the nearest steps to two lengths; a link may contain any lengths."""
    low, high = (min(steps, key=lambda step: abs(step - limit)) for limit in limits)
    return low, high


@st.fragment
def flowers() -> None:
    """Draw the flowers that match the filters; only this fragment reruns when a filter changes."""
    with error_boundary(language, "the flowers"):
        across, up = st.columns(2)
        with across:
            x_feature, x_limits = length_filter(language.text("Horizontal axis"), list(FEATURES), "x")
        with up:
            others = [feature for feature in FEATURES if feature != x_feature]
            y_feature, y_limits = length_filter(language.text("Vertical axis"), others, "y")
        shown = st.pills(
            language.text("Species"),
            range(len(SPECIES)),
            selection_mode="multi",
            default=for_widget("data.species", "data-species", list),
            format_func=species_markdown,
            key="data-species",
        )
        remember({"data.species": tuple(sorted(shown))})
        rows = flowers_table(iris, champion.evaluation.test_rows, shown, {x_feature: x_limits, y_feature: y_limits})
        st.markdown(language.text("**{n} of {of} flowers**", n=len(rows), of=iris.n_samples))
        if not rows:
            st.info(language.text("No flower matches. Choose a species, or widen the ranges."))
            return
        st.plotly_chart(
            scatter_figure(rows, x_feature, y_feature, colours, language),
            config={"displayModeBar": False},
            alt=scatter_alt(rows, x_feature, y_feature, language),
            key="scatter",
        )
        st.plotly_chart(
            distribution_figure(rows, x_feature, colours, language),
            config={"displayModeBar": False},
            alt=distribution_alt(rows, x_feature, language),
            key="distribution",
        )
        with expander(language.text("All flowers, as a table"), "data.table", "data-table"):
            if recall("data.table"):  # a browser loads what draws a table, 200 kB, when there is one
                st.dataframe(
                    [as_shown(row) for row in rows],
                    hide_index=True,
                    alt=language.text("Flowers, one per row"),
                    key="flowers",
                )


@st.fragment
def own_flowers() -> None:
    """Draw the visitor's file; it is read again only when it changes, not when a filter changes."""
    with error_boundary(language, "the visitor's file"):
        csv_prediction(service, language)
        file = kept_file()
        if file is not None and is_presenter():
            new_dataset(file, service, language)


left, right = st.columns([3, 2], gap="medium")
with left, st.container(key="data-sheet"):
    flowers()
with left, st.container(key="data-sets"):
    st.header(language.text("Data sets"), anchor=False)
    draw(datasets_figure(datasets_table(service.serving.datasets(), champion.manifest.dataset), language))
    st.markdown(
        language.text(
            "A version may learn from any of them. It is judged by the {n} reference flowers, always: so any two "
            "versions are compared flower by flower.",
            n=iris.n_samples,
        )
    )
with right, st.container(key="trust"):
    st.header(language.text("Your own flowers"), anchor=False)
    own_flowers()
    st.header(language.text("Where they come from"), anchor=False)
    st.markdown(
        language.text(
            "Collected by Edgar Anderson, published by Ronald Fisher in 1936 in the *Annals of Eugenics*. *Setosa* and "
            "*versicolor* grew in one pasture of the Gaspé Peninsula and were picked on one day; *virginica* came from "
            "elsewhere. *Iris versicolor* is the floral emblem of Québec."
        )
    )
    st.markdown(
        language.text(
            "These are scikit-learn’s values, which equal R’s. The widely used copy at UCI has errors in two flowers "
            "(no. 35 and 38). Flowers no. 102 and 143 are identical: they are never on both sides of a split."
        )
    )
    st.markdown(language.text("Fingerprint (SHA-256): {sha256}", sha256=f"`{iris.fingerprint[:16]}…`"))
