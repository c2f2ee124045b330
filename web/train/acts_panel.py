"""Challengers that something must catch: the presenter tries one, and the page says what caught it."""

import streamlit as st
from markupsafe import Markup

from irisml.domain.i18n import sentence
from irisml.jobs.acts import ACTS
from irisml.jobs.data_child import perform_in_child
from irisml.jobs.data_events import Performed
from irisml.jobs.events import Failure
from irisml.registry.actor import Actor
from irisml.service.model_service import ModelService
from web.frame.data_child import ask_child, failure_text
from web.frame.drawing import draw
from web.frame.training_panel import start_training
from web.html.data_checks import check_rows, checks_figure
from web.i18n.text import Language
from web.state.presenter import is_presenter

_TOLD = "act-told"


def acts_panel(service: ModelService, language: Language) -> None:
    """Draw the choice of an act, and what became of the last one."""
    st.header(language.text("Make the gate work"), anchor=False)
    busy = service.training_slot.busy
    act = st.selectbox(
        language.text("A challenger that something must catch"),
        list(ACTS),
        format_func=lambda name: language.text(ACTS[name].title),
        key=f"act-{language.code}",
        persist_state="session",
    )
    if st.button(language.text("Try it"), key="act-try", disabled=busy, width="stretch"):
        _perform(act, service, language, force=False)
    told: Performed | Failure | None = st.session_state.get(_TOLD)
    if isinstance(told, Failure):
        st.error(failure_text(told, language))
    elif told is not None:
        _show(told, service, language)


def _perform(act: str, service: ModelService, language: Language, *, force: bool) -> None:
    if not is_presenter():
        return
    by = Actor("presenter")
    told = ask_child(lambda: perform_in_child(service.location, act, force=force, by=by), language)
    if told is None:
        return  # the reason is shown above what was told before
    st.session_state[_TOLD] = told
    if isinstance(told, Performed) and told.dataset is not None:
        config = told.config
        start_training(
            service, service.retrain_config if config is None else lambda: config, language, dataset=told.dataset
        )
    st.rerun()  # shows the result, or the training, which is drawn before this panel


def _show(told: Performed, service: ModelService, language: Language) -> None:
    act = ACTS[told.act]
    with st.container(key="act-told"):
        caught = language.text(_CAUGHT[told.caught]) if told.caught in _CAUGHT else ""
        draw(
            Markup('<p class="caught" role="status"><b>{title}.</b> {caught}</p>').format(
                title=language.text(act.title), caught=caught
            )
        )
        # The checks of a version name its files in English; the sentence above them says it.
        failed = [check for check in told.checks if not check.passed and told.caught != "hash"]
        if told.reason not in {check.reason for check in failed}:
            st.markdown(language.notice(told.reason, told.values))
        if failed:
            draw(checks_figure(check_rows(failed, language), language))
        st.markdown(
            language.text("Practice: {practice} {file}", practice=language.text(act.practice), file=f"`{act.file}`")
        )
        with st.container(horizontal=True):
            if told.can_be_forced and st.button(
                language.text("Train on it by force"), key="act-force", disabled=service.training_slot.busy
            ):
                _perform(told.act, service, language, force=True)
            st.button(language.text("Clear"), key="act-clear", on_click=_clear)


def _clear() -> None:
    st.session_state[_TOLD] = None


_CAUGHT = {
    "data checks": sentence("Caught by the data checks, before anything was fitted."),
    "hash": sentence("Caught by its hash, before anything was opened."),
    "": sentence("Now the gate decides."),
}
