"""Promote a version or go back to the previous one, with the reason for the history."""

import streamlit as st

from irisml.errors import IrisError
from irisml.registry.protocol import PREVIOUS
from irisml.registry.version import ModelVersion
from irisml.releases import CAME_WITH_THE_IMAGE, PASSED_THE_GATE, UNDONE
from irisml.service import ModelService
from web.known_version import know_champion
from web.presenter import is_presenter
from web.text import Language, plain_markdown

_REASON, _OUTCOME = "release-reason", "release-outcome"


def release_form(version: ModelVersion, service: ModelService, language: Language) -> None:
    """Draw the form for the presenter; below it, what came of the last release."""
    champion = service.champion
    previous = service.registry.alias(PREVIOUS)
    can_promote = version.number != champion.number and version.manifest.gate.passed
    can_roll_back = previous is not None and previous != champion.number
    if version.number != champion.number and not can_promote:
        st.markdown(
            language.text(
                "What the gate refused is not promoted here. Who knows better does it on the command line: {command}",
                command=f"`irisml promote {version.number} --force`",
            )
        )
    if can_promote or can_roll_back:
        with st.form("release", border=False, clear_on_submit=True):
            st.text_input(language.text("Reason, for the history"), key=_REASON)
            with st.container(horizontal=True):
                if can_promote:
                    st.form_submit_button(
                        language.text("Promote version {version}", version=version.number),
                        key="promote",
                        type="primary",
                        on_click=_promote,
                        args=(version.number, champion.number, service, language),
                    )
                if can_roll_back:
                    st.form_submit_button(
                        language.text("Roll back to version {version}", version=previous),
                        key="roll-back",
                        on_click=_roll_back,
                        args=(champion.number, service, language),
                    )
    if outcome := st.session_state.pop(_OUTCOME, None):
        done, words = outcome
        (st.success if done else st.error)(words)


def _promote(version: int, replacing: int, service: ModelService, language: Language) -> None:
    if is_presenter() and (reason := _reason(language)):
        try:
            service.promote(version, reason, replacing=replacing)
        except IrisError as error:
            st.session_state[_OUTCOME] = (False, language.error(error))
        else:
            _done(version, language)


def _roll_back(replacing: int, service: ModelService, language: Language) -> None:
    if is_presenter() and (reason := _reason(language)):
        try:
            restored = service.roll_back(reason, replacing=replacing)
        except IrisError as error:
            st.session_state[_OUTCOME] = (False, language.error(error))
        else:
            _done(restored.number, language)


def _reason(language: Language) -> str:
    reason = str(st.session_state[_REASON]).strip()
    if not reason:
        st.session_state[_OUTCOME] = (False, language.text("Say why: the reason is kept in the history."))
    elif len(reason) > _LONGEST_REASON:
        too_long = language.text(
            "A reason has {n} characters at most; this one has {given}.", n=_LONGEST_REASON, given=len(reason)
        )
        st.session_state[_OUTCOME] = (False, too_long)
        return ""
    return reason


def _done(version: int, language: Language) -> None:
    know_champion(version)
    st.session_state[_OUTCOME] = (True, language.text("Version {version} is champion now.", version=version))


def release_log(service: ModelService, language: Language) -> None:
    """List who became champion, when and why, the latest first."""
    changes = service.registry.history()[::-1][:_MOST]
    actions = {"promote": language.text("promoted"), "rollback": language.text("rolled back to")}
    st.markdown(
        "\n".join(
            f"- {language.moment(change.time)}: {actions.get(change.action, change.action)} "
            f"**v{change.version}**: {_said(change.reason, language)}"
            for change in changes
        )
        or language.text("Nothing was promoted yet.")
    )


def _said(reason: str, language: Language) -> str:
    return language.template(reason) if reason in _OUR_REASONS else plain_markdown(reason)


_OUR_REASONS = (PASSED_THE_GATE, CAME_WITH_THE_IMAGE, UNDONE)
_MOST, _LONGEST_REASON = 50, 200
