"""Tests of web.charts of the page Quality."""

import re

from irisml.model.calibration import ConfidenceGroup
from irisml.model.regions import Region
from tests.five_flowers import EVALUATION
from web.html.luck import LuckBar, luck_figure, luck_sentence, luck_table
from web.html.plane import Plane
from web.html.regions import held_out_table, regions_figure
from web.i18n.text import language
from web.quality.charts.calibration import calibration_figure
from web.quality.charts.species_scores import (
    importances_figure,
    importances_table,
    species_scores_figure,
    species_scores_table,
)

PLANE = Plane("petal_length", "petal_width", (1.0, 7.0), (0.1, 2.5))


def test_splits_are_counted_by_their_accuracy():
    """Folds of two: 0, 1, 2, 2 right are 0, 2 or 3 (2.5 rounds to even), 5 and 5 of 5; ours is 4 of 5."""
    assert luck_table(EVALUATION) == [
        LuckBar(0, 5, 1, is_ours=False),
        LuckBar(1, 5, 0, is_ours=False),
        LuckBar(2, 5, 1, is_ours=False),
        LuckBar(3, 5, 0, is_ours=False),
        LuckBar(4, 5, 0, is_ours=True),
        LuckBar(5, 5, 2, is_ours=False),
    ]


def test_the_split_chart_and_its_text_have_the_same_numbers():
    """One dark column, for our split."""
    svg = luck_figure(luck_table(EVALUATION), language("en"))
    assert svg.count('class="ours"') == 1
    assert 'aria-label="Splits by their accuracy: 0%: 1, 20%: 0, 40%: 1, 60%: 0, 80%: 0 (this split), 100%: 2"' in svg
    assert luck_sentence(EVALUATION, language("en")) == (
        "Of 4 ways to hold out a fifth of the 4 flowers, 2 give 100% and the worst 0%: one split alone proves little."
    )


def test_the_recall_of_each_species_has_an_interval():
    """Versicolor: 1 of 2 found, 9 to 91%."""
    rows = species_scores_table(EVALUATION)
    assert [(row.species, row.n) for row in rows] == [(0, 1), (1, 2), (2, 2)]
    assert (round(rows[1].recall_low, 3), round(rows[1].recall_high, 3)) == (0.095, 0.905)
    html = species_scores_figure(rows, language("en"))
    assert "<td>100%</td><td>50% <small>9% to 91%</small></td><td>0.67</td><td>2</td>" in html


def test_importances_are_in_descending_order():
    assert importances_table(EVALUATION)[0] == ("petal_length", 0.5)
    assert 'style="left:0;width:50.0%"' in importances_figure(importances_table(EVALUATION), language("en"))


def test_a_calibration_group_shows_interval_and_mean_probability():
    """Nine of ten: 60 to 98%; the mean probability was 95%."""
    html = calibration_figure((ConfidenceGroup(0.9, 0.99, 10, 9, 0.95),), language("en"))
    assert 'style="left:59.6%;width:38.6%"' in html
    assert '<b style="left:95.0%"></b>' in html
    for words in ("90% to 99%", "<td>90%</td>", "9 of 10 flowers"):
        assert words in html


def test_test_flowers_are_on_the_map_and_errors_are_ringed(iris):
    """Row 70 is misclassified."""
    points = held_out_table(iris, EVALUATION, PLANE)
    assert [(point.row, point.missed) for point in points] == [
        (3, False),
        (70, True),
        (71, False),
        (120, False),
        (121, False),
    ]
    regions = (Region("setosa", 1.0, 4.0, 0.1, 2.5), Region("virginica", 4.0, 7.0, 0.1, 2.5))
    svg = regions_figure(regions, points, PLANE, [5.9, 2.8, 4.8, 1.6], language("en"))
    x, y = iris.X[70, 2], iris.X[70, 3]
    assert re.findall(r'class="missed" cx="([\d.]+)" cy="([\d.]+)"', svg) == [(f"{PLANE.x(x):g}", f"{PLANE.y(y):g}")]
    assert "setosa 50%, versicolor 0%, virginica 50%. 5 test flowers, 1 misclassified." in svg
