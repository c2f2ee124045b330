"""The sheet at the foot of every page of the presenter: a training as it happens, then its outcome.

The folds fill a histogram while they are fitted, and the lights of the gate wait; then they come on one after the
other, with the verdict, the comparison with the champion, and the button to undo it.
"""

import streamlit as st
from markupsafe import Markup

from irisml.domain.errors import IrisError, TrainingCancelledError
from irisml.domain.i18n import sentence
from irisml.jobs.events import TrainingResult
from irisml.jobs.training_job import TrainingJob
from irisml.model.search_result import SearchResult
from irisml.registry.actor import Actor
from irisml.registry.version import ModelVersion
from irisml.releases.champion import UNDONE
from irisml.service.model_service import ModelService
from web.frame.drawing import draw
from web.frame.training_panel import cancel_button
from web.html.gate_lights import gate_figure, gate_lights, waiting_lights
from web.html.luck import folds_table, luck_figure
from web.html.training_progress import training_progress_figure
from web.html.versions import held_out_sentence, versions_figure, versions_table
from web.i18n.text import Language
from web.state.known_version import know_champion
from web.state.presenter import is_presenter

_READ = "read-outcome"
_POLL_S = 0.5


def training_sheet(service: ModelService, language: Language) -> None:
    """Draw the running training to the presenter, and its outcome until it is closed."""
    job = service.training_slot.job
    if _READ not in st.session_state:  # what had ended before this page was opened is no news
        st.session_state[_READ] = None if job is None or job.running else job
    if job is None or not is_presenter() or st.session_state[_READ] is job:
        return
    if job.running:
        _watch(job, language)
        return
    if failure := job.failure():
        with st.container(key="outcome"), st.container(horizontal=True, vertical_alignment="center"):
            # Cancelling was the presenter's own wish: not an error.
            (st.info if isinstance(failure, TrainingCancelledError) else st.error)(_verdict(job, service, language))
            _close(job, language)
        return
    version = service.find(job.wait().version)
    # The first version has no champion to compare with; a version deleted meanwhile has no data to show.
    if version is None:
        return
    if version.manifest.gate.champion is None and job.wait().promoted:
        return
    with st.container(key="outcome"):
        draw(_title(f"outcome-{version.number}", language.text("Outcome of the training")))
        _show(version, job, service, language)


def _watch(job: TrainingJob, language: Language) -> None:
    # A fragment that reruns on a timer: the sliders, in another fragment, keep working.
    @st.fragment(run_every=_POLL_S)
    def watch() -> None:
        if not job.running:
            st.rerun()
        with st.container(key="training-sheet"):
            draw(_title("training", language.text("Training")))
            with st.container(horizontal=True, vertical_alignment="center"):
                draw(training_progress_figure(job.progress, job.seconds_left, language))
                cancel_button(job, language)
            draw(gate_figure(waiting_lights(language), language))
            if job.progress is None or job.progress.step != "search":  # which reports no fold
                draw(luck_figure(folds_table(job.folds), language))

    watch()


def _title(name: str, words: str) -> Markup:
    """Return the heading for screen readers, which gets the focus: the button that was used is gone."""
    heading = Markup('<h2 class="heard" tabindex="-1" data-opened="{name}" data-stays>{words}</h2>')
    return heading.format(name=name, words=words)


def _verdict(job: TrainingJob, service: ModelService, language: Language) -> str:
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
    if result.outcome == "challenger":
        return sentence("Version {version} passed the gate and waits; version {champion} is serving.")
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
        (st.success if serving else st.info if gate.passed else st.warning)(_verdict(job, service, language))
        if offers_undo(service):
            st.button(
                language.text("Undo: back to version {version}", version=log.previous),
                key="undo",
                on_click=_undo,
                args=(service, log.last, language),
            )
        _close(job, language)
    draw(gate_figure(gate_lights(gate, language), language))
    rows = versions_table([version] if beside is None else [version, beside], log.champion)
    draw(versions_figure(rows, language))
    if beside is not None and (said := held_out_sentence(version, beside, language)):
        draw(Markup('<p class="compared">{said}</p>').format(said=said))
    if job.found is not None:
        draw(Markup('<p class="compared">{said}</p>').format(said=_search_sentence(job.found, language)))
    if twin := job.wait().same_trees_as:
        st.info(
            language.text(
                "Its trees are identical to those of version {version}: no prediction changes. Another model type or "
                "other parameters give other trees.",
                version=twin,
            )
        )


def _search_sentence(found: SearchResult, language: Language) -> str:
    low, high = found.interval
    return language.text(
        "The search, on flowers that it had not seen: {n} of {of} correct (95 % interval: {interval}).",
        n=found.n_correct,
        of=found.n_samples,
        interval=language.interval(low, high),
    )


def offers_undo(service: ModelService) -> bool:
    """Whether the sheet has the button that restores the version before the one just trained."""
    job = service.training_slot.job
    if job is None or job.running or job.failure() or st.session_state.get(_READ) is job:
        return False
    made, log = job.wait().version, service.registry.releases()
    if made != log.champion or made != service.serving_version().number or log.previous is None:
        return False
    version = service.find(made)
    return version is not None and service.find(log.previous) is not None


def _close(job: TrainingJob, language: Language) -> None:
    st.button(language.text("Close"), key="outcome-read", on_click=_read, args=(job,))


def _read(job: TrainingJob) -> None:
    st.session_state[_READ] = job


def _undo(service: ModelService, follows: int, language: Language) -> None:
    if not is_presenter():
        return
    try:
        release = service.roll_back(UNDONE, by=Actor("presenter"), follows=follows)
    except IrisError as error:
        st.toast(language.error(error))
    else:
        know_champion(release.champion)
