"""Wall page, for the projector: the phones of the hall on the decision map, or what they are asked."""

import streamlit as st
from markupsafe import Markup

from irisml.domain.i18n import sentence
from irisml.domain.measurements import FEATURES
from irisml.model.regions import Region, decision_regions
from irisml.monitoring.agreement import n_same
from irisml.registry.version import ModelVersion
from web.frame.drawing import draw
from web.frame.hall_controls import hall_controls, vote_counts
from web.frame.hall_labels import hall_labels
from web.frame.page_scripts import run_scripts
from web.frame.phone_address import short_address, shown_address
from web.frame.presenter_sign_in import presenter_sign_in
from web.html.ballot import ballot_figure
from web.html.qr_code import qr_code_figure
from web.html.species_mark import mark_path
from web.html.wall_plane import PLANE
from web.state.hall import Activity, HallState
from web.state.presenter import is_presenter
from web.state.session import get_hall, get_iris, get_language, get_service
from web.state.slider_limits import FIRST_FLOWER
from web.wall.charts.counts import counts_figure
from web.wall.charts.labels import labels_figure
from web.wall.charts.round_outcome import (
    HEADLINES,
    claim,
    narrowing_figure,
    outcome,
    scores_figure,
    split_figure,
    split_table,
)
from web.wall.charts.wall_map import wall_key_figure, wall_map_figure

_KEY = "wall-dots"
language, service, hall = get_language(), get_service(), get_hall()


def headline(words: str, note: str = "") -> None:
    """Draw the line that is read from the back row; wall.js keeps that of the map up to date."""
    small = Markup("<small>{}</small>").format(note) if note else Markup("")
    draw(Markup('<p class="wall-line"><span data-wall="line">{}</span>{}</p>').format(words, small))


def code() -> None:
    """Draw the QR code and the address."""
    address = shown_address("wall")
    draw(qr_code_figure(address, language.text("QR code of {address}", address=address)))
    draw(Markup('<p class="address">{}</p>').format(short_address(address)))


def wall_map(champion: ModelVersion) -> None:
    """Draw the map: its ground holds for one pair of sepals, and says so."""
    headline(language.text("Whose flower is where?"))
    left, right = st.columns([7, 2], gap="medium")
    iris = get_iris()
    column, row = FEATURES.index(PLANE.x_feature), FEATURES.index(PLANE.y_feature)
    flowers = [(x[column], x[row], k) for x, k in zip(iris.X.tolist(), iris.y.tolist(), strict=True)]
    sepals = [language.number(FIRST_FLOWER[feature]) for feature in FEATURES[:2]]
    with left:
        with st.container(key="wall-plate"):
            draw(wall_map_figure(_regions(champion), flowers, PLANE, language))
            scripts("map")
        note = language.text(
            "Ground: version {version}, sepals of {length} × {width} cm; with others a phone may differ. "
            "Server {server}.",
            version=champion.number,
            length=sepals[0],
            width=sepals[1],
            server=service.recorder.instance,
        )
        draw(Markup('<p class="wall-note">{}</p>').format(note))
    with right:
        draw(wall_key_figure(champion.number, language))
        code()


def counting(activity: Activity) -> None:
    """Draw phones and answers, and nothing of what was answered."""
    titles = {
        "round": language.text("You against the model"),
        "labels": language.text("Which iris is it?"),
        "vote": language.text("Shall version {version} serve?", version=activity.version),
    }
    left, right = st.columns([7, 2], gap="medium")
    with left:
        headline(titles[activity.kind])
        draw(counts_figure(language))
        with st.container(key="wall-strokes"):
            scripts("count")
        foot = language.text("A column is a phone, a stroke is an answer. Nothing else is shown before the reveal.")
        draw(Markup('<p class="wall-note">{}</p>').format(foot))
        if activity.kind == "vote":
            ballot(activity)
    with right:
        code()


def revealed(state: HallState, activity: Activity) -> None:
    """Draw what was answered."""
    if activity.kind == "round":
        _round_outcome(state, activity)
    elif activity.kind == "labels":
        _labels_outcome(state)
    else:
        _vote_outcome(state, activity)
    scripts("none")


