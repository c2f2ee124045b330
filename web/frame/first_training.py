"""First start: without a model, one is trained before the page is drawn."""

import streamlit as st

from irisml.domain.errors import VersionNotFoundError
from irisml.service.model_service import ModelService
from web.frame.drawing import draw
from web.html.luck import folds_table, luck_figure
from web.html.training_progress import training_progress_figure
from web.i18n.text import Language
from web.state.presenter import is_presenter

_POLL_S = 0.25


def wait_for_first_model(service: ModelService, language: Language) -> None:
    """Show the first training until it has ended; return at once if a version serves.

    Raises
    ------
    TrainingFailedError, TrainingCancelledError
        If it produced no model.
    NothingServesError
        If the gate refused its version: an automatic retry would end the same way.
    VersionNotFoundError
        If there is no version, and this visitor may not train one.
    RegistryUnusableError
    """
    try:
        _ = service.serving_version()
    except VersionNotFoundError:
        job = service.training_slot.job
        # A public server trains its first model on start-up; visitors cannot start a training.
        if job is None and is_presenter():
            job = service.training_slot.ensure_first()
        if job is None or (not job.running and job.failure() is None):
            raise
    else:
        return
    with st.container(key="first-training"):
        st.header(language.text("The first model is being trained"), anchor=False)
        st.markdown(
            language.text(
                "This happens once, on the first start: 120 flowers to learn from, 30 to be tested on, "
                "and fifty more models to find out how far that test can be trusted."
            )
        )
        bar, folds = st.empty(), st.empty()
    while True:
        try:
            job.wait(timeout=_POLL_S)
        except TimeoutError:
            with bar:
                draw(training_progress_figure(job.progress, job.seconds_left, language))
            with folds:
                draw(luck_figure(folds_table(job.folds), language))
        else:
            break
    st.rerun()  # draws the page without this message
