"""irisml.releases.model_card"""

import pytest

from irisml.releases.model_card import model_card


@pytest.fixture
def card(registry):
    return model_card(registry.get(2))


def test_accuracy_stands_with_n_and_interval(card, registry):
    """Of the very version."""
    evaluation = registry.get(2).evaluation
    low, _ = evaluation.interval
    line = f"{evaluation.n_correct} of 30 unseen flowers right, {evaluation.accuracy:.1%} (95 % interval {low:.1%} to "
    assert line in card
    assert f"150 flowers): {evaluation.cross_validation.accuracy:.1%} (" in card


def test_it_tells_where_the_version_comes_from(card, registry):
    """Data, software, and the hash of each file, in full."""
    manifest = registry.get(2).manifest
    for fact in (manifest.data_fingerprint, manifest.software["scikit-learn"], *manifest.files.values()):
        assert fact in card


def test_it_tells_what_the_gate_found(card):
    """One line a rule."""
    assert card.count("\n- passed: ") == 4
