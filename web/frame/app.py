"""Layout of every page: title, navigation, language."""

from pathlib import Path

import streamlit as st

from web.frame.browser_document import browser_document
from web.frame.error_boundary import error_boundary
from web.frame.first_training import wait_for_first_model
from web.frame.hall_invitation import hall_invitation
from web.frame.language_switch import language_switch
from web.frame.model_news import model_news
from web.frame.navigation import PAGES, WITHOUT_NEWS, heading, pages
from web.frame.reconnection import rerun_after_reconnection
from web.frame.registry_notice import registry_notice
from web.frame.training_sheet import training_sheet
from web.state.page_state import enter_page, link_notices, open_address
from web.state.presenter import is_presenter
from web.state.seat import keep_seat
from web.state.session import get_language, get_service

ROOT = Path(__file__).parents[2]
LOGO = str(ROOT / "static/logo.svg")


def draw() -> None:
    """Draw the requested page with its layout."""
    open_address()
    language = get_language()
    page = st.navigation(pages(language), position="top")
    enter_page(page.url_path or PAGES[0].name)
    st.set_page_config(page_title=f"{page.title} · irisml", page_icon=LOGO, layout="wide")
    st.logo(LOGO, size="large")
    head = st.container(
        key="head",
        horizontal=True,
        horizontal_alignment="distribute",
        vertical_alignment="center",
        wrap=False,
    )
    with head:
        st.title(heading(page.url_path, language), anchor=False)
        language_switch(language)
    if notices := link_notices():
        st.warning("  \n".join(language.notice(notice.template, notice.values) for notice in notices))
    with error_boundary(language, f"the page {page.url_path or 'predict'}"):
        service = get_service()
        wait_for_first_model(service, language)
        if is_presenter():
            registry_notice(service.serving.notice, language)
        if page.url_path not in WITHOUT_NEWS:
            model_news(service, language)
            hall_invitation(language)
        page.run()
        keep_seat()
        if page.url_path != "play":  # there it would lie over the buttons
            with error_boundary(language, "the training"):
                training_sheet(service, language)
    browser_document(get_service(), language)
    rerun_after_reconnection()
