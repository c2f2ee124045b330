"""Buttons of the presenter for what the hall is asked: open, close, decide. On the wall and on the presenter's phone.

Each button carries the revision of the hall that its page has shown: of two presenters' devices, one succeeds, and the
other one is drawn again.
"""

import time
from collections.abc import Callable

import streamlit as st

from irisml.domain.errors import IrisError
from irisml.monitoring.events import as_lengths
from irisml.monitoring.watch import least_sure
from irisml.registry.actor import Actor
from irisml.registry.version import ModelVersion
from irisml.service.model_service import ModelService
from web.frame.hall_labels import labels_form
from web.i18n.text import Language
from web.state.hall import QUESTIONS_PER_PHONE, VOTE_QUESTION, YES, Activity, HallState, Told
from web.state.known_version import know_champion
from web.state.presenter import is_presenter
from web.state.session import get_hall, get_iris

_MOST_LABELLED = 12
_SAID = "hall-said"


def hall_controls(service: ModelService, language: Language) -> None:
    """Draw the buttons that fit the state of the hall."""
    if not is_presenter():
        return
    state = get_hall().state()
    activity, revision = state.activity, state.revision
    with st.container(key="hall-controls"):
        if activity is None:
            _openings(service, language, revision)
        elif activity.is_open:
            _while_open(activity, language, revision)
        elif state.is_busy:
            is_check = activity.kind == "labels"
            st.markdown(language.text("Checking the data …") if is_check else language.text("Being decided …"))
        else:
            _after(state, activity, service, language)
        if said := st.session_state.pop(_SAID, None):
            done, words = said
            (st.success if done else st.error)(words)


def vote_counts(told: Told) -> tuple[int, int]:
    """Return the votes for and against."""
    yes = sum(choice == YES for _, _, choice in told.answers)
    return yes, len(told.answers) - yes


def votable_challenger(service: ModelService) -> ModelVersion | None:
    """Return the version that waits, if the gate lets it pass."""
    challenger = service.serving.challenger()
    return challenger if challenger is not None and challenger.manifest.gate.passed else None


def _openings(service: ModelService, language: Language, revision: int) -> None:
    with st.container(horizontal=True):
        _button(language.text("Open a round"), "open-round", _open_round, service, language, revision, primary=True)
        _button(language.text("Open labelling"), "open-labels", _open_labels, service, language, revision)
        challenger = votable_challenger(service)
        if challenger is not None:
            words = language.text("Open a vote on version {version}", version=challenger.number)
            _button(words, "open-vote", _open_vote, service, language, revision)


def _while_open(activity: Activity, language: Language, revision: int) -> None:
    words = {
        "round": language.text("Reveal the answers"),
        "labels": language.text("Close labelling"),
        "vote": language.text("Close the vote"),
    }
    with st.container(horizontal=True):
        _button(words[activity.kind], "hall-close", _close, revision, primary=True)
        _button(language.text("Drop the answers"), "hall-end", _end, revision)


def _after(state: HallState, activity: Activity, service: ModelService, language: Language) -> None:
    revision = state.revision
    if activity.kind == "labels":
        labels_form(state, service, language)
    with st.container(horizontal=True):
        if activity.kind == "vote":
            words = language.text("Promote version {version}", version=activity.version)
            _button(words, "vote-promote", _decide, service, language, revision, True, primary=True)
            kept = language.text("Keep version {version}", version=service.serving_version().number)
            _button(kept, "vote-keep", _decide, service, language, revision, False)
        else:
            if activity.kind == "round":
                _button(language.text("Another round"), "open-round", _open_round, service, language, revision)
            _button(language.text("Back to the wall"), "hall-end", _end, revision)


def _button(words: str, key: str, action: Callable[..., None], *args: object, primary: bool = False) -> None:
    st.button(words, key=key, on_click=action, args=args, type="primary" if primary else "secondary")


def _open_round(service: ModelService, language: Language, revision: int) -> None:
    """Ask about the test flowers of the serving version, which it has never seen."""
    if not is_presenter():
        return
    try:
        version = service.serving_version()
    except IrisError as error:
        st.session_state[_SAID] = (False, language.error(error))
        return
    iris, evaluation = get_iris(), version.evaluation
    get_hall().open(
        "round",
        [as_lengths(iris.X[row].tolist()) for row in evaluation.test_rows],
        follows=revision,
        version=version.number,
        truth=evaluation.y_true,
        model=evaluation.y_pred,
    )


def _open_labels(service: ModelService, language: Language, revision: int) -> None:
    """Ask about the flowers that the model was the least sure of, as the watch has seen them."""
    if not is_presenter():
        return
    hall = get_hall()
    try:
        version = service.serving_version().number
        service.watching.report()
    except IrisError as error:
        st.session_state[_SAID] = (False, language.error(error))
        return
    # Each phone labels five flowers, and each flower needs five labels: not more flowers than phones.
    n_phones = sum(not dot.is_away for dot in hall.dots())
    n_most = min(_MOST_LABELLED, max(n_phones, QUESTIONS_PER_PHONE))
    flowers = least_sure(service.watching.events(), n_most, version=version, now=time.time())
    if not flowers:
        words = language.text("There is nothing to label: version {version} was sure of every flower.", version=version)
        st.session_state[_SAID] = (False, words)
        return
    hall.open("labels", flowers, follows=revision, version=version)


def _open_vote(service: ModelService, language: Language, revision: int) -> None:
    if not is_presenter():
        return
    challenger = votable_challenger(service)
    try:
        release = service.registry.releases().last
    except IrisError as error:
        st.session_state[_SAID] = (False, language.error(error))
        return
    if challenger is not None:
        get_hall().open("vote", [VOTE_QUESTION], follows=revision, version=challenger.number, release=release)


def _close(revision: int) -> None:
    if is_presenter():
        get_hall().close(follows=revision)


def _end(revision: int) -> None:
    if is_presenter():
        get_hall().end(follows=revision)


def _decide(service: ModelService, language: Language, revision: int, promotes: bool) -> None:
    """Promote the version that was voted on, or confirm the champion: the history keeps the vote either way."""
    if not is_presenter():
        return
    hall = get_hall()
    state = hall.begin(follows=revision)
    if state is None or state.activity is None:
        return  # another device was faster; this page is drawn again
    activity, ends = state.activity, False
    yes, no = vote_counts(state.told)
    try:
        version = activity.version if promotes else service.serving_version().number
        reason = f"hall {yes} to {no}" if promotes else f"hall {yes} to {no} for version {activity.version}"
        service.promote(version, reason, by=Actor("presenter"), follows=activity.release)
        know_champion(version)
        words = language.text("Version {version} is champion now.", version=version)
        ends, st.session_state[_SAID] = True, (True, words)
    except IrisError as error:
        st.session_state[_SAID] = (False, language.error(error))
    finally:
        hall.finish(None, ends=ends)
