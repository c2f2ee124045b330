"""Sign-in form of the presenter, and the sign-out buttons; not drawn unless the server is public."""

import streamlit as st
from markupsafe import Markup

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
)


def presenter_sign_in(language: Language, *, explain: bool = False) -> None:
    """Draw the sign-in form, or the sign-out buttons for a presenter who is signed in.

    Parameters
    ----------
    explain : bool
        If signing in is switched off, show how to switch it on: meant for the speaker, not the audience.
    """
    if not is_public():
        return
    if is_presenter():
        _mount(_sign_out(language), language)
        return
    if can_sign_in():
        with st.expander(language.text("Training is for the presenter")):
            _mount(_form(language), language)
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


def _mount(html: Markup, language: Language) -> None:
    texts = {answer: language.template(answer) for answer in _ANSWERS}
    texts["unreachable"] = language.text("The server cannot be reached. Try again in a moment.")
    run_scripts(_KEY, _SCRIPT, {"texts": texts}, html=html, on_ticket_change=_take_ticket)


def _form(language: Language) -> Markup:
    return Markup(
        '<form class="sign-in"><label>{label}<input type="password" name="passphrase" '
        'autocomplete="current-password" required></label><button type="submit">{submit}</button></form>'
        '<p class="sign-in-note" role="alert"></p>'
    ).format(label=language.text("Passphrase"), submit=language.text("Sign in"))


def _sign_out(language: Language) -> Markup:
    return Markup(
        '<p class="sign-in"><button type="button" data-sign-out="0">{here}</button> '
        '<button type="button" data-sign-out="1">{everywhere}</button></p><p class="sign-in-note" role="alert"></p>'
    ).format(here=language.text("Sign out"), everywhere=language.text("Sign out everywhere"))


def _take_ticket() -> None:
    ticket = st.session_state[_KEY].ticket
    if isinstance(ticket, str):
        sign_in(ticket)
