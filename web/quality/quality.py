"""How far to trust the model: every miss, the luck of the split, and how sure it is when it is wrong."""

import streamlit as st

from irisml.domain.measurements import FEATURES
from irisml.model.calibration import calibration
from irisml.model.regions import decision_regions
from web.frame.drawing import draw
from web.frame.error_boundary import edge
from web.frame.feature_choice import feature_choice
from web.html.accuracy import accuracy_figure, accuracy_table
from web.html.confusion_matrix import confusion_matrix_table
from web.html.plane import Plane
from web.quality.charts.calibration import calibration_figure
from web.quality.charts.luck import luck_figure, luck_sentence, luck_table
from web.quality.charts.regions import held_out_table, regions_figure
from web.quality.charts.species_scores import (
    importances_figure,
    importances_table,
    species_scores_figure,
    species_scores_table,
)
from web.quality.matrix_buttons import cell_flowers, matrix_buttons
from web.state.chosen_flower import chosen_flower
from web.state.page_state import remember
from web.state.session import get_iris, get_language, get_service
from web.state.slider_limits import SLIDER_CM

language, iris = get_language(), get_iris()
champion = get_service().serving_version()
evaluation = champion.evaluation
flower = chosen_flower()


@st.fragment
def regions() -> None:
    """Draw the model's map along two features that the visitor picks; only this reruns for another pair."""
    with edge(language, "the map"):
        across, up = st.columns(2)
        with across:
            x_feature = feature_choice(language.text("Across"), FEATURES, "quality.x", "x-feature", language)
        with up:
            others = [feature for feature in FEATURES if feature != x_feature]
            y_feature = feature_choice(language.text("Upwards"), others, "quality.y", "y-feature", language)
        remember({"quality.x": x_feature, "quality.y": y_feature})
        plane = Plane(x_feature, y_feature, SLIDER_CM[x_feature], SLIDER_CM[y_feature])
        found = decision_regions(champion.load_forest(), flower, x_feature, y_feature, plane.x_limits, plane.y_limits)
        draw(regions_figure(found, held_out_table(iris, evaluation, plane), plane, flower, language))


left, right = st.columns([3, 2], gap="medium")
with left, st.container(key="quality-sheet"):
    draw(accuracy_figure(accuracy_table(evaluation), language))
    cell = matrix_buttons(confusion_matrix_table(evaluation.confusion), language)
    if cell:
        cell_flowers(cell, evaluation.rows_of(*cell), iris, language)
    else:
        st.markdown(language.text("Touch a cell to see its flowers."))
with right, st.container(key="trust"):
    st.header(language.text("The luck of the split"), anchor=False)
    draw(luck_figure(luck_table(evaluation), language))
    st.markdown(luck_sentence(evaluation, language))
    st.header(language.text("Species by species"), anchor=False)
    draw(species_scores_figure(species_scores_table(evaluation), language))
left, right = st.columns([3, 2], gap="medium")
with left, st.container(key="map"):
    st.header(language.text("Its map of the flowers"), anchor=False)
    regions()
    st.markdown(
        language.text(
            "Background: what the model says where, the other two lengths being those of your flower (the ring). "
            "Marks: the {n} test flowers in truth; red rings: the ones it misses.",
            n=evaluation.n_test,
        )
    )
with right, st.container(key="sure"):
    st.header(language.text("Does it know when it does not know?"), anchor=False)
    draw(calibration_figure(calibration(evaluation.cross_validation), language))
    st.markdown(
        language.text(
            "All {n} flowers, judged by models that had not seen them. Bar: {confidence} interval; "
            "line: how sure it was.",
            confidence=language.percentage(0.95),
            n=evaluation.cross_validation.n_samples,
        )
    )
    st.header(language.text("What it looks at"), anchor=False)
    draw(importances_figure(importances_table(evaluation), language))
