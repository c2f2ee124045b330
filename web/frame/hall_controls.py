"""Buttons of the presenter for what the hall is asked: open, close, decide. On the wall and on the presenter's phone.

Each button carries the revision of the hall that its page has shown: of two presenters' devices, one succeeds, and the
other one is drawn again.
"""

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
from web.state.hall import VOTE_QUESTION, YES, Activity, Told
from web.state.known_version import know_champion
from web.state.presenter import is_presenter
from web.state.session import get_hall, get_iris

_MOST_LABELLED = 12
_SAID = "hall-said"


def hall_controls(service: ModelService, language: Language) -> None:
    """Draw the buttons that fit the state of the hall."""
    if not is_presenter():
        return
    hall = get_hall()
    activity, revision = hall.activity, hall.revision
    with st.container(key="hall-controls"):
        if activity is None:
            _openings(service, language, revision)
        elif activity.is_open:
            _while_open(activity, language, revision)
        else:
            _after(activity, service, language, revision)
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


def _after(activity: Activity, service: ModelService, language: Language, revision: int) -> None:
    if activity.kind == "labels":
        labels_form(service, language)
    with st.container(horizontal=True):
        if activity.kind == "vote":
            words = language.text("Promote version {version}", version=activity.version)
            _button(words, "vote-promote", _promote, activity, service, language, revision, primary=True)
            kept = language.text("Keep version {version}", version=service.serving_version().number)
            _button(kept, "hall-end", _end, revision)
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
    version, iris = service.serving_version(), get_iris()
    evaluation = version.evaluation
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
    try:
        service.watching.report()
    except IrisError as error:
        st.session_state[_SAID] = (False, language.error(error))
        return
    flowers = least_sure(service.watching.events(), _MOST_LABELLED)
    if not flowers:
        words = language.text("There is nothing to label yet: no flower was asked about.")
        st.session_state[_SAID] = (False, words)
        return
    get_hall().open("labels", flowers, follows=revision, version=service.serving_version().number)


def _open_vote(service: ModelService, language: Language, revision: int) -> None:
    if not is_presenter():
        return
    challenger = votable_challenger(service)
    if challenger is not None:
        get_hall().open("vote", [VOTE_QUESTION], follows=revision, version=challenger.number)


def _close(revision: int) -> None:
    if is_presenter():
        get_hall().close(follows=revision)


def _end(revision: int) -> None:
    if is_presenter():
        get_hall().end(follows=revision)


def _promote(activity: Activity, service: ModelService, language: Language, revision: int) -> None:
    """Promote the version that was voted on: the presenter decides, and the history keeps both."""
    if not is_presenter():
        return
    yes, no = vote_counts(get_hall().told())
    follows = service.registry.releases().last
    try:
        service.promote(activity.version, f"hall {yes} to {no}", by=Actor("presenter"), follows=follows)
    except IrisError as error:
        st.session_state[_SAID] = (False, language.error(error))
        return
    know_champion(activity.version)
    get_hall().end(follows=revision)
    words = language.text("Version {version} is champion now.", version=activity.version)
    st.session_state[_SAID] = (True, words)
