"""Confusion matrix with cells as buttons; a click shows the flowers of the cell."""

import streamlit as st
from markupsafe import Markup

from irisml.data.datasets import Dataset
from irisml.domain.measurements import SPECIES
from web.frame.drawing import draw
from web.frame.navigation import PREDICT
from web.html.confusion_matrix import ConfusionTable
from web.html.species_mark import species_label
from web.i18n.text import Language
from web.state.chosen_flower import choose_flower
from web.state.page_state import address_query, recall, remember

_CELL = "quality.cell"
Cell = tuple[int, int]


def matrix_buttons(table: ConfusionTable, language: Language) -> Cell | None:
    """Draw the matrix and return the chosen cell (true, predicted); None before the first click."""
    chosen: Cell | None = recall(_CELL)
    species = range(len(SPECIES))
    if chosen:
        # The chosen cell is marked by a CSS rule: a different key would create a new button, which loses the focus.
        st.html(
            Markup("<style>.st-key-matrix-{}-{} button {{ outline: 3px solid var(--leaf) }}</style>").format(
                chosen[0], chosen[1]
            )
        )
    with st.container(key="matrix"):
        _head(language.text("Predicted"), "over")
        _head(language.text("Actual"), "axis first")
        for predicted in species:
            _head(species_label(predicted), f"column s{predicted}")
        _head(language.text("Recall"), "axis end")
        for true in species:
            _head(species_label(true), f"row s{true}")
            for predicted in species:
                _button(true, predicted, table, language)
            _share(table.counts[true][true], table.row_sums[true], language)
        _head(language.text("Precision"), "axis")
        for predicted in species:
            _share(table.counts[predicted][predicted], table.column_sums[predicted], language)
    return chosen


def _head(html: str | Markup, classes: str) -> None:
    draw(Markup('<p class="matrix-head {classes}">{html}</p>').format(classes=classes, html=html))


def _share(hits: int, total: int, language: Language) -> None:
    share = language.percentage(hits / total) if total else "–"
    counts = language.text("{n} of {of}", n=hits, of=total)
    _head(Markup("{share}<small>{counts}</small>").format(share=share, counts=counts), "share")


def _button(true: int, predicted: int, table: ConfusionTable, language: Language) -> None:
    count = table.counts[true][predicted]
    kind = "hit" if true == predicted else "miss" if count else "none"
    # Text for screen readers, which do not convey the position of the button; hidden by CSS.
    words = language.text("{true}, predicted as {predicted}", true=SPECIES[true], predicted=SPECIES[predicted])
    with st.container(key=f"cell-{kind}-{true}-{predicted}"):
        st.button(
            f"{count} *{words}*",
            key=f"matrix-{true}-{predicted}",
            width="stretch",
            on_click=_choose,
            args=((true, predicted),),
        )


def _choose(cell: Cell) -> None:
    remember({_CELL: cell})


def cell_flowers(cell: Cell, rows: tuple[int, ...], dataset: Dataset, language: Language) -> None:
    """List the test flowers of a cell, each a button that opens it on the landing page."""
    true, predicted = cell
    title = language.markup(
        "Test flowers that are {true} and were predicted as {predicted}: {n}.",
        n=len(rows),
        true=species_label(true),
        predicted=species_label(predicted),
    )
    draw(Markup('<p class="cell-title">{title}</p>').format(title=title))
    with st.container(key="cell-flowers", horizontal=True, gap="small"):
        for row in rows:
            lengths = " · ".join(language.number(value) for value in dataset.X[row].tolist())
            label = language.text("No. {n}: {lengths} cm", n=row + 1, lengths=lengths)
            if st.button(label, key=f"open-{row}"):
                choose_flower(dataset.X[row].tolist())
                st.switch_page(PREDICT, query_params=address_query("predict"))
