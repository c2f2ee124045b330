"""Preset flowers: a typical one of each species, the one from the talk, and a held-out one."""

import secrets

import streamlit as st
from markupsafe import Markup

from irisml.data.datasets import Dataset
from irisml.domain.measurements import SPECIES, TALK_SAMPLE, TYPICAL_FLOWERS
from irisml.model.scores import Evaluation
from web.frame.drawing import draw
from web.html.species_mark import species_label, species_markdown
from web.i18n.text import Language
from web.state.chosen_flower import choose_flower
from web.state.page_state import recall, remember


def flower_presets(dataset: Dataset, evaluation: Evaluation, language: Language) -> None:
    """Draw the buttons."""
    with st.container(key="presets", horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(language.text("Try"), width="content")
        for k, species in enumerate(SPECIES):
            st.button(
                species_markdown(k),
                key=f"preset-{species}",
                on_click=choose_flower,
                args=(TYPICAL_FLOWERS[species],),
            )
        st.button(language.text("From the talk"), key="preset-talk", on_click=choose_flower, args=(TALK_SAMPLE,))
        st.button(
            language.text("An unseen flower"),
            key="preset-unseen",
            on_click=_choose_unseen,
            args=(dataset, evaluation),
        )


def unseen_question(flower: list[float], dataset: Dataset, evaluation: Evaluation, language: Language) -> None:
    """Draw the question for the species of the held-out flower, while the sliders are at that flower."""
    number = recall("predict.unseen")
    row = -1 if number is None else number - 1
    if row in evaluation.test_rows and flower == dataset.X[row].tolist():
        with st.container(key="unseen", horizontal=True, vertical_alignment="center"):
            _question(row, evaluation, language)


def _choose_unseen(dataset: Dataset, evaluation: Evaluation) -> None:
    row = secrets.choice(evaluation.test_rows)
    choose_flower(dataset.X[row].tolist(), row)


def _question(row: int, evaluation: Evaluation, language: Language) -> None:
    if not recall("predict.revealed"):
        st.markdown(language.text("Flower no. {n} was held out. Which species is it?", n=row + 1))
        st.button(language.text("Reveal"), key="reveal", on_click=_reveal)
        return
    at = evaluation.test_rows.index(row)
    true, said = evaluation.y_true[at], evaluation.y_pred[at]
    verdict = (
        language.markup("Flower no. {n} is {species}, and the model is right.", n=row + 1, species=species_label(true))
        if true == said
        else language.markup(
            "Flower no. {n} is {species}, but the model predicts {other}.",
            n=row + 1,
            species=species_label(true),
            other=species_label(said),
        )
    )
    draw(Markup('<p class="verdict">{verdict}</p>').format(verdict=verdict))


def _reveal() -> None:
    remember({"predict.revealed": True})
