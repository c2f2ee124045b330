"""Promote a version or roll back to the previous one, with a reason for the history."""

from dataclasses import dataclass

import streamlit as st
from markupsafe import Markup

from irisml.domain.errors import IrisError
from irisml.registry.actor import Actor
from irisml.registry.release_log import PROMOTE, ROLL_BACK, Release
from irisml.registry.version import ModelVersion
from irisml.releases.champion import LONGEST_REASON
from irisml.service.model_service import ModelService
from web.frame.drawing import draw
from web.frame.training_sheet import offers_undo
from web.i18n.text import Language, plain_markdown
from web.state.known_version import know_champion
from web.state.presenter import is_presenter

_REASON, _OUTCOME, _QUESTION = "release-reason", "release-outcome", "release-question"


@dataclass(frozen=True, slots=True)
class Question:
    """A change of production that waits for a yes.

    Parameters
    ----------
    action : str
        `PROMOTE` or `ROLL_BACK`.
    version : int
        The version that would serve.
    follows : int
        The release that it follows.
    shown : int
        The version that the page showed when it was asked: on another one, the question would mislead.
    """

    action: str
    version: int
    follows: int
    shown: int


def release_form(version: ModelVersion, service: ModelService, language: Language) -> None:
    """Draw the buttons for the presenter, the question that one of them asks, and the result of the last release."""
    log = service.registry.releases()
    is_other = version.number not in (service.serving_version().number, log.champion)
    can_promote = is_other and version.manifest.gate.passed
    if is_other and not can_promote:
        st.markdown(
            language.text(
                "A refused version cannot be promoted here. If you must, use the command line: {command}",
                command=f"`irisml promote {version.number} --force --reason …`",
            )
        )
    asked: Question | None = st.session_state.get(_QUESTION)
    if asked is not None and (asked.follows, asked.shown) == (log.last, version.number):
        _ask(asked, service, language)
    else:
        with st.container(horizontal=True):
            if can_promote:
                _button(Question(PROMOTE, version.number, log.last, version.number), language)
            # Not beside Undo, nor beside the button that promotes the previous version: they do the same.
            is_twin = offers_undo(service) or (can_promote and log.previous == version.number)
            if log.previous is not None and not is_twin:
                _button(Question(ROLL_BACK, log.previous, log.last, version.number), language)
    if outcome := st.session_state.pop(_OUTCOME, None):
        done, words = outcome
        (st.success if done else st.error)(words)


def _button(question: Question, language: Language) -> None:
    is_promotion = question.action == PROMOTE
    st.button(
        _words(question, language),
        key="promote" if is_promotion else "roll-back",
        type="primary" if is_promotion else "secondary",
        on_click=_put,
        args=(question,),
    )


def _words(question: Question, language: Language) -> str:
    if question.action == PROMOTE:
        return language.text("Promote version {version}", version=question.version)
    return language.text("Roll back to version {version}", version=question.version)


def _ask(question: Question, service: ModelService, language: Language) -> None:
    with st.container(key="release-question"):
        words = language.text(
            "Every page will be answered by version {version} instead of version {champion}.",
            version=question.version,
            champion=service.serving_version().number,
        )
        opened = Markup('<p tabindex="-1" data-opened="release-{action}-{version}">{words}</p>')
        draw(opened.format(action=question.action, version=question.version, words=words))
        # Not in a form: there, Enter in the text field would press the button.
        st.text_input(
            language.text("Reason, for the history"), key=_REASON, max_chars=LONGEST_REASON, persist_state="page"
        )
        with st.container(horizontal=True):
            st.button(
                _words(question, language),
                key="release",
                type="primary",
                on_click=_release,
                args=(question, service, language),
            )
            st.button(language.text("Not now"), key="release-not", on_click=_put, args=(None,))


def _put(question: Question | None) -> None:
    st.session_state[_QUESTION] = question


def _release(question: Question, service: ModelService, language: Language) -> None:
    if not is_presenter():
        return
    reason = str(st.session_state[_REASON]).strip()
    if not reason:
        st.session_state[_OUTCOME] = (False, language.text("Enter a reason: it is kept in the history."))
        return
    try:
        if question.action == PROMOTE:
            service.promote(question.version, reason, by=Actor("presenter"), follows=question.follows)
        else:
            service.roll_back(reason, by=Actor("presenter"), follows=question.follows)
    except IrisError as error:
        st.session_state[_OUTCOME] = (False, language.error(error))
    else:
        _done(question.version, language)


def _done(version: int, language: Language) -> None:
    know_champion(version)
    st.session_state[_REASON] = ""  # after an error the reason stays in the form
    st.session_state[_QUESTION] = None
    st.session_state[_OUTCOME] = (True, language.text("Version {version} is champion now.", version=version))


def release_log(service: ModelService, language: Language) -> None:
    """List the releases with time and reason, the latest first."""
    releases = service.registry.releases().releases[::-1][:_MOST]
    lines = [f"- {_line(release, language)}" for release in releases]
    st.markdown("\n".join(lines) or language.text("Nothing has been promoted yet."))


def _line(release: Release, language: Language) -> str:
    actions = {PROMOTE: language.text("promoted"), ROLL_BACK: language.text("rolled back to")}
    # User names are shown to the presenter only.
    by = language.text("by {actor}", actor=language.actor(release.by, with_name=is_presenter()))
    forced = language.text("although the gate had refused it")
    line = language.text(
        "{time}: {action} **v{version}** {by}",
        time=language.moment(release.time),
        action=actions[release.action],
        version=release.champion,
        by=f"{by}, {forced}" if release.forced else by,
    )
    said = _said(release, language)
    return language.text("{line}: {reason}", line=line, reason=said) if said else line


def _said(release: Release, language: Language) -> str:
    said = language.release_reason(release)
    return said if said != release.reason else plain_markdown(said)


_MOST = 50
