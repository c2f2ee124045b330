"""What every page has in common: the frame around it, and the edge where errors become words."""

import logging
from contextlib import suppress
from functools import cache
from pathlib import Path

import streamlit as st

from irisml.config import TrainingConfig
from irisml.errors import IrisError
from web.components.first_training import wait_for_first_model
from web.components.language_switch import language_switch
from web.components.model_news import model_news
from web.components.page_language import page_language
from web.navigation import heading, pages
from web.session import get_language, get_service

_log = logging.getLogger(__name__)
ROOT = Path(__file__).parents[1]
LOGO = str(ROOT / "static/logo.svg")


def draw() -> None:
    """Draw the page that the visitor asked for, in its frame."""
    language = get_language()
    page = st.navigation(pages(language), position="top")
    st.set_page_config(page_title=f"{page.title} · irisml", page_icon=LOGO, layout="wide")
    st.html(f"<style>{_styles()}</style>")
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
    try:
        service = get_service()
        wait_for_first_model(service, language)
        model_news(service, language)
        page.run()
    except IrisError as error:
        st.error(language.error(error))
        st.button(language.text("Try again"), key="try-again", on_click=_try_again)
    except Exception:  # noqa: BLE001 - whatever it is, the audience must not see a traceback
        # A mistake of ours: the log gets all of it, the audience one sentence.
        _log.exception("the page %s failed", page.url_path or "predict")
        st.error(language.text("Something went wrong that nobody foresaw. It is noted in the log; try again."))
        st.button(language.text("Try again"), key="try-again")
    page_language(language)


def _try_again() -> None:
    service = get_service()
    with suppress(IrisError):  # the page that follows meets the same error, and says it
        if not service.has_model:
            service.start_training(TrainingConfig())


@cache
def _styles() -> str:
    # One element for all of them: each element costs every visitor a message.
    files = sorted((ROOT / "web/styles").glob("*.css"))
    return "\n".join(file.read_text(encoding="utf-8") for file in files)
