"""The Retrain button, and the progress of a training."""

from collections.abc import Callable

import streamlit as st

from irisml.domain.errors import IrisError
from irisml.jobs.training_job import TrainingJob
from irisml.model.config import TrainingConfig
from irisml.registry.actor import Actor
from irisml.registry.version import REFERENCE_NUMBER
from irisml.service.model_service import ModelService
from web.frame.drawing import draw
from web.frame.presenter_sign_in import presenter_sign_in
from web.html.training_progress import training_progress_figure
from web.i18n.text import Language
from web.state.presenter import is_presenter
from web.state.session import MY_JOB


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
        kwargs={"dataset": lambda: service.serving_version().manifest.dataset},
    )
    presenter_sign_in(language)


def watch_training(service: ModelService, language: Language) -> bool:
    """Draw the progress of the running training for visitors; return whether a training runs.

    There is at most one training per process, and every visitor sees its progress: news.js updates the bar. The
    presenter has the sheet with the folds instead, see `web.frame.training_sheet`.
    """
    job = service.training_slot.job
    if job is None or not job.running:
        return False
    if not is_presenter():
        draw(training_progress_figure(job.progress, job.seconds_left, language))
    return True


def start_training(
    service: ModelService,
    config: Callable[[], TrainingConfig],
    language: Language,
    *,
    dataset: Callable[[], int] | int = REFERENCE_NUMBER,
    as_challenger: Callable[[], bool] | bool = False,
    searches: bool = False,
) -> None:
    """Start a training for this visitor; arguments are called here because they may raise an error."""
    if not is_presenter():
        return
    try:
        number = dataset() if callable(dataset) else dataset
        waits = as_challenger() if callable(as_challenger) else as_challenger
        st.session_state[MY_JOB] = service.training_slot.start(
            config(), by=Actor("presenter"), dataset=number, as_challenger=waits, searches=searches
        )
    except IrisError as error:
        # A training is already running, or the registry is unavailable: the rerun shows which.
        st.toast(language.error(error))


def cancel_button(job: TrainingJob, language: Language) -> None:
    """Draw the button for the presenter."""
    if is_presenter():
        st.button(language.text("Cancel"), key="cancel", on_click=_cancel, args=(job,))


def _cancel(job: TrainingJob) -> None:
    # Streamlit keeps a button that was drawn once: it could still be clicked after signing out.
    if is_presenter():
        job.cancel()
