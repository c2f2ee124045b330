"""irisml.monitoring.round_score: the hall against the model."""

import random

import pytest

from irisml.domain.intervals import wilson_interval
from irisml.monitoring.round_score import round_result, split_flower

TRUTH = [k % 3 for k in range(30)]


def hall(n_phones, skill, seed=0, n_flowers=30, *, by_flower=None):
    """Answers of phones with a skill: the probability of the right species, or of each flower its own."""
    draw, answers = random.Random(seed), []
    for phone in range(n_phones):
        for flower in draw.sample(range(n_flowers), 5):
            right = draw.random() < (skill if by_flower is None else by_flower[flower])
            answers.append((phone, flower, TRUTH[flower] if right else (TRUTH[flower] + 1) % 3))
    return answers


def model(n_wrong):
    return [(k + 1) % 3 if place < n_wrong else k for place, k in enumerate(TRUTH)]


def test_both_are_counted_on_the_same_flowers():
    answers = [(0, 0, 0), (0, 1, 1), (1, 1, 0)]
    result = round_result(answers, TRUTH, model(1))
    assert (result.hall.n_correct, result.hall.n, result.n_phones) == (2, 3, 2)
    assert (result.model.n_correct, result.model.n) == (1, 2)


def test_without_answers_there_is_no_result():
    assert round_result([], TRUTH, model(1)) is None


@pytest.mark.parametrize(("skill", "n_wrong", "verdict"), [(0.5, 1, "model"), (0.97, 15, "hall"), (0.95, 2, "none")])
def test_the_verdict_has_three_versions(skill, n_wrong, verdict):
    assert round_result(hall(120, skill), TRUTH, model(n_wrong)).verdict == verdict


@pytest.mark.parametrize(("n_phones", "n_flowers"), [(4, 30), (40, 0)])
def test_with_few_phones_nothing_is_claimed(n_phones, n_flowers):
    answers = hall(n_phones, 0.2) if n_flowers else [(phone, phone % 4, 1) for phone in range(n_phones)]
    assert round_result(answers, TRUTH, model(0)).verdict == "too few"


def test_the_interval_is_wider_than_that_of_independent_answers_if_flowers_differ():
    """Half of the flowers everybody knows, the others nobody: 600 answers are hardly more than 30."""
    by_flower = [0.98 if flower % 2 else 0.3 for flower in range(30)]
    result = round_result(hall(120, 0, by_flower=by_flower), TRUTH, model(1))
    low, high = result.hall.interval
    narrow_low, narrow_high = wilson_interval(result.hall.n_correct, result.hall.n)
    assert high - low > 2 * (narrow_high - narrow_low)


def test_the_interval_covers_the_true_accuracy_in_about_95_of_100_halls():
    covered = 0
    for seed in range(100):
        draw = random.Random(seed)
        by_flower = [min(1.0, max(0.0, draw.gauss(0.7, 0.2))) for _ in range(30)]
        low, high = round_result(hall(40, 0, seed, by_flower=by_flower), TRUTH, model(1)).hall.interval
        covered += low <= 0.7 <= high
    assert covered >= 88


def test_if_all_answers_are_right_the_interval_is_that_of_as_many_as_there_are_phones():
    answers = hall(12, 1.0)
    result = round_result(answers, TRUTH, model(0))
    fewer = min(12, result.n_flowers)
    assert result.hall.accuracy == 1
    assert result.hall.interval == wilson_interval(fewer, fewer)


def test_the_interval_narrows_with_the_answers():
    steps = round_result(hall(120, 0.7), TRUTH, model(1)).narrowing
    assert steps[-1][0] == 600
    assert [n for n, _, _ in steps] == sorted(n for n, _, _ in steps)
    assert steps[0][2] - steps[0][1] > steps[-1][2] - steps[-1][1]


def test_the_flower_that_split_the_hall_has_the_most_divided_answers():
    answers = [(phone, 3, phone % 2) for phone in range(10)] + [(phone, 4, 1) for phone in range(10)] + [(0, 5, 2)]
    split = split_flower(answers)
    assert (split.flower, split.counts) == (3, (5, 5, 0))


def test_no_flower_split_a_hall_that_agrees_or_has_hardly_answered():
    assert split_flower([(phone, 3, 1) for phone in range(10)]) is None
    assert split_flower([(0, 3, 1), (1, 3, 2)]) is None


def test_the_same_answers_give_the_same_result():
    answers = hall(30, 0.7)
    assert round_result(answers, TRUTH, model(1)) == round_result(answers, TRUTH, model(1))
