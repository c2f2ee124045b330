"""The presenter's phone: clock of the talk, the line to say now, how many are here, and the button that comes next."""

import time

import streamlit as st
from markupsafe import Markup

from web.frame.drawing import draw
from web.frame.hall_controls import hall_controls
from web.frame.page_scripts import run_scripts
from web.frame.presenter_sign_in import presenter_sign_in
from web.frame.training_panel import training_panel
from web.limits import visitors
from web.stage.charts.talk_clock import talk_clock_figure
from web.stage.talk_script import talk_script
from web.state.page_state import recall, remember
from web.state.presenter import is_presenter
from web.state.session import get_language, get_service

_PART = "stage.started"
language, service = get_language(), get_service()


def start() -> None:
    """Note the beginning of the talk in the address: there it outlives a reload and a restart of the server."""
    remember({_PART: int(time.time())})


with st.container(key="stage"):
    if is_presenter():
        started: int | None = recall(_PART)
        minute = 0 if started is None else max(0, int(time.time() - started) // 60)
        serving = language.text("Version {version} serves", version=service.serving_version().number)
        lines = talk_script(language.code)
        if not lines:
            st.info(language.text("The script of the talk is not installed here: docs/stage.md is missing."))
        draw(talk_clock_figure(lines, started, minute, serving, language))
        run_scripts("talk-clock", ("stage/talk_clock.js",), {"now": time.time()})
        pages = language.text("Open pages: {n}", n=visitors.n_open)
        draw(Markup('<p class="here" data-here>{pages}</p>').format(pages=pages))
        hall_controls(service, language)
        training_panel(service, language)
        # Below the button that trains, before and after: a second tap must not start a training.
        if started is None:
            st.button(language.text("Start the clock"), key="start", on_click=start, width="stretch")
        else:
            with st.expander(language.text("Start the clock again")):
                st.button(language.text("Start at minute 0"), key="start-again", on_click=start, width="stretch")
    else:
        st.markdown(language.text("This page is for the presenter."))
        presenter_sign_in(language, explain=True)
