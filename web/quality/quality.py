"""Quality page: misclassified flowers, the luck of the split, decision map, calibration, importances."""

import streamlit as st

from irisml.domain.measurements import FEATURES
from irisml.model.calibration import calibration
from web.frame.drawing import draw
from web.frame.error_boundary import error_boundary
from web.frame.feature_choice import feature_choice
from web.html.accuracy import accuracy_figure, accuracy_table
from web.html.confusion_matrix import confusion_matrix_table
from web.html.luck import luck_figure, luck_sentence, luck_table
from web.html.plane import Plane
from web.html.regions import held_out_table, regions_figure, regions_table
from web.quality.charts.calibration import calibration_figure
from web.quality.charts.data_study import (
    curve_figure,
    curve_sentence,
    without_figure,
    without_sentence,
    without_table,
)
from web.quality.charts.species_scores import (
    importances_figure,
    importances_table,
    species_scores_figure,
    species_scores_table,
)
from web.quality.charts.yardsticks import yardsticks_figure, yardsticks_sentence, yardsticks_table
from web.quality.matrix_buttons import cell_flowers, matrix_buttons
from web.state.chosen_flower import chosen_flower
from web.state.page_state import remember
from web.state.session import get_iris, get_language, get_service
from web.state.slider_limits import SLIDER_CM

language, iris = get_language(), get_iris()
service = get_service()
champion = service.serving_version()
evaluation = champion.evaluation
flower = chosen_flower()


@st.fragment
def regions() -> None:
    """Draw the decision map along two chosen features; only this fragment reruns when they change."""
    with error_boundary(language, "the map"):
        across, up = st.columns(2)
        with across:
            x_feature = feature_choice(language.text("Horizontal axis"), FEATURES, "quality.x", "x-feature", language)
        with up:
            others = [feature for feature in FEATURES if feature != x_feature]
            y_feature = feature_choice(language.text("Vertical axis"), others, "quality.y", "y-feature", language)
        remember({"quality.x": x_feature, "quality.y": y_feature})
        plane = Plane(x_feature, y_feature, SLIDER_CM[x_feature], SLIDER_CM[y_feature])
        forest = champion.load_forest()
        found = regions_table(forest, len(forest.roots), flower, plane)
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
    st.header(language.text("Decision map"), anchor=False)
    regions()
    st.markdown(
        language.text(
            "Background: predicted species (other two lengths as in your flower, the ring). "
            "Marks: the {n} test flowers by actual species; red ring: misclassified.",
            n=evaluation.n_test,
        )
    )
with right, st.container(key="sure"):
    st.header(language.text("Calibration: how sure, and how often right?"), anchor=False)
    draw(calibration_figure(calibration(evaluation.cross_validation), language))
    st.markdown(
        language.text(
            "All {n} flowers, predicted by models that had not seen them. Bar: {confidence} confidence interval; "
            "line: mean predicted probability.",
            confidence=language.percentage(0.95),
            n=evaluation.cross_validation.n_samples,
        )
    )
    st.header(language.text("Feature importance"), anchor=False)
    draw(importances_figure(importances_table(evaluation), language))
left, right = st.columns([3, 2], gap="medium")
with left, st.container(key="yardsticks"):
    st.header(language.text("Has it earned its place?"), anchor=False)
    if yardsticks := yardsticks_table(champion):
        draw(yardsticks_figure(yardsticks, language))
        st.markdown(yardsticks_sentence(yardsticks, language))
        st.markdown(
            language.text(
                "Each model predicts every one of the {n} flowers in folds that it has not seen, the same for all; "
                "right is what it gets right in more than half of {n_repeats} repeats.",
                n=evaluation.cross_validation.n_samples,
                n_repeats=evaluation.cross_validation.n_repeats,
            )
        )
    else:
        st.markdown(
            language.text("This version is from an older irisml. Train a new one to see simple models beside it.")
        )
with right, st.container(key="study"):
    st.header(language.text("What would more data bring?"), anchor=False)
    if study := service.serving.study():
        st.markdown(
            language.text(
                "Measured once for data set {dataset}, with a random forest of {n} trees; "
                "each flower is predicted once.",
                dataset=champion.manifest.dataset,
                n=study.config.n_estimators,
            )
        )
        draw(curve_figure(study, language))
        st.markdown(curve_sentence(study, language))
        st.header(language.text("Without one length"), anchor=False)
        without = without_table(study)
        draw(without_figure(without, language))
        st.markdown(without_sentence(without, language))
    else:
        st.markdown(
            language.text("The next training on data set {dataset} measures it.", dataset=champion.manifest.dataset)
        )
