"""Tests of irisml.releases.gate."""

from dataclasses import replace

import msgspec
import pytest
from msgspec import structs

from irisml import Forest
from irisml.domain.findings import Finding
from irisml.model.flower_counts import Yardstick
from irisml.model.scores import CrossValidation, Evaluation
from irisml.registry.dataset_version import DatasetRecord
from irisml.releases.gate import GATE_RULES, Challenger, Champion, gate


def cross_validation(wrong):
    """Return one repeat of thirty flowers, ten of each species; those in *wrong* are misclassified."""
    right = tuple(int(flower not in wrong) for flower in range(30))
    return CrossValidation(
        n_repeats=1,
        split_n_correct=(sum(right),),
        split_n_test=(30,),
        y_true=(0,) * 10 + (1,) * 10 + (2,) * 10,
        flower_n_correct=right,
        probabilities=((1.0, 0.0, 0.0),) * 30,
    )


def judged(wrong) -> Evaluation:
    return Evaluation(
        test_rows=(0,),
        y_true=(0,),
        y_pred=(0,),
        importances=(0.0, 0.0, 1.0, 0.0),
        cross_validation=cross_validation(wrong),
    )


@pytest.fixture
def good(forest):
    """A challenger with one error in thirty flowers, and no champion."""
    return Challenger(forest, judged({12}), "data", None)


def verdicts(challenger):
    return {check.rule: check.passed for check in gate(challenger).checks}


def against(challenger, champion_wrong, challenger_wrong, data="data"):
    champion = Champion(7, judged(champion_wrong), data)
    return Challenger(challenger.forest, judged(challenger_wrong), challenger.judged_by, champion)


def test_a_good_first_model_passes_every_rule(good):
    """Without a champion, the floors decide."""
    assert verdicts(good) == {rule.__name__: True for rule in GATE_RULES}
    assert {"accuracy_floor", "recall_floor", "self_check", "not_worse"} <= verdicts(good).keys()
    assert gate(good).passed
    assert gate(good).champion is None


def test_accuracy_below_the_floor_is_refused(good):
    """Four of 30 wrong are 0.867, below 0.9; three wrong are exactly 0.9, and pass."""
    assert verdicts(against(good, {12}, {12, 13, 22, 23}))["accuracy_floor"] is False
    assert verdicts(against(good, {12}, {12, 13, 22}))["accuracy_floor"] is True


def test_low_recall_of_one_species_is_refused(good):
    """Three of ten versicolors wrong: accuracy 0.9, but a recall of 0.7."""
    report = gate(against(good, {12}, {10, 11, 12}))
    assert [str(check) for check in report.refusals] == [
        "The hardest species, versicolor, has a recall of only 0.7; at least 0.8 is required."
    ]


def test_a_forest_that_misclassifies_known_flowers_is_refused(good):
    """One that predicts setosa always is right for two of four."""
    blind = Forest(
        roots=(0,),
        feature=(-1,),
        index=(0,),
        right=(0,),
        thresholds=(),
        leaves=((1.0, 0.0, 0.0),),
        training_range=((4.3, 7.9),) * 4,
        n_node_samples=(120,),
    )
    report = gate(Challenger(blind, good.evaluation, "data", None))
    assert [str(check) for check in report.refusals] == ["Only 2 of 4 typical flowers are classified correctly."]


def test_six_flowers_lost_and_none_won_is_worse(good):
    """Exact McNemar p of 6 against 0 is 2/64 = 0.031."""
    report = gate(against(good, set(), {0, 1, 10, 11, 20, 21}))
    refused = {check.rule: str(check) for check in report.refusals}
    assert refused["not_worse"] == (
        "Significantly worse than champion 7 (flowers won: 0, lost: 6; McNemar p = 0.03125)."
    )
    assert report.champion == 7


def test_five_flowers_lost_and_none_won_are_not_significant(good):
    """p = 2/32 = 0.0625."""
    assert verdicts(against(good, set(), {0, 1, 10, 11, 20}))["not_worse"] is True


