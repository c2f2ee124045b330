"""Sign-in form of the presenter; not drawn unless the server is public."""

import streamlit as st

from irisml.domain.settings import SHORTEST_PASSPHRASE
from web.i18n.text import Language
from web.state.presenter import can_sign_in, is_presenter, is_public, sign_in, sign_out

_PROBLEM = "sign-in-problem"


def presenter_sign_in(language: Language, *, explain: bool = False) -> None:
    """Draw the sign-in form, or the sign-out button for a presenter who is signed in.

    Parameters
    ----------
    explain : bool
        If signing in is switched off, show how to switch it on: meant for the speaker, not the audience.
    """
    if not is_public():
        return
    if is_presenter():
        st.button(language.text("Sign out"), key="sign-out", on_click=sign_out, type="tertiary")
        return
    if not can_sign_in():
        if not explain:
            st.markdown(language.text("Training is switched off here."))
            return
        st.info(
            language.text(
                "Training is switched off here. To switch it on, set IRISML_PRESENTER_PASSPHRASE "
                "({n} characters or more) and restart the server.",
                n=SHORTEST_PASSPHRASE,
            )
        )
        return
    with st.expander(language.text("Training is for the presenter")), st.form("sign-in", border=False):
        st.text_input(language.text("Passphrase"), type="password", key="passphrase", autocomplete="current-password")
        st.form_submit_button(language.text("Sign in"), on_click=_try)
        if problem := st.session_state.pop(_PROBLEM, None):
            st.error(language.text(problem))


def _try() -> None:
    if problem := sign_in(st.session_state.passphrase):
        st.session_state[_PROBLEM] = problem
