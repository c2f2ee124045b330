"""The Retrain button, and the progress of a training."""

from collections.abc import Callable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from irisml.domain.errors import IrisError
from irisml.jobs.training_job import TrainingJob
from irisml.model.config import TrainingConfig
from irisml.registry.actor import Actor
from irisml.service.model_service import ModelService
from web.frame.presenter_sign_in import presenter_sign_in
from web.frame.training_outcome import verdict
from web.i18n.text import Language
from web.state.presenter import is_presenter

_POLL_S = 0.5
MY_JOB = "my_job"
"""Key in the session state of the training that this visitor started."""


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


def show_progress(bar: DeltaGenerator, job: TrainingJob, language: Language) -> None:
    """Show the progress of a training in a progress bar."""
    progress, left = job.progress, job.seconds_left
    if progress is None:
        bar.progress(0.0, text=language.text("Training starts …"))
    elif left is None:
        bar.progress(progress.done / progress.of, text=language.text("Training: model 1 of {of} …", of=progress.of))
    else:
        text = language.text(
            "Training: {done} of {of} models, about {seconds} s left",
            done=progress.done,
            of=progress.of,
            seconds=round(left),
        )
        bar.progress(progress.done / progress.of, text=text)


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
        # Polling by all visitors, twice per second, would slow down every slider: the others see it with each rerun.
        _progress_and_cancel(job, language)
        return

    # A fragment that reruns on a timer: the sliders, in another fragment, keep working.
    @st.fragment(run_every=_POLL_S)
    def watch() -> None:
        if not job.running:
            st.toast(verdict(job, service, language))  # the outcome may be off-screen on a phone
            st.rerun()
        _progress_and_cancel(job, language)

    watch()


def _progress_and_cancel(job: TrainingJob, language: Language) -> None:
    show_progress(st.empty(), job, language)
    if is_presenter():
        st.button(language.text("Cancel"), key="cancel", on_click=_cancel, args=(job,), width="stretch")


def _cancel(job: TrainingJob) -> None:
    # Streamlit keeps a button that was drawn once: it could still be clicked after signing out.
    if is_presenter():
        job.cancel()
