"""Tests of web.data.charts.flowers_scatter."""

import pytest

from web.data.charts.flowers_scatter import (
    FlowerRow,
    PlotColours,
    distribution_alt,
    distribution_figure,
    flowers_table,
    scatter_alt,
    scatter_figure,
)
from web.i18n.text import language

COLOURS = PlotColours(("#111111", "#222222", "#333333"), "#444444")


@pytest.fixture
def rows():
    """Two versicolors and a virginica."""
    return (
        FlowerRow(50, (7.0, 3.2, 4.7, 1.4), 1, unseen=False),
        FlowerRow(51, (6.4, 3.2, 4.5, 1.5), 1, unseen=True),
        FlowerRow(100, (6.3, 3.3, 6.0, 2.5), 2, unseen=False),
    )


def test_flowers_are_filtered_by_species_and_length(iris):
    """Setosas with petals of at least 1.9 cm: rows 24 and 44; the second was held out."""
    found = flowers_table(iris, test_rows=[44], species=[0], limits={"petal_length": (1.9, 7.0)})
    assert [(row.row, row.unseen) for row in found] == [(24, False), (44, True)]


def test_each_species_is_a_trace_with_its_marker_and_colour(rows):
    """Also a species without a flower, so that the legend stays."""
    setosa, versicolor, virginica = scatter_figure(rows, "petal_length", "petal_width", COLOURS, language("en")).data
    assert (len(setosa.x or ()), list(versicolor.x), list(virginica.y)) == (0, [4.7, 4.5], [2.5])
    assert (versicolor.marker.symbol, versicolor.marker.color) == ("diamond", "#222222")
    assert list(versicolor.text) == ["no. 51", "no. 52"]


def test_plots_use_the_decimal_separator_of_the_language(rows):
    figure = distribution_figure(rows, "petal_length", COLOURS, language("fr"))
    assert figure.layout.separators[0] == ","
    assert figure.layout.xaxis.title.text == "Longueur du pétale (cm)"


def test_plots_have_a_text_alternative_with_numbers(rows):
    """Range and median; species without a flower are left out."""
    assert scatter_alt(rows, "petal_length", "petal_width", language("en")) == (
        "Petal length × Petal width. versicolor (2): 4.5 to 4.7 by 1.4 to 1.5 cm; "
        "virginica (1): 6.0 to 6.0 by 2.5 to 2.5 cm"
    )
    assert distribution_alt(rows, "petal_length", language("en")) == (
        "Petal length. versicolor: median 4.6, 4.5 to 4.7 cm; virginica: median 6.0, 6.0 to 6.0 cm"
    )
