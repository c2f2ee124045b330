"""web.wall.charts.round_outcome: the hall against the model, as the wall draws it."""

import pytest

from irisml.monitoring.round_score import round_result
from web.i18n.text import language
from web.state.hall import Activity
from web.wall.charts.round_outcome import claim, narrowing_figure, scores_figure, split_figure, split_table

FLOWERS = ((6.0, 2.7, 5.1, 1.6),) * 6
TRUTH = (1,) * 6
ENGLISH = language("en")


def result(n_phones, predicted=TRUTH):
    """Phones that answer versicolor and virginica in turn, to every flower."""
    answers = [(phone, flower, 1 + (phone + flower) % 2) for phone in range(n_phones) for flower in range(6)]
    return round_result(answers, TRUTH, predicted)


def activity(predicted=TRUTH):
    return Activity(1, "round", FLOWERS, TRUTH, predicted, version=2)


def test_both_have_their_n_and_interval():
    drawn = scores_figure(result(10), 2, ENGLISH)
    assert "30 of 60 answers, 10 phones" in drawn
    assert "6 of 6 flowers" in drawn
    assert drawn.count("95% interval") == 2


@pytest.mark.parametrize(("predicted", "words"), [(TRUTH, "the model was right"), ((2,) * 6, "the model missed it")])
def test_the_flower_that_split_the_hall_is_drawn_with_its_truth(predicted, words):
    split = split_table(result(10, predicted), activity(predicted))
    assert (split.counts, split.truth) == ((0, 5, 5), 1)
    drawn = split_figure(split, ENGLISH)
    assert words in drawn
    assert "10 answers." in drawn
    assert 'class="split s1"' in drawn


def test_with_few_phones_nothing_is_claimed_and_no_narrowing_is_drawn():
    few = result(3)
    assert "At least 5 phones" in claim(few, ENGLISH)
    assert narrowing_figure(few, ENGLISH) == ""
    assert "<polygon" in narrowing_figure(result(10), ENGLISH)
