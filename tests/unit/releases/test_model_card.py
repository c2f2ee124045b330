"""Tests of irisml.releases.model_card."""

import pytest

from irisml.releases.gate import GATE_RULES
from irisml.releases.model_card import model_card


@pytest.fixture
def card(registry):
    return model_card(registry.get(2))


def test_accuracy_is_given_with_n_and_interval(card, registry):
    evaluation = registry.get(2).evaluation
    low, _ = evaluation.interval
    line = (
        f"{evaluation.n_correct} of 30 unseen flowers classified correctly, "
        f"{evaluation.accuracy:.1%} (95 % confidence interval {low:.1%} to "
    )
    assert line in card
    assert f"150 flowers): {evaluation.cross_validation.accuracy:.1%} (" in card


def test_it_has_data_software_and_file_hashes(card, registry):
    manifest = registry.get(2).manifest
    for fact in (manifest.data_fingerprint, manifest.software["scikit-learn"], *manifest.files.values()):
        assert fact in card


def test_it_has_one_line_per_gate_rule(card):
    assert card.count("\n- passed: ") == len(GATE_RULES)
