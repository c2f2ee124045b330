"""Run the scripts of every page: language, history, touch, projector view, and news of the serving version."""

import streamlit as st

from irisml.domain.errors import IrisError
from irisml.service.model_service import ModelService
from web.frame.page_scripts import run_scripts
from web.i18n.text import Language
from web.state.page_state import n_opened, recall, remember
from web.state.session import get_hall

_KEY = "browser-document"
SCRIPTS = ("frame/scripts/reading.js", "frame/scripts/history.js", "frame/scripts/touch.js", "frame/scripts/news.js")


def browser_document(service: ModelService, language: Language) -> None:
    """Mount the scripts, with what this run of the page has drawn."""
    run_scripts(
        _KEY,
        SCRIPTS,
        {
            "language": language.code,
            "opened": n_opened(),
            "view": recall("view") or "",
            "shown": {
                "version": _serving(service),
                "training": service.training_slot.busy,
                "hall": get_hall().revision,
            },
            "texts": {
                "news": language.template("Version {version} is now serving."),
                "lost": language.template("Connection lost. The page comes back by itself."),
                "training": language.template("Training: {done} of {of} models"),
                "here": language.template("Open pages: {n}"),
            },
        },
        on_view_change=_take_view,
        on_theme_change=_nothing,
        on_stale_change=_nothing,  # the rerun is all that it asks for
    )


def _serving(service: ModelService) -> int | None:
    try:
        return service.serving_version().number
    except IrisError:
        return None


def _take_view() -> None:
    if (document := st.session_state.get(_KEY)) is not None:  # it is not there if the page changes in the same run
        remember({"view": document.view or None})


def _nothing() -> None:
    pass
