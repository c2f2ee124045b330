"""Share page: a QR code for the audience that opens this app, by default with the flower on the screen."""

from urllib.parse import urlsplit

import streamlit as st
from markupsafe import Markup

from web.frame.drawing import draw
from web.share.charts.qr_code import qr_code_figure
from web.state.app_address import LOCAL, address_in_network, app_address, is_loopback, web_address, with_query
from web.state.chosen_flower import chosen_flower, flower_query
from web.state.page_state import for_widget, remember
from web.state.session import get_language

language = get_language()
here = app_address(st.context.url or LOCAL, "share")
on_this_machine = is_loopback(urlsplit(here).hostname)
for_itself_only = is_loopback(st.get_option("server.address"))
proposed = address_in_network(here) if on_this_machine and not for_itself_only else here

left, right = st.columns([3, 2], gap="medium")
with right, st.container(key="trust"):
    typed = st.text_input(language.text("Address of the app"), proposed, key="address", persist_state="session")
    typed = typed.strip() or proposed
    address = web_address(typed)
    if address is None or len(address) > 200:
        st.error(language.text("That is not a web address. Copy it from the browser’s address bar."))
        st.stop()
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
    with_flower = st.toggle(
        language.text("With the flower on the screen"), for_widget("share.flower", "with-flower"), key="with-flower"
    )
    remember({"share.flower": with_flower})
    if with_flower:
        lengths = " · ".join(language.number(value) for value in chosen_flower())
        st.markdown(language.text("It opens with this flower: {lengths} cm.", lengths=lengths))
query = {"lang": language.code, **(flower_query(chosen_flower()) if with_flower else {})}
with left, st.container(key="qr"):
    link = with_query(address, query)
    alt = language.text("QR code of {address}", address=link)
    draw(qr_code_figure(link, alt))
    short = address.removeprefix("https://").removeprefix("http://").removesuffix("/")
    draw(Markup('<p class="address">{short}</p>').format(short=short))
