"""Pipeline page: the life cycle of the serving model; each step with its facts and a good practice."""

import streamlit as st

from irisml.domain.errors import IrisError
from irisml.domain.settings import settings
from irisml.model.prediction import predict
from irisml.monitoring.watch import WatchReport
from irisml.registry import provenance
from irisml.registry.release_log import ReleaseLog
from irisml.registry.version import ModelVersion
from web.frame.drawing import draw
from web.frame.hall_labels import hall_labels
from web.frame.navigation import page_path
from web.i18n.public_errors import for_everybody
from web.pipeline.charts.life_of_a_model import Running, life_figure, life_table
from web.pipeline.charts.loop import WATCH, loop_table, middle_figure, number_figure, station_figure
from web.pipeline.check_panel import check_panel, found_checks
from web.state.chosen_flower import chosen_flower
from web.state.presenter import is_presenter
from web.state.session import get_hall, get_language, get_service, running_commit

language, service = get_language(), get_service()
champion = service.serving_version()


def loop(version: ModelVersion) -> None:
    """Draw the six stations, and in their middle what goes around."""
    challenger = service.serving.challenger()
    try:
        watch, log = service.watching.report(), service.registry.releases()
    except IrisError as error:
        st.warning(language.error(error if is_presenter() else for_everybody(error)))
        watch, log = None, ReleaseLog()
    stations = loop_table(version, log, watch, language, is_training=service.training_slot.busy, waits=challenger)
    for place, station in enumerate(stations):
        with st.container(key=f"station-{place}"):
            number = number_figure(place, is_here=station.is_here)
            if place >= WATCH // 2 + 1:
                draw(number)  # below the line
            st.page_link(page_path(station.page), label=station.name)
            draw(station_figure(station))
            if place < WATCH // 2 + 1:
                draw(number)
    n_phones = sum(not dot.is_away and dot.version == version.number for dot in get_hall().dots())
    with st.container(key="loop-middle"):
        prediction = predict(version.load_forest(), chosen_flower())
        draw(middle_figure(prediction, version.number, n_phones, _flows_back(watch), language))


def _flows_back(watch: WatchReport | None) -> str:
    """Say what flows back to the data: what the hall labelled, else what the challenger would have said."""
    agreed = sum(flower.is_agreed for flower in hall_labels(get_hall().state()))
    if agreed:
        return language.plural(
            "{n} flower that the hall labelled waits to become training data.",
            "{n} flowers that the hall labelled wait to become training data.",
            n=agreed,
        )
    if watch is not None and watch.shadow is not None:
        shadow = watch.shadow
        return language.text(
            "v{version} would have answered otherwise for {k} of {n}",
            version=shadow.version,
            k=shadow.otherwise.k,
            n=shadow.otherwise.n,
        )
    return language.text("What it is asked is watched, and what is labelled becomes data.")


place = provenance.place(with_machine=is_presenter())
running = Running(place, running_commit(), settings().build, settings().image)
with st.container(key="loop"):
    loop(champion)
st.header(language.text("Step by step"), anchor=False)
steps = life_table(champion, found_checks(champion.number), running, language)
draw(life_figure(steps))
with st.container(key="checks"):
    check_panel(service, language)
    st.markdown(language.text("The same in a terminal: {command}", command="`irisml check`"))
