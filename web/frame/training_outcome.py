"""Outcome of the last training: the verdict, the new version beside the champion, and the button to undo it."""

import streamlit as st

from irisml.domain.errors import IrisError
from irisml.domain.i18n import sentence
from irisml.jobs.events import TrainingResult
from irisml.jobs.training_job import TrainingJob
from irisml.registry.actor import Actor
from irisml.registry.version import ModelVersion
from irisml.releases.champion import UNDONE
from irisml.service.model_service import ModelService
from web.frame.drawing import draw
from web.html.versions import versions_figure, versions_table
from web.i18n.text import Language
from web.state.known_version import know_champion
from web.state.presenter import is_presenter


def training_outcome(service: ModelService, mine: TrainingJob | None, language: Language) -> None:
    """Draw the outcome of the last training; nothing while one runs or before the first one.

    Parameters
    ----------
    mine : TrainingJob or None
        The training that this visitor started: its failure or cancellation is shown to nobody else.
    """
    job = service.training_slot.job
    if job is None or job.running or not is_presenter():
        return
    if job.failure() is not None:
        if job is mine:
            st.error(verdict(job, service, language))
        return
    result = job.wait()
    version = service.find(result.version)
    # The first version has no champion to compare with; a version deleted meanwhile has no data to show.
    if version is None or (result.promoted and version.manifest.gate.champion is None):
        return
    with st.container(key="outcome"):
        _show(version, job, service, language)


def verdict(job: TrainingJob, service: ModelService, language: Language) -> str:
    """Return the outcome of a finished training as a sentence."""
    if failure := job.failure():
        return language.error(failure)
    result = job.wait()
    try:
        serving = service.serving_version().number
    except IrisError as error:
        return language.error(error)
    return language.text(_sentence(result, serving), version=result.version, champion=serving)


def _sentence(result: TrainingResult, serving: int) -> str:
    if result.version == serving:
        return sentence("Version {version} passed the gate and is now serving.")
    if result.promoted:
        return sentence("Version {version} was rolled back; version {champion} is serving.")
    if result.outcome == "not_released":
        return sentence("Version {version} passed the gate, but could not be promoted; version {champion} is serving.")
    if result.passed:
        return sentence("Version {version} passed the gate, but meanwhile version {champion} became champion.")
    return sentence("The gate refused version {version}; version {champion} keeps serving.")


def _show(version: ModelVersion, job: TrainingJob, service: ModelService, language: Language) -> None:
    gate = version.manifest.gate
    beside = None if gate.champion is None else service.find(gate.champion)
    serving = service.serving_version().number == version.number
    log = service.registry.releases()
    with st.container(horizontal=True, vertical_alignment="center"):
        (st.success if serving else st.info if gate.passed else st.warning)(verdict(job, service, language))
        can_undo = log.champion == version.number and log.previous is not None and service.find(log.previous)
        if serving and can_undo and is_presenter():
            st.button(
                language.text("Undo: back to version {version}", version=log.previous),
                key="undo",
                on_click=_undo,
                args=(service, log.last, language),
            )
    if twin := job.wait().same_trees_as:
        st.info(
            language.text(
                "Its trees are identical to those of version {version}: no prediction changes. Another model type or "
                "other parameters give other trees.",
                version=twin,
            )
        )
    rows = versions_table([version] if beside is None else [version, beside])
    draw(versions_figure(rows, language))
    with st.expander(language.text("Why?")):
        st.markdown("\n".join(f"- {language.finding(check)}" for check in gate.checks))


def _undo(service: ModelService, follows: int, language: Language) -> None:
    if not is_presenter():
        return
    try:
        release = service.roll_back(UNDONE, by=Actor("presenter"), follows=follows)
    except IrisError as error:
        st.toast(language.error(error))
    else:
        know_champion(release.champion)
