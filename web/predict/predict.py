"""Landing page: four sliders, the predicted iris drawn to scale, and the accuracy of the model."""

import time

import streamlit as st

from irisml.domain.measurements import SPECIES
from irisml.model.prediction import predict
from irisml.monitoring.events import as_lengths
from web.frame.drawing import draw
from web.frame.error_boundary import error_boundary
from web.frame.training_panel import training_panel
from web.html.accuracy import accuracy_figure, accuracy_table
from web.html.answer import answer
from web.html.confusion_matrix import confusion_matrix_figure, confusion_matrix_table
from web.predict.flower_presets import flower_presets, unseen_question
from web.predict.live_answer import follow_sliders, forest_address
from web.predict.look_deeper import Looked, look_deeper, look_deeper_switch
from web.predict.measurement_sliders import measurement_sliders
from web.state.asked_flower import record_flower
from web.state.page_state import link_notices, recall
from web.state.seat import seat
from web.state.session import get_hall, get_iris, get_language, get_service

language, service = get_language(), get_service()
drawn, training = service.serving_version(), service.training_slot.busy
notices = link_notices()


@st.fragment
def answer_and_sliders() -> None:
    """Draw the fragment that reruns on a slider change: five elements without a container, to keep messages small."""
    with error_boundary(language, "the answer"):
        x = measurement_sliders(language)
        if notices and not link_notices():
            st.rerun()  # the notice on the link is outside this fragment, and no longer applies
        champion = service.serving_version()
        if champion.number != drawn.number or service.training_slot.busy != training:
            st.rerun()  # accuracy, matrix and progress are outside this fragment
        began = time.perf_counter()
        prediction = predict(champion.load_forest(), x)
        record_flower(service, prediction, champion, time.perf_counter() - began)
        get_hall().see(seat(), as_lengths(x), SPECIES.index(prediction.species), version=champion.number)
        draw(answer(prediction, champion, forest_address(champion), language))  # placed above the sliders by CSS
        unseen_question(x, get_iris(), drawn.evaluation, language)
        if opened := recall("predict.open"):
            learned_from = champion.manifest.dataset
            test_rows = champion.evaluation.test_rows
            look_deeper(opened, Looked(x, champion.load_forest(), get_iris(), test_rows, learned_from), language)


with st.container(key="predict"):
    with st.container(key="sheet"):
        answer_and_sliders()
        follow_sliders()
        flower_presets(get_iris(), drawn.evaluation, language)
        look_deeper_switch(language)
    with st.container(key="trust"):
        st.header(language.text("How often is it right?"), anchor=False)
        draw(accuracy_figure(accuracy_table(drawn.evaluation), language))
        draw(confusion_matrix_figure(confusion_matrix_table(drawn.evaluation.confusion), language))
        training_panel(service, language)
