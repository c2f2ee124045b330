"""irisml.monitoring.agreement: what a hall labels."""

import io

import pytest

from irisml.jobs.new_dataset import read_flower_file
from irisml.monitoring.agreement import labelled_csv, labelled_flowers, n_same

FLOWERS = [(6.0, 2.7, 5.1, 1.6), (5.1, 3.5, 1.4, 0.2)]


@pytest.mark.parametrize(
    ("labels", "is_agreed"), [([1] * 4, False), ([1] * 5, True), ([1] * 8 + [2] * 2, True), ([1] * 7 + [2] * 3, False)]
)
def test_a_flower_is_learned_from_if_five_phones_labelled_it_and_four_of_five_agree(labels, is_agreed):
    [flower, other] = labelled_flowers(FLOWERS, [(phone, 0, label) for phone, label in enumerate(labels)])
    assert flower.is_agreed is is_agreed
    assert (other.n, other.is_agreed, other.agreement) == (0, False, 0.0)


def test_the_agreement_has_its_n_and_interval():
    [flower] = labelled_flowers(FLOWERS[:1], [(0, 0, 1), (1, 0, 1), (2, 0, 2)])
    low, high = flower.interval
    assert (flower.counts, flower.n, flower.species) == ((0, 2, 1), 3, 1)
    assert low < flower.agreement < high


def test_only_the_flowers_that_are_agreed_become_a_file_that_can_be_read():
    answers = [(phone, 0, 1) for phone in range(6)] + [(phone, 1, phone % 3) for phone in range(6)]
    content = labelled_csv(labelled_flowers(FLOWERS, answers))
    dataset = read_flower_file(io.BytesIO(content), "a hall").dataset
    assert (dataset.X.tolist(), dataset.y.tolist()) == ([list(FLOWERS[0])], [1])


def test_the_quality_on_served_flowers_counts_the_agreed_ones(forest):
    """The forest calls the first one versicolor or virginica, the second one setosa."""
    answers = [(phone, 0, 0) for phone in range(6)] + [(phone, 1, 0) for phone in range(6)]
    assert n_same(labelled_flowers(FLOWERS, answers), forest) == 1
    assert n_same(labelled_flowers(FLOWERS, answers[6:]), forest) == 1
    assert n_same(labelled_flowers(FLOWERS, answers[:6]), forest) == 0
