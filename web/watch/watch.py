"""Watch page: what production asked and was answered, whether it drifts, and what the challenger would have said."""

from datetime import UTC, datetime, timedelta

import streamlit as st
from markupsafe import Markup

from irisml.domain.settings import settings
from irisml.monitoring.watch import ShadowReport, WatchReport
from web.frame.drawing import draw
from web.frame.error_boundary import error_boundary
from web.frame.navigation import PREDICT, page_path
from web.i18n.text import Language
from web.i18n.vocabulary import feature_name
from web.state.chosen_flower import choose_flower
from web.state.page_state import address_query
from web.state.presenter import is_presenter
from web.state.session import get_language, get_service
from web.watch.charts.answers import answers_figure, answers_table
from web.watch.charts.drift_strips import drift_figure
from web.watch.charts.share import share_figure

_DRAWN_EVERY = timedelta(seconds=3)
language, service = get_language(), get_service()


# Only the presenter's page is drawn again by itself: those of a hall at once would take the time of its sliders.
@st.fragment(run_every=_DRAWN_EVERY if is_presenter() else None)
def report() -> None:
    """Draw the report."""
    with error_boundary(language, "the watch"):
        _not_written(language)
        found = service.watching.report()
        draw(_proposal(found, language))
        if found.alarm and is_presenter():
            st.page_link(page_path("wall"), label=language.text("Open labelling on the wall"))
        draw(Markup('<p class="watched">{}</p>').format(_head(found, language)))
        _damaged(found, language)
        left, right = st.columns([5, 6], gap="large")
        with left, st.container(key="watch-answers"):
            st.header(language.text("What it answered"), anchor=False)
            if found.outside is None:
                st.markdown(language.text("No answer yet: move a slider on the page Predict."))
            else:
                draw(answers_figure(answers_table(found.answers), language))
                st.header(language.text("Outside what it learned"), anchor=False)
                fact = language.text("{k} of {n} answers", k=found.outside.k, n=found.outside.n)
                draw(share_figure(found.outside, fact, language))
            st.header(language.text("The challenger in the shadow"), anchor=False)
            _shadow(found.shadow, language)
        with right, st.container(key="watch-drift"):
            st.header(language.text("Do the four lengths drift?"), anchor=False)
            if found.drifts:
                draw(_key(found, language))
                draw(drift_figure(found.drifts, language))


def _head(found: WatchReport, language: Language) -> str:
    since = language.moment(datetime.fromtimestamp(found.since, UTC))
    answers = language.plural("{n} answer since {time}.", "{n} answers since {time}.", n=found.n, time=since)
    age = _age(found.age_s, language)
    if found.latency_ms is None:
        told = language.text("v{version} is {age} old.", version=found.version, age=age)
    else:
        told = language.text(
            "v{version} is {age} old and answers in {ms} ms.",
            version=found.version,
            age=age,
            ms=language.number(found.latency_ms[0], 2),
        )
    return f"{answers} {told}"


def _age(seconds: float, language: Language) -> str:
    if seconds >= 2 * 86_400:
        return language.plural("{n} day", "{n} days", n=round(seconds / 86_400))
    if seconds >= 2 * 3_600:
        return language.plural("{n} hour", "{n} hours", n=round(seconds / 3_600))
    return language.plural("{n} minute", "{n} minutes", n=round(seconds / 60))


def _not_written(language: Language) -> None:
    """Say what is missing because this server does not keep it, or could not."""
    recorded = service.recorder.recorded()
    if not settings().events:
        st.info(
            language.text(
                "This server keeps no event: IRISML_EVENTS is 0. What is shown is of other servers, or older."
            )
        )
    if recorded.n_dropped:
        words = language.plural(
            "{n} answer since the start of the server was not written and is missing here.",
            "{n} answers since the start of the server were not written and are missing here.",
            n=recorded.n_dropped,
        )
        st.warning(f"{words} {recorded.problem}" if recorded.problem and is_presenter() else words)


def _damaged(found: WatchReport, language: Language) -> None:
    if found.n_damaged:
        st.warning(
            language.plural(
                "{n} line of the files of events is damaged and does not count.",
                "{n} lines of the files of events are damaged and do not count.",
                n=found.n_damaged,
            )
        )


def _shadow(shadow: ShadowReport | None, language: Language) -> None:
    if shadow is None:
        st.markdown(language.text("No challenger waits, or it has not been asked yet."))
        return
    fact = language.text(
        "v{version} would have answered otherwise for {k} of {n}",
        version=shadow.version,
        k=shadow.otherwise.k,
        n=shadow.otherwise.n,
    )
    draw(share_figure(shadow.otherwise, fact, language))
    with st.container(key="shadow-kinds"):
        for place, kind in enumerate(shadow.kinds):
            words = language.text(
                "{n} × {would_answer} instead of {answered}: open one",
                n=kind.n,
                would_answer=kind.would_answer,
                answered=kind.answered,
            )
            if st.button(words, key=f"shadow-{place}"):
                choose_flower(kind.x)
                st.switch_page(PREDICT, query_params=address_query("predict"))


def _key(found: WatchReport, language: Language) -> Markup:
    learned = language.plural(
        "above, {n} flower that it learned from",
        "above, {n} flowers that it learned from",
        n=found.drifts[0].n_learned,
    )
    asked = language.text("below, asked here")
    tests = language.text("Kolmogorov-Smirnov, in each species Mann-Whitney, corrected for four lengths")
    return Markup(
        '<p class="watched"><span class="swatch"></span>{} <span class="swatch asked"></span>{}<br>{}</p>'
    ).format(learned, asked, tests)


def _proposal(found: WatchReport, language: Language) -> Markup:
    said = language.notice(found.proposal.template, found.proposal.values)
    names = ", ".join(feature_name(drift.feature, language) for drift in found.drifted)
    alarm = language.text("Drift: {names}.", names=names) if found.alarm else ""
    return Markup('<div class="proposal" role="status"><p><b>{}</b> {}</p></div>').format(alarm, said)


report()
