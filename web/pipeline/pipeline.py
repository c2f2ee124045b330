"""Pipeline page: the life cycle of the serving model; each step with its facts and a good practice."""

import streamlit as st

from irisml.domain.settings import settings
from irisml.registry import provenance
from web.frame.drawing import draw
from web.pipeline.charts.life_of_a_model import Running, life_figure, life_table
from web.pipeline.check_panel import check_panel, found_checks
from web.state.presenter import is_presenter
from web.state.session import get_language, get_service, running_commit

language, service = get_language(), get_service()
champion = service.serving_version()
place = provenance.place(with_machine=is_presenter())
running = Running(place, running_commit(), settings().build, settings().image)
steps = life_table(champion, found_checks(champion.number), running, language)
draw(life_figure(steps))
with st.container(key="checks"):
    check_panel(service, language)
    st.markdown(language.text("The same in a terminal: {command}", command="`irisml check`"))
