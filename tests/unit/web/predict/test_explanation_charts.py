"""Charts of the explanations: tables, and figures that show them."""

import re

import pytest

from irisml.data.neighbours import NearFlower
from irisml.domain.measurements import Measurement
from irisml.model.explanation import Contributions, Question, TreePath
from web.html.plane import Plane
from web.i18n.text import language
from web.predict.charts.contributions import contributions_figure, contributions_table
from web.predict.charts.flowers_plane import flowers_plane_figure, flowers_plane_table, nearest_figure
from web.predict.charts.tree_votes import VotesTable, tree_vote_figure, votes_figure, votes_table

FLOWER = [5.9, 2.8, 4.8, 1.6]


@pytest.fixture
def plane():
    return Plane("petal_length", "petal_width", (1.0, 7.0), (0.1, 2.5))


@pytest.fixture
def told():
    """Versicolor: baseline 0.25, contributions -0.05, +0.1, +0.3 and +0.15, probability 0.75."""
    return Contributions(
        baseline=(0.5, 0.25, 0.25),
        by_feature=((0.0, -0.05, 0.05), (-0.1, 0.1, 0.0), (-0.3, 0.3, 0.0), (-0.1, 0.15, -0.05)),
        probabilities=(0.0, 0.75, 0.25),
    )


def test_contributions_are_stacked_in_descending_order(told):
    """Each begins where the previous one ended; the last ends at the probability."""
    table = contributions_table(told, FLOWER)
    assert (table.species, table.baseline, table.probability) == (1, 0.25, 0.75)
    assert [row.feature for row in table.rows] == ["petal_length", "petal_width", "sepal_width", "sepal_length"]
    assert [(round(row.before, 9), round(row.after, 9)) for row in table.rows] == [
        (0.25, 0.55),
        (0.55, 0.7),
        (0.7, 0.8),
        (0.8, 0.75),
    ]


def test_contributions_are_drawn_at_their_position(told):
    """Negative ones are drawn hollow, from right to left."""
    html = contributions_figure(contributions_table(told, FLOWER), language("en"))
    assert '<span class="more" style="left:25.0%;width:30.0%"></span>' in html
    assert '<span class="less" style="left:75.0%;width:5.0%"></span>' in html
    for words in ("25.0%", "+30.0 points", "−5.0 points", "75.0%", "Petal length <small>4.8 cm</small>"):
        assert words in html


def test_a_plane_maps_centimetres_to_pixels(plane):
    """The limits are the corners."""
    assert (plane.x(1.0), plane.x(7.0)) == (26.0, 314.0)
    assert (plane.y(2.5), plane.y(0.1)) == (16.0, 166.0)
    assert plane.x(4.0) == 170.0


def test_every_flower_of_the_data_set_is_on_the_plane(iris, plane):
    points = flowers_plane_table(iris, plane)
    assert len(points) == 150
    assert (points[0].x, points[0].y, points[0].species) == (1.4, 0.2, 0)


def test_the_visitors_flower_is_drawn_with_custom_properties(iris, plane):
    """The script moves it by them; the description has its position."""
    svg = flowers_plane_figure(flowers_plane_table(iris, plane), plane, FLOWER, language("fr"))
    assert 'data-numbers="petal_length petal_width" style="--petal_length:4.8;--petal_width:1.6;transform:' in svg
    assert "Votre fleur est à 4,8 et 1,6\u00a0cm." in svg
    # one path per species, with a mark for each of its fifty flowers
    assert [data.count("M") for data in re.findall(r'class="flower s\d" d="([^"]*)"', svg)] == [50, 50, 50]


def test_the_nearest_flowers_have_number_lengths_and_distance():
    """Numbers count from 1."""
    near = NearFlower(row=63, measurement=Measurement(6.1, 2.9, 4.7, 1.4), species="versicolor", distance=0.316)
    html = nearest_figure((near,), language("fr"))
    assert "n°\u00a064" in html
    assert "<td>6,1</td><td>2,9</td><td>4,7</td><td>1,4</td><td>0,32</td>" in html


def test_votes_are_counted_by_species():
    assert votes_table(["virginica", "setosa", "virginica"]) == VotesTable((1, 0, 2), (2, 0, 2))


def test_every_tree_has_a_mark_and_the_chosen_one_is_ringed():
    """The 27th tree is second in the second row."""
    table = VotesTable((0, 30, 0), (1,) * 30)
    html = votes_figure(table, 26, language("en"))
    assert "Votes of 30 trees" in html
    assert re.search(r'class="s1" d="([^"]*)"', html)[1].count("M") == 30
    assert '<circle class="looked-at" cx="18" cy="18"' in html


def test_the_vote_of_a_tree_says_how_its_leaf_came_to_it():
    path = TreePath((Question("petal_length", 2.45, 4.8, yes=False),), (0.0, 0.9, 0.1))
    html = tree_vote_figure(path, language("en"))
    assert "90% of the training flowers in this leaf are of this species." in html
