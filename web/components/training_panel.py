"""The Retrain button, and the progress of a training."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from irisml.errors import IrisError
from irisml.jobs import TrainingJob
from irisml.service import ModelService
from web.components.training_outcome import verdict
from web.text import Language

_POLL_S = 0.5
MY_JOB = "my_job"
"""Key of the session's state under which the training that this visitor started is kept."""


def training_panel(service: ModelService, language: Language) -> None:
    """Draw the button; while a training runs, its progress.

    There is one training at a time in the process, and whoever looks sees it.
    """
    job = service.job
    if job is not None and job.running:
        _watch(job, service, language)
        return
    st.button(
        language.text("Retrain"),
        type="primary",
        key="retrain",
        width="stretch",
        on_click=_start,
        args=(service, language),
    )


def show_progress(bar: DeltaGenerator, job: TrainingJob, language: Language) -> None:
    """Write how far a training is into a progress bar."""
    progress, left = job.progress, job.seconds_left
    if progress is None:
        bar.progress(0.0, text=language.text("Training starts …"))
    elif left is None:
        bar.progress(progress.done / progress.of, text=language.text("Training: the first model …"))
    else:
        text = language.text(
            "Training: {done} of {of} models, about {seconds} s left",
            done=progress.done,
            of=progress.of,
            seconds=round(left),
        )
        bar.progress(progress.done / progress.of, text=text)


def _start(service: ModelService, language: Language) -> None:
    try:
        st.session_state[MY_JOB] = service.start_training(service.retrain_config())
    except IrisError as error:
        # Someone else was quicker, or the registry is gone: the page that follows shows which.
        st.toast(language.error(error))


def _watch(job: TrainingJob, service: ModelService, language: Language) -> None:
    # A fragment that reruns by itself: the sliders, in theirs, go on working meanwhile.
    @st.fragment(run_every=_POLL_S)
    def watch() -> None:
        if not job.running:
            st.toast(verdict(job, service, language))  # the outcome may stand outside of a phone's screen
            st.rerun()
        show_progress(st.empty(), job, language)
        st.button(language.text("Cancel"), key="cancel", on_click=job.cancel, width="stretch")

    watch()
