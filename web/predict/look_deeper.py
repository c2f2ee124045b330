"""Panels below the prediction; each is computed only when it is opened."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st
from markupsafe import Markup

from irisml.data.datasets import Dataset
from irisml.data.neighbours import loneliest_distance, nearest_flowers
from irisml.domain.errors import NoCountsError
from irisml.domain.i18n import sentence
from irisml.domain.measurements import FEATURES, MAP_FEATURES, SPECIES
from irisml.model.explanation import changes, contributions, tree_nodes, tree_path, tree_votes
from irisml.model.forest import Forest
from irisml.registry.version import REFERENCE_NUMBER
from web.frame.drawing import draw
from web.html.plane import Plane
from web.html.regions import regions_figure, regions_table
from web.html.species_mark import species_markdown
from web.i18n.text import Language
from web.i18n.vocabulary import feature_name
from web.predict.charts.contributions import contributions_figure, contributions_table
from web.predict.charts.flowers_plane import flowers_plane_figure, flowers_plane_table, nearest_figure
from web.predict.charts.tree_drawing import tree_figure, tree_table
from web.predict.charts.tree_votes import tree_vote_figure, votes_figure, votes_table
from web.state.chosen_flower import choose_flower
from web.state.link_parts import PANELS
from web.state.page_state import for_widget, recall, remember
from web.state.slider_limits import SLIDER_CM


@dataclass(frozen=True, eq=False)
class Looked:
    """Input of a panel.

    Parameters
    ----------
    flower : list of float
        Lengths in cm, in the order of `FEATURES`.
    forest : Forest
        The serving trees.
    dataset : Dataset
        The reference, and *test_rows* that were held out.
    test_rows : tuple of int
    learned_from : int
        Number of the data set that the trees learned from.
    """

    flower: list[float]
    forest: Forest
    dataset: Dataset
    test_rows: tuple[int, ...]
    learned_from: int

    @property
    def training_rows(self) -> list[int]:
        """Rows of the reference that were not held out."""
        unseen = set(self.test_rows)
        return [row for row in range(self.dataset.n_samples) if row not in unseen]


_SWITCH = "look-deeper"


def look_deeper_switch(language: Language) -> None:
    """Draw the choice of the panel."""
    st.pills(
        language.text("Explain"),
        PANELS,
        default=for_widget("predict.open", _SWITCH),
        format_func=lambda key: language.text(_PANELS[key][0]),
        key=_SWITCH,
        on_change=_open_chosen,
    )


def _open_chosen() -> None:
    remember({"predict.open": st.session_state[_SWITCH]})


def look_deeper(key: str, looked: Looked, language: Language) -> None:
    """Draw the chosen panel for this flower."""
    name, draw_panel = _PANELS[key]
    with st.container(key="deeper"):
        draw(
            Markup('<h2 class="panel-title" tabindex="-1" data-opened="{key}">{name}</h2>').format(
                key=key, name=language.text(name)
            )
        )
        draw_panel(looked, language)


def _why(looked: Looked, language: Language) -> None:
    try:
        told = contributions(looked.forest, looked.flower)
    except NoCountsError as error:
        st.info(language.error(error))
        return
    draw(contributions_figure(contributions_table(told, looked.flower), language))
    st.markdown(
        language.text("Each split shifts the predicted probability; the shift is credited to the feature it tests.")
    )


def _what_if(looked: Looked, language: Language) -> None:
    found = changes(looked.forest, looked.flower, SLIDER_CM)
    if not found:
        st.markdown(language.text("No single length, within the range of its slider, changes this prediction."))
    for change in found:
        with st.container(horizontal=True, vertical_alignment="center", key=f"change-{change.feature}"):
            st.markdown(
                language.text(
                    "{feature} {by} cm: it would be {species}.",
                    feature=feature_name(change.feature, language),
                    by=language.signed(change.by),
                    species=species_markdown(SPECIES.index(change.species)),
                ),
                width="stretch",
            )
            st.button(
                language.text("Set it to {value} cm", value=language.number(change.value)),
                key=f"do-{change.feature}",
                on_click=_set_length,
                args=(change.feature, change.value),
            )


def _set_length(feature: str, value: float) -> None:
    choose_flower(value if one == feature else recall(one) for one in FEATURES)


def _among(looked: Looked, language: Language) -> None:
    plane = Plane(*MAP_FEATURES, *(SLIDER_CM[feature] for feature in MAP_FEATURES))
    draw(flowers_plane_figure(flowers_plane_table(looked.dataset, plane), plane, looked.flower, language))
    nearest = nearest_flowers(looked.dataset, looked.flower)
    usual = loneliest_distance(looked.dataset)
    if nearest[0].distance > usual:
        st.warning(
            language.text(
                "No real flower is close to this one: the nearest is {distance} cm away, but each of the {n} flowers "
                "is within {usual} cm of its nearest neighbour. The prediction is unreliable.",
                distance=language.number(nearest[0].distance, 2),
                n=looked.dataset.n_samples,
                usual=language.number(usual, 2),
            )
        )
    draw(nearest_figure(nearest, language))
    draw(Markup('<p class="ranges">{}</p>').format(_ranges(looked, language)))


def _ranges(looked: Looked, language: Language) -> str:
    seen = [
        language.text(
            "{feature} {low} to {high}",
            feature=feature_name(feature, language),
            low=language.number(low),
            high=language.number(high),
        )
        for feature, (low, high) in zip(FEATURES, looked.forest.training_range, strict=True)
    ]
    return language.text("Training range (cm): {ranges}.", ranges=", ".join(seen))


def _trees(looked: Looked, language: Language) -> None:
    votes = votes_table(tree_votes(looked.forest, looked.flower))
    # A decision tree is a forest of one tree: there is no choice.
    tree = 1
    if len(votes.votes) > 1:
        most = len(votes.votes)
        shown = for_widget("predict.tree", "tree", lambda n: min(n, most))
        tree = st.number_input(language.text("Show tree"), 1, most, shown, key="tree")
        if tree != shown:
            remember({"predict.tree": tree})
    rows = looked.training_rows
    X, y = looked.dataset.X.tolist(), looked.dataset.y.tolist()
    root = tree_nodes(looked.forest, tree - 1, [X[row] for row in rows], [y[row] for row in rows])
    if looked.learned_from != REFERENCE_NUMBER:
        st.markdown(
            language.text(
                "The trees learned from data set {dataset}. The flowers that are drawn are those of the reference.",
                dataset=looked.learned_from,
            )
        )
    draw(tree_figure(tree_table(root, looked.forest.path(tree - 1, looked.flower)), language))
    draw(tree_vote_figure(tree_path(looked.forest, tree - 1, looked.flower), language))
    draw(votes_figure(votes, tree - 1, language))


def _map(looked: Looked, language: Language) -> None:
    most, n_trees = len(looked.forest.roots), 1
    if most > 1:
        shown = for_widget("predict.trees", "first-trees", lambda n: most if n is None else min(n, most))
        n_trees = st.slider(language.text("The first trees of {n}", n=most), 1, most, shown, key="first-trees")
        remember({"predict.trees": None if n_trees == most else n_trees})
    plane = Plane(*MAP_FEATURES, *(SLIDER_CM[feature] for feature in MAP_FEATURES))
    found = regions_table(looked.forest, n_trees, looked.flower, plane)
    draw(regions_figure(found, [], plane, looked.flower, language))
    st.markdown(
        language.text("Background: what these trees predict if the other two lengths are as in your flower, the ring.")
    )


_PANELS: dict[str, tuple[str, Callable[[Looked, Language], None]]] = {
    "why": (sentence("Why?"), _why),
    "what-if": (sentence("What would change it?"), _what_if),
    "among": (sentence("Among real flowers"), _among),
    "trees": (sentence("The trees"), _trees),
    "map": (sentence("The map"), _map),
}
