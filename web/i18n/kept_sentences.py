"""Sentences of the gate up to irisml 0.1.0, which the manifests of existing versions hold: they stay translated."""

from irisml.domain.i18n import sentence

KEPT_SENTENCES = (
    sentence("All {n} reference flowers are classified correctly."),
    sentence("Only {n_correct} of {n} reference flowers are classified correctly."),
    sentence("Champion {champion} was trained on other data, so flowers cannot be compared one by one."),
    sentence("Cross-validated accuracy is {accuracy}, at least {floor}."),
    sentence("The hardest species, {species}, has a recall of {recall}, at least {floor}."),
    sentence("All {n} known flowers are called right."),
    sentence("Only {n_correct} of {n} known flowers are called right."),
    sentence("Champion {champion} learned from other data, so flowers cannot be compared one by one."),
    sentence("Not worse than champion {champion} (flowers won: {won}, lost: {lost}; McNemar p = {p})."),
    sentence("Worse than champion {champion} (flowers won: {won}, lost: {lost}; McNemar p = {p})."),
)
