"""The Retrain button, and the progress of a training."""

from collections.abc import Callable

import streamlit as st

from irisml.domain.errors import IrisError
from irisml.jobs.training_job import TrainingJob
from irisml.model.config import TrainingConfig
from irisml.registry.actor import Actor
from irisml.service.model_service import ModelService
from web.frame.drawing import draw
from web.frame.presenter_sign_in import presenter_sign_in
from web.html.gate_lights import gate_figure, waiting_lights
from web.html.luck import folds_table, luck_figure
from web.html.training_progress import training_progress_figure
from web.i18n.text import Language
from web.state.presenter import is_presenter
from web.state.session import MY_JOB

_POLL_S = 0.5


def training_panel(service: ModelService, language: Language) -> None:
    """Draw the Retrain button; while a training runs, its progress; for visitors, the sign-in form."""
    if watch_training(service, language):
        return
    if not is_presenter():
        presenter_sign_in(language)
        return
    st.button(
        language.text("Retrain"),
        type="primary",
        key="retrain",
        width="stretch",
        on_click=start_training,
        args=(service, service.retrain_config, language),
    )
    presenter_sign_in(language)


def watch_training(service: ModelService, language: Language) -> bool:
    """Draw the progress of the running training; return whether there is one.

    There is at most one training per process, and every visitor sees its progress.
    """
    job = service.training_slot.job
    if job is None or not job.running:
        return False
    _watch(job, service, language)
    return True


def start_training(service: ModelService, config: Callable[[], TrainingConfig], language: Language) -> None:
    """Start a training for this visitor; *config* is called here because it may raise an error."""
    if not is_presenter():
        return
    try:
        st.session_state[MY_JOB] = service.training_slot.start(config(), by=Actor("presenter"))
    except IrisError as error:
        # A training is already running, or the registry is unavailable: the rerun shows which.
        st.toast(language.error(error))


def _watch(job: TrainingJob, service: ModelService, language: Language) -> None:
    if job is not st.session_state.get(MY_JOB):
        # Polling by all visitors, twice per second, would slow down every slider: news.js updates their bar.
        draw(training_progress_figure(job.progress, job.seconds_left, language))
        _cancel_button(job, language)
        return

    # A fragment that reruns on a timer: the sliders, in another fragment, keep working.
    @st.fragment(run_every=_POLL_S)
    def watch() -> None:
        if not job.running:
            st.rerun()  # the frame of the page shows the outcome
        _progress_and_cancel(job, language)

    watch()


def _progress_and_cancel(job: TrainingJob, language: Language) -> None:
    with st.container(key="training"):
        draw(training_progress_figure(job.progress, job.seconds_left, language))
        draw(luck_figure(folds_table(job.folds), language))
        draw(gate_figure(waiting_lights(language), language))
    _cancel_button(job, language)


def _cancel_button(job: TrainingJob, language: Language) -> None:
    if is_presenter():
        st.button(language.text("Cancel"), key="cancel", on_click=_cancel, args=(job,), width="stretch")


def _cancel(job: TrainingJob) -> None:
    # Streamlit keeps a button that was drawn once: it could still be clicked after signing out.
    if is_presenter():
        job.cancel()
