"""web.data.charts.flowers_scatter"""

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
    return [
        FlowerRow(50, (7.0, 3.2, 4.7, 1.4), 1, unseen=False),
        FlowerRow(51, (6.4, 3.2, 4.5, 1.5), 1, unseen=True),
        FlowerRow(100, (6.3, 3.3, 6.0, 2.5), 2, unseen=False),
    ]


def test_a_filter_takes_species_and_lengths(iris):
    """Setosas with petals of at least 1.9 cm: rows 24 and 44; the second was held out."""
    found = flowers_table(iris, test_rows=[44], species=[0], limits={"petal_length": (1.9, 7.0)})
    assert [(row.row, row.unseen) for row in found] == [(24, False), (44, True)]


def test_each_species_is_a_trace_with_its_mark_and_colour(rows):
    """Also one without a flower, so that the legend stays."""
    setosa, versicolor, virginica = scatter_figure(rows, "petal_length", "petal_width", COLOURS, language("en")).data
    assert (len(setosa.x or ()), list(versicolor.x), list(virginica.y)) == (0, [4.7, 4.5], [2.5])
    assert (versicolor.marker.symbol, versicolor.marker.color) == ("diamond", "#222222")
    assert list(versicolor.text) == ["no. 51", "no. 52"]


def test_plots_have_the_languages_decimal_sign(rows):
    """A comma in French."""
    figure = distribution_figure(rows, "petal_length", COLOURS, language("fr"))
    assert figure.layout.separators[0] == ","
    assert figure.layout.xaxis.title.text == "Longueur du pétale (cm)"


def test_plots_are_said_in_numbers(rows):
    """From where to where, and the median; a species without a flower is not spoken of."""
    assert scatter_alt(rows, "petal_length", "petal_width", language("en")) == (
        "Petal length × Petal width. versicolor (2): 4.5 to 4.7 by 1.4 to 1.5 cm; "
        "virginica (1): 6.0 to 6.0 by 2.5 to 2.5 cm"
    )
    assert distribution_alt(rows, "petal_length", language("en")) == (
        "Petal length. versicolor: median 4.6, 4.5 to 4.7 cm; virginica: median 6.0, 6.0 to 6.0 cm"
    )
