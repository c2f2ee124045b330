"""Sign-in form of the presenter, and the sign-out buttons; not drawn unless the server is public."""

import streamlit as st

from irisml.domain.settings import SHORTEST_PASSPHRASE
from web.frame.page_scripts import run_scripts
from web.i18n.text import Language
from web.state.presenter import can_sign_in, is_presenter, is_public, sign_in

_KEY = "sign-in"
_SCRIPT = ("frame/scripts/sign_in.js",)
# What the server answers in English, as it does not know the language of the page.
_ANSWERS = (
    "That is not the passphrase.",
    "Signing in is switched off here.",
    "This request did not come from a page of this app.",
    "The other browsers are still signed in: see the log.",
    "The other browsers are still signed in: sign in here first.",
    "The sign-in cannot be kept now: see the log.",
)


def presenter_sign_in(language: Language, *, explain: bool = False) -> None:
    """Draw the sign-in form, or the sign-out buttons for a presenter who is signed in.

    Parameters
    ----------
    explain : bool
        Open the form; if signing in is switched off, show how to switch it on: for the presenter, not the audience.
    """
    if not is_public():
        return
    if is_presenter():
        _mount(language)
        return
    if can_sign_in():
        with st.expander(language.text("Training is for the presenter"), expanded=explain):
            _mount(language)
        return
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


def _mount(language: Language) -> None:
    texts = {
        **{answer: language.template(answer) for answer in _ANSWERS},
        "unreachable": language.text("The server cannot be reached. Try again in a moment."),
        "passphrase": language.text("Passphrase"),
        "submit": language.text("Sign in"),
        "here": language.text("Sign out"),
        "everywhere": language.text("Sign out everywhere"),
    }
    data = {"texts": texts, "presenter": is_presenter()}
    run_scripts(_KEY, _SCRIPT, data, on_ticket_change=_take_ticket)


def _take_ticket() -> None:
    ticket = st.session_state[_KEY].ticket
    if isinstance(ticket, str):
        sign_in(ticket)
