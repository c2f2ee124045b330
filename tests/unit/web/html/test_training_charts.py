"""Charts of a training: folds, lights of the gate, comparison."""

import dataclasses

import msgspec
import pytest

from irisml.domain.findings import Finding
from irisml.model.gate_report import GateReport
from irisml.releases.gate import GATE_RULES
from irisml.training.progress import Progress
from web.html.gate_lights import gate_figure, gate_lights, waiting_lights
from web.html.luck import folds_table
from web.html.training_progress import training_progress_figure
from web.html.versions import held_out_sentence
from web.i18n.text import language

EN = language("en")


def test_folds_are_counted_while_they_arrive_and_their_columns_stay():
    """From 25 to 30 of 30, unless a fold is worse."""
    assert [bar.n_correct for bar in folds_table([])] == [25, 26, 27, 28, 29, 30]
    assert [bar.n_splits for bar in folds_table([(30, 30), (28, 30), (30, 30)])] == [0, 0, 0, 1, 0, 2]
    assert folds_table([(23, 30)])[0].n_correct == 23
    assert all(bar.n_correct >= 0 for bar in folds_table([(1, 3)]))


def test_each_rule_is_a_light_with_its_sentence_in_their_order():
    report = GateReport(
        1, (Finding("accuracy_floor", True, "It is {n}.", {"n": 3}), Finding("my_rule", False, "Too few.", {}))
    )
    lights = gate_lights(report, EN)
    assert [(light.name, light.passed, light.sentence) for light in lights] == [
        ("Accuracy", True, "It is 3."),
        ("my rule", False, "Too few."),
    ]
    html = gate_figure(lights, EN)
    assert html.index('class="passed" style="--place:0"') < html.index('class="refused" style="--place:1"')
    assert ": passed</span>" in html
    assert ": refused</span>" in html


def test_as_many_lights_wait_as_the_gate_has_rules():
    assert [light.passed for light in waiting_lights(EN)] == [None] * len(GATE_RULES)


def test_the_progress_has_a_bar_and_a_sentence():
    html = training_progress_figure(Progress("cross-validate", 17, 51), 12.4, EN)
    assert 'value="0.333"' in html
    assert "Training: 17 of 51 models, about 12 s left" in html
    assert "Training starts" in training_progress_figure(None, None, EN)


@pytest.fixture
def versions(registry):
    return registry.get(1), registry.get(2)


def with_errors(version, n):
    """Return the version with n more errors among its test flowers."""
    said = list(version.evaluation.y_true)
    for row in range(n):
        said[row] = (said[row] + 1) % 3
    evaluation = msgspec.structs.replace(version.evaluation, y_pred=tuple(said))
    return dataclasses.replace(version, manifest=msgspec.structs.replace(version.manifest, evaluation=evaluation))


@pytest.mark.parametrize(
    ("ours", "theirs", "sentence"),
    [
        (1, 1, "Both get 29 of the 30 unseen flowers right."),
        (2, 1, "28 and 29 of 30 unseen flowers: a difference of 1 flower. No difference can be claimed."),
        (12, 0, "18 and 30 of 30 unseen flowers: a difference of 12 flowers."),
    ],
)
def test_a_difference_of_one_flower_is_no_difference(versions, ours, theirs, sentence):
    version, other = versions
    assert held_out_sentence(with_errors(version, ours), with_errors(other, theirs), EN) == sentence


def test_versions_with_other_test_flowers_are_not_compared(versions):
    version, other = versions
    rows = tuple(reversed(other.evaluation.test_rows))
    evaluation = msgspec.structs.replace(other.evaluation, test_rows=rows)
    other = dataclasses.replace(other, manifest=msgspec.structs.replace(other.manifest, evaluation=evaluation))
    assert held_out_sentence(version, other, EN) == ""
