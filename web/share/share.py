"""Share page: a QR code that opens this app on the phones of the audience."""

from urllib.parse import urlsplit

import streamlit as st
from markupsafe import Markup

from web.frame.drawing import draw
from web.frame.page_scripts import run_scripts
from web.frame.phone_address import KEPT, phone_address, short_address
from web.html.qr_code import qr_code_figure
from web.limits import visitors
from web.state.app_address import is_loopback, web_address, with_query
from web.state.chosen_flower import chosen_flower, flower_query
from web.state.page_state import for_widget, recall, remember
from web.state.session import get_language

_LONGEST = 200
language = get_language()
addresses = phone_address("share")
here, proposed = addresses.here, addresses.proposed


def typed_address() -> str:
    """Draw the text field; return the address, or for a typing error the one before."""
    typed = st.text_input(language.text("Address of the app"), proposed, key="address", persist_state="session")
    address = web_address(typed.strip() or proposed)
    if address is None or len(address) > _LONGEST:
        st.error(language.text("That is not a web address. Copy it from the browser’s address bar."))
        return str(st.session_state.get(KEPT, proposed))
    st.session_state[KEPT] = address
    return address


def notes(address: str) -> None:
    """Say who can reach the address, if that is not everybody."""
    if is_loopback(urlsplit(address).hostname):
        st.warning(
            language.text(
                "Phones cannot reach this address: it only works on this computer. "
                "Start the app with {command}, or enter an address that phones can reach.",
                command="`python3 run.py stage`",
            )
        )
    elif address == proposed != here:
        st.info(language.text("This computer’s address in its network: phones must be on the same network."))


def query() -> dict[str, str]:
    """Draw what the address may contain; the shorter it is, the farther away its code can be read."""
    with_language = st.toggle(
        language.text("In the language of this page"),
        for_widget("share.language", "with-language"),
        key="with-language",
        help=language.text("Otherwise each phone shows its own language."),
    )
    with_flower = st.toggle(
        language.text("With the flower on the screen"), for_widget("share.flower", "with-flower"), key="with-flower"
    )
    remember({"share.language": with_language, "share.flower": with_flower})
    if with_flower:
        lengths = " · ".join(language.number(value) for value in chosen_flower())
        st.markdown(language.text("It opens with this flower: {lengths} cm.", lengths=lengths))
    asked = {"lang": language.code} if with_language else {}
    return {**asked, **(flower_query(chosen_flower()) if with_flower else {})}


left, right = st.columns([3, 2], gap="medium")
with right, st.container(key="trust"):
    if st.button(
        language.text("Show all settings") if recall("share.alone") else language.text("QR code on the whole screen"),
        key="alone",
        type="primary",
    ):
        remember({"share.alone": not recall("share.alone")})
        st.rerun()
    address = typed_address()
    notes(address)
    link = with_query(address, query())
    texts = {
        "copy": language.text("Copy the link"),
        "done": language.text("Copied"),
        "failed": language.text("The browser does not allow it: select the address and copy it."),
    }
    run_scripts("copy-link", ("share/copy_link.js",), {"link": link, "texts": texts})
with left, st.container(key="qr-alone" if recall("share.alone") else "qr"):
    draw(qr_code_figure(link, language.text("QR code of {address}", address=link)))
    draw(Markup('<p class="address">{short}</p>').format(short=short_address(address)))
    pages = language.text("Open pages: {n}", n=visitors.n_open)
    draw(Markup('<p class="here" data-here>{pages}</p>').format(pages=pages))
