"""A QR code for the hall: this app, with the flower that is on the screen."""

from html import escape

import streamlit as st

from web.app_address import address_in_network, app_address, is_loopback, with_query
from web.charts.qr_code import qr_code_figure
from web.chosen_flower import chosen_flower, flower_query
from web.session import get_language

language = get_language()
here = app_address(st.context.url or "http://localhost:8501/share", "share")
proposed = address_in_network(here) if is_loopback(here) else here

left, right = st.columns([3, 2], gap="medium")
with right, st.container(key="trust"):
    address = (
        st.text_input(language.text("Address of the app"), proposed, type="url", key="address", max_chars=200).strip()
        or proposed
    )
    if is_loopback(address):
        st.warning(language.text("Phones cannot reach this address: it is this computer’s name for itself."))
    elif address == proposed != here:
        st.info(language.text("This computer’s address in its network: phones must be in the same one."))
    with_flower = st.toggle(language.text("With the flower on the screen"), value=True, key="with-flower")
    lengths = " · ".join(language.number(value) for value in chosen_flower())
    st.markdown(language.text("It opens with this flower: {lengths} cm.", lengths=lengths) if with_flower else "")
query = {"lang": language.code, **(flower_query(chosen_flower()) if with_flower else {})}
with left, st.container(key="qr"):
    link = with_query(address, query)
    alt = language.text("QR code of {address}", address=link)
    st.markdown(qr_code_figure(link, alt), unsafe_allow_html=True)
    short = address.removeprefix("https://").removeprefix("http://").removesuffix("/")
    st.markdown(f'<p class="address">{escape(short)}</p>', unsafe_allow_html=True)