def _round_outcome(state: HallState, activity: Activity) -> None:
    result = outcome(state.told.answers, activity.truth, activity.model)
    if result is None:
        headline(language.text("Nobody has answered."))
        return
    headline(language.text(HEADLINES[result.verdict]))
    left, right = st.columns([5, 3], gap="large")
    with left:
        draw(Markup('<p class="wall-note">{}</p>').format(claim(result, language)))
        draw(scores_figure(result, activity.version, language))
        draw(narrowing_figure(result, language))
    split = split_table(result, activity)
    if split is not None:
        with right, st.container(key="split-sheet"):
            draw(split_figure(split, language))


def _labels_outcome(state: HallState) -> None:
    flowers, version = hall_labels(state), service.serving_version()
    n_agreed = sum(flower.is_agreed for flower in flowers)
    headline(
        language.text("The hall agrees on {k} of {n} flowers.", k=n_agreed, n=len(flowers)),
        language.plural("{n} phone", "{n} phones", n=state.told.n_phones),
    )
    if n_agreed:
        same = language.text(
            "Version {version} says the same for {k} of these {n}.",
            version=version.number,
            k=n_same(flowers, version.load_forest()),
            n=n_agreed,
        )
        draw(Markup('<p class="wall-note">{}</p>').format(same))
    hall_controls(service, language)  # above the table, which is long
    draw(labels_figure(flowers, language))


def _vote_outcome(state: HallState, activity: Activity) -> None:
    yes, no = vote_counts(state.told)
    words = language.text("{yes} to {no} for version {version}.", yes=yes, no=no, version=activity.version)
    headline(words if yes + no else language.text("Nobody has voted."))
    ballot(activity)
    decides = language.text("The presenter decides; the history keeps the vote.")
    draw(Markup('<p class="wall-note">{}</p>').format(decides))


def ballot(activity: Activity) -> None:
    """Draw both versions of a vote."""
    challenger = service.find(activity.version)
    if challenger is not None:
        draw(ballot_figure(challenger, service.serving_version(), language))


def scripts(kind: str) -> None:
    """Mount wall.js, with what it needs to draw a phone."""
    data = {
        "kind": kind,
        "boot": hall.boot,
        "revision": hall.revision,
        "marks": ["", mark_path(1, 0, 0, 1.4), mark_path(2, 0, 0, 1.3)],
        "texts": {name: language.template(text) for name, text in _TEXTS.items()},
    }
    run_scripts(_KEY, ("wall/wall.js",), data, on_stale_change=lambda: None)


_TEXTS = {
    "nobody": sentence("Nobody is here yet."),
    "one": sentence("One phone is here."),
    "here": sentence("{n} phones are here."),
    "turning": sentence("Version {version} now answers {k} of {n} phones."),
    "turned": sentence("Version {version} answers every phone."),
    "of": sentence("answers of {n}"),
    "word": sentence("phone here"),
    "words": sentence("phones here"),
    "restarted": sentence("The server was restarted. Answers lost: {n}. Open it once more."),
    "refused": sentence("The wall is for the presenter: sign in again."),
    "lost": sentence("Connection lost. The page comes back by itself."),
}


def _regions(version: ModelVersion) -> tuple[Region, ...]:
    flower = tuple(FIRST_FLOWER[feature] for feature in FEATURES)
    return decision_regions(
        version.load_forest(), flower, PLANE.x_feature, PLANE.y_feature, PLANE.x_limits, PLANE.y_limits
    )


with st.container(key="wall"):
    if is_presenter():
        state = hall.state()
        activity = state.activity
        if activity is None:
            wall_map(service.serving_version())
        elif activity.is_open:
            counting(activity)
        else:
            revealed(state, activity)
        if activity is None or activity.is_open or activity.kind != "labels":
            hall_controls(service, language)
    else:
        st.markdown(language.text("This page is for the presenter."))
        presenter_sign_in(language, explain=True)
