"""The Retrain button, the progress of a training, and what came of it."""

import streamlit as st

from irisml.errors import IrisError, TrainingBusyError, TrainingCancelledError
from irisml.jobs import TrainingJob
from irisml.result import TrainingResult
from irisml.service import ModelService
from web.charts.versions import versions_figure, versions_table
from web.text import Language

_POLL_S = 0.5


def training_panel(service: ModelService, language: Language) -> None:
    """Draw the button; while a training runs, its progress; afterwards, its outcome.

    Whoever opens the page sees the same: there is one training at a time in the process.
    """
    job = service.job
    if job is not None and job.running:
        _watch(job, language)
        return
    st.button(
        language.text("Retrain"),
        type="primary",
        key="retrain",
        width="stretch",
        on_click=_start,
        args=(service, language),
    )
    if job is not None:
        _outcome(job, service, language)


def show_progress(bar: "st.delta_generator.DeltaGenerator", job: TrainingJob, language: Language) -> None:
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
        service.start_training(service.retrain_config())
    except TrainingBusyError as error:
        # Someone else was quicker; the page now shows their training.
        st.toast(language.error(error))


def _watch(job: TrainingJob, language: Language) -> None:
    # A fragment that reruns by itself: the sliders, in theirs, go on working meanwhile.
    @st.fragment(run_every=_POLL_S)
    def watch() -> None:
        if not job.running:
            st.rerun()
        show_progress(st.empty(), job, language)
        st.button(language.text("Cancel"), key="cancel", on_click=job.cancel, width="stretch")

    watch()


def _outcome(job: TrainingJob, service: ModelService, language: Language) -> None:
    try:
        result = job.wait()
    except TrainingCancelledError as error:
        st.info(language.error(error))
    except IrisError as error:
        st.error(language.error(error))
    else:
        _verdict(result, service, language)


def _verdict(result: TrainingResult, service: ModelService, language: Language) -> None:
    version = service.registry.get(result.version)
    gate = version.manifest.gate
    if result.promoted and gate.champion is None:
        return  # the very first version: there is nothing to compare it with
    if service.champion.number == result.version:
        st.success(language.text("Version {version} passed the gate and is live.", version=result.version))
    elif result.promoted:
        st.info(
            language.text(
                "Version {version} was taken back; version {champion} is live.",
                version=result.version,
                champion=service.champion.number,
            )
        )
    else:
        st.warning(
            language.text(
                "The gate refused version {version}; version {champion} stays live.",
                version=result.version,
                champion=service.champion.number,
            )
        )
    compared = [version] if gate.champion is None else [version, service.registry.get(gate.champion)]
    st.markdown(versions_figure(versions_table(compared), language), unsafe_allow_html=True)
    with st.expander(language.text("Why?")):
        st.markdown("\n".join(f"- {language.check(check)}" for check in gate.checks))
    if service.champion.number == result.version and gate.champion is not None:
        st.button(
            language.text("Undo: back to version {version}", version=gate.champion),
            key="undo",
            on_click=_undo,
            args=(service, language),
            width="stretch",
        )


def _undo(service: ModelService, language: Language) -> None:
    try:
        service.roll_back("undone on the page")
    except IrisError as error:
        st.toast(language.error(error))
