"""Promote a version or roll back to the previous one, with a reason for the history."""

import streamlit as st

from irisml.domain.errors import IrisError
from irisml.registry.actor import Actor
from irisml.registry.release_log import PROMOTE, ROLL_BACK, Release
from irisml.registry.version import ModelVersion
from irisml.releases.champion import CAME_WITH_THE_IMAGE, LONGEST_REASON, PASSED_THE_GATE, UNDONE
from irisml.service.model_service import ModelService
from web.i18n.text import Language, plain_markdown
from web.state.known_version import know_champion
from web.state.presenter import is_presenter

_REASON, _OUTCOME = "release-reason", "release-outcome"


def release_form(version: ModelVersion, service: ModelService, language: Language) -> None:
    """Draw the form for the presenter; below it, the result of the last release."""
    champion = service.serving_version()
    log = service.registry.releases()
    is_other = version.number not in (champion.number, log.champion)
    can_promote = is_other and version.manifest.gate.passed
    if is_other and not can_promote:
        st.markdown(
            language.text(
                "A refused version cannot be promoted here. If you must, use the command line: {command}",
                command=f"`irisml promote {version.number} --force --reason …`",
            )
        )
    if can_promote or log.previous is not None:
        with st.form("release", border=False):
            st.text_input(language.text("Reason, for the history"), key=_REASON, max_chars=LONGEST_REASON)
            with st.container(horizontal=True):
                if can_promote:
                    st.form_submit_button(
                        language.text("Promote version {version}", version=version.number),
                        key="promote",
                        type="primary",
                        on_click=_promote,
                        args=(version.number, log.last, service, language),
                    )
                if log.previous is not None:
                    st.form_submit_button(
                        language.text("Roll back to version {version}", version=log.previous),
                        key="roll-back",
                        on_click=_roll_back,
                        args=(log.last, service, language),
                    )
    if outcome := st.session_state.pop(_OUTCOME, None):
        done, words = outcome
        (st.success if done else st.error)(words)


def _promote(version: int, follows: int, service: ModelService, language: Language) -> None:
    if is_presenter() and (reason := _reason(language)):
        try:
            service.promote(version, reason, by=Actor("presenter"), follows=follows)
        except IrisError as error:
            st.session_state[_OUTCOME] = (False, language.error(error))
        else:
            _done(version, language)


def _roll_back(follows: int, service: ModelService, language: Language) -> None:
    if is_presenter() and (reason := _reason(language)):
        try:
            release = service.roll_back(reason, by=Actor("presenter"), follows=follows)
        except IrisError as error:
            st.session_state[_OUTCOME] = (False, language.error(error))
        else:
            _done(release.champion, language)


def _reason(language: Language) -> str:
    reason = str(st.session_state[_REASON]).strip()
    if not reason:
        st.session_state[_OUTCOME] = (False, language.text("Enter a reason: it is kept in the history."))
    return reason


def _done(version: int, language: Language) -> None:
    know_champion(version)
    st.session_state[_REASON] = ""  # after an error the reason stays in the form
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
    said = _said(release.reason, language)
    return language.text("{line}: {reason}", line=line, reason=said) if said else line


def _said(reason: str, language: Language) -> str:
    return language.template(reason) if reason in _OUR_REASONS else plain_markdown(reason)


_OUR_REASONS = (PASSED_THE_GATE, CAME_WITH_THE_IMAGE, UNDONE)
_MOST = 50
