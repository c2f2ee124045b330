"""Play page, for the phones of the hall: a round against the model, labelling, a vote."""

from collections.abc import Mapping

import streamlit as st
from markupsafe import Markup

from irisml.domain.measurements import SPECIES
from irisml.model.prediction import predict
from irisml.monitoring.events import as_lengths
from web.frame.drawing import draw
from web.frame.error_boundary import error_boundary
from web.frame.hall_controls import vote_counts
from web.frame.page_scripts import run_scripts
from web.html.ballot import ballot_figure
from web.html.species_mark import species_markdown
from web.play.charts.own_score import own_score_figure, own_score_table
from web.play.charts.question import progress_figure, question_figure
from web.state.chosen_flower import chosen_flower
from web.state.hall import NO, YES, Activity
from web.state.phone import phone, take_phone
from web.state.seat import seat
from web.state.session import get_hall, get_language, get_service

_KEY, _LOST = "phone", "phone-lost"
language, service, hall = get_language(), get_service(), get_hall()


@st.fragment
def question() -> None:
    """Draw the next question of this phone, or what became of its answers."""
    with error_boundary(language, "the hall"):
        if st.session_state.get(_LOST, False):  # until the next answer: the page may be drawn again at once
            st.warning(language.text("The server was restarted, and the answers so far are lost."))
        state = hall.phone_state(phone())
        activity = state.activity
        if activity is None:
            st.header(language.text("Nothing is asked now"), anchor=False)
            st.markdown(language.text("This page changes by itself when the presenter opens a round or a vote."))
        elif not activity.is_open:
            _closed(activity, state.given)
        elif not state.asked:
            st.markdown(language.text("Too many phones take part: this one looks on."))
        elif activity.kind == "vote":
            _vote(activity, state.given.get(0))
        elif len(state.given) < len(state.asked):
            _ask(activity, len(state.given), state.asked)
        else:
            st.header(language.text("Thank you"), anchor=False)
            st.markdown(language.text("All {n} answered. Now look at the wall.", n=len(state.asked)))
        is_open = activity is not None and activity.is_open
        data = {"boot": hall.boot, "phone": phone(), "given": len(state.given) if is_open else 0}
        run_scripts(_KEY, ("play/phone.js",), data, on_phone_change=_take_phone, on_lost_change=_take_loss)


def _ask(activity: Activity, place: int, asked: tuple[int, ...]) -> None:
    draw(progress_figure(place, len(asked), language))
    draw(
        Markup('<p class="play-title" role="heading" aria-level="2">{}</p>').format(language.text("Which iris is it?"))
    )
    draw(question_figure(activity.questions[asked[place]], language))
    with st.container(key="choices"):
        for k, species in enumerate(SPECIES):
            st.button(
                species_markdown(k),
                # Another key for each question: a second tap on a slow network must not answer the next one.
                key=f"choice-{species}-{activity.number}-{asked[place]}",
                width="stretch",
                on_click=_answer,
                args=(activity.number, asked[place], k),
            )
    note = (
        language.text("No name is kept. Nobody sees your answer before the reveal.")
        if activity.kind == "round"
        else language.text("No name is kept. What the hall agrees on becomes training data.")
    )
    draw(Markup('<p class="play-note">{}</p>').format(note))


def _vote(activity: Activity, given: int | None) -> None:
    st.header(language.text("Shall version {version} serve?", version=activity.version), anchor=False)
    version = service.find(activity.version)
    if version is None:
        st.markdown(language.text("That version cannot be read now."))
        return
    champion = service.serving_version()
    draw(ballot_figure(version, champion, language))
    if given is None:
        with st.container(key="choices"):
            for choice, words in (
                (YES, language.text("Promote version {version}", version=version.number)),
                (NO, language.text("Keep version {version}", version=champion.number)),
            ):
                args = (activity.number, 0, choice)
                st.button(words, key=f"vote-{choice}-{activity.number}", width="stretch", on_click=_answer, args=args)
        note = language.text("No name is kept. The count is hidden until the vote is closed.")
    else:
        note = language.text("Your vote is in. Now look at the wall.")
    draw(Markup('<p class="play-note">{}</p>').format(note))


def _closed(activity: Activity, given: Mapping[int, int]) -> None:
    if activity.kind == "vote":
        yes, no = vote_counts(hall.told())
        st.header(language.text("{yes} to {no}", yes=yes, no=no), anchor=False)
        st.markdown(language.text("The presenter decides; the history keeps the vote."))
    elif activity.kind == "labels":
        st.header(language.text("Thank you"), anchor=False)
        st.markdown(language.text("Labelling is closed. Now look at the wall."))
    elif not given:
        st.header(language.text("The round is over"), anchor=False)
        st.markdown(language.text("Now look at the wall."))
    else:
        rows = own_score_table(activity, given)
        own, model = (sum(row[0] == row[k] for row in rows) for k in (1, 2))
        st.header(language.text("You: {k} of {n}. The model: {m} of {n}.", k=own, m=model, n=len(rows)), anchor=False)
        draw(own_score_figure(rows, language))
        few = language.text("So few flowers say little about you; the wall has the whole hall.")
        draw(Markup('<p class="play-note">{}</p>').format(few))


def _answer(number: int, asked: int, choice: int) -> None:
    hall.answer(phone(), number, asked, choice)
    st.session_state[_LOST] = False


def _take_phone() -> None:
    take_phone(st.session_state[_KEY].phone)


def _take_loss() -> None:
    st.session_state[_LOST] = True


with st.container(key="play"):
    question()
    # A phone that plays is on the wall, too, and turns to a new version as the others do.
    version, x = service.serving_version(), chosen_flower()
    species = SPECIES.index(predict(version.load_forest(), x).species)
    hall.see(seat(), as_lengths(x), species, version=version.number)