def test_a_much_better_challenger_is_not_worse(good):
    """The test is two-sided, the rule is not: 6 flowers won, none lost."""
    assert verdicts(against(good, {0, 1, 10, 11, 20, 21}, set()))["not_worse"] is True


def test_models_judged_by_other_flowers_are_not_compared_by_flower(good):
    """Row 3 of one reference is not row 3 of the other; the floors still apply."""
    report = gate(against(good, set(), {0, 1, 10, 11, 20, 21}, data="other"))
    not_worse = next(check for check in report.checks if check.rule == "not_worse")
    assert "was judged by other flowers" in str(not_worse)
    assert not_worse.passed


def yardstick(wrong) -> Yardstick:
    right = tuple(int(flower not in wrong) for flower in range(30))
    return Yardstick(name="linear discriminant", n_repeats=1, flower_n_correct=right)


def test_a_simple_model_that_is_significantly_better_refuses(good):
    """It gets six flowers right that the challenger gets wrong, and loses none: p = 0.031."""
    report = gate(replace(good, evaluation=judged({0, 10, 20}), yardsticks=(yardstick(set()),)))
    assert report.passed
    worse = {0, 10, 20, 1, 11, 21}
    refused = gate(replace(good, evaluation=judged(worse), yardsticks=(yardstick(set()),))).refusals
    assert "A simple model is significantly better: linear discriminant, 30 of 30; this one: 24" in str(refused[-1])


def test_one_simple_model_that_is_significantly_better_is_not_hidden_by_one_with_more_right(good):
    """The first gets one more right, but disagrees much: 9 won, 2 lost (p = 0.065); the second 6 and 0 (p = 0.031)."""
    ours = set(range(9))
    scattered = yardstick({10, 11})
    steady = yardstick({0, 1, 2})
    report = gate(replace(good, evaluation=judged(ours), yardsticks=(scattered, steady)))
    check = next(check for check in report.checks if check.rule == "no_better_yardstick")
    assert (check.passed, check.values["won"], check.values["lost"]) == (False, 0, 6)


def test_a_simple_model_that_is_better_by_chance_is_reported_only(good):
    """Four won and none lost, p = 0.125, as Fisher's discriminant against the forest."""
    found = gate(replace(good, evaluation=judged({0, 10, 20, 21}), yardsticks=(yardstick(set()),)))
    check = next(check for check in found.checks if check.rule == "no_better_yardstick")
    assert (check.passed, check.values["lost"], check.values["p"]) == (True, 4, 0.125)


def test_what_learned_from_refused_data_is_refused(good):
    record = DatasetRecord(
        number=2,
        created=None,
        by=None,
        source="x",
        parent=1,
        n_samples=3,
        class_counts=(1, 1, 1),
        fingerprint="f",
        checks=(Finding("labels", False, "Wrong.", {}),),
    )
    assert [check.rule for check in gate(replace(good, dataset=record)).refusals] == ["sound_data"]
    warned = structs.replace(record, checks=(Finding("drift", False, "Shifted.", {}, "warn"),))
    assert gate(replace(good, dataset=warned)).passed


def test_a_report_round_trips_through_json(good):
    report = gate(against(good, set(), {12}))
    assert msgspec.json.decode(msgspec.json.encode(report), type=type(report)) == report


def test_a_value_below_the_floor_is_not_rounded_up_to_it():
    """1349 of 1500 is under 0.9."""
    check = Finding("accuracy_floor", False, "{accuracy} is under {floor}.", {"accuracy": 1349 / 1500, "floor": 0.9})
    assert str(check) == "0.8993 is under 0.9."


@pytest.mark.parametrize("reason", ["{n.real}", "{n!r}", "{n:>300000000}", "{0}", "{}", "{n[0]}", "{n"])
def test_a_reason_may_contain_plain_placeholders_only(reason):
    """It is read from a file: an attribute could fail when used, a width could fill the memory."""
    with pytest.raises(ValueError, match=r"not a plain name|expected '}'"):
        Finding("rule", True, reason, {"n": 1})
