"""Accuracy with n and confidence interval, as a large number and a strip."""

from dataclasses import dataclass

from markupsafe import Markup

from irisml.model.scores import Evaluation
from web.i18n.text import Language


@dataclass(frozen=True, slots=True)
class AccuracyTable:
    """Data of the strip; fractions in [0, 1]."""

    n_correct: int
    n_test: int
    accuracy: float
    low: float
    high: float
    cross_validated: float
    cross_validated_low: float
    cross_validated_high: float
    n_samples: int


def accuracy_table(evaluation: Evaluation) -> AccuracyTable:
    """Return the numbers of the strip from an evaluation."""
    low, high = evaluation.interval
    cv = evaluation.cross_validation
    return AccuracyTable(
        evaluation.n_correct, evaluation.n_test, evaluation.accuracy, low, high, cv.accuracy, *cv.interval, cv.n_samples
    )


def accuracy_figure(table: AccuracyTable, language: Language) -> Markup:
    """Draw the strip as HTML; the strip is hidden from screen readers, because the text contains all numbers."""
    fact = language.text("{n_correct} of {n_test} unseen flowers", n_correct=table.n_correct, n_test=table.n_test)
    interval = language.text(
        "{confidence} confidence interval: {low} to {high}",
        confidence=language.percentage(0.95),
        low=language.percentage(table.low),
        high=language.percentage(table.high),
    )
    cross_validated = language.text(
        "Cross-validated, {n} flowers: {accuracy} ({low} to {high})",
        n=table.n_samples,
        accuracy=language.percentage(table.cross_validated, digits=1),
        low=language.percentage(table.cross_validated_low),
        high=language.percentage(table.cross_validated_high),
    )
    return Markup(
        '<div class="accuracy"><p class="big">{}</p><p class="facts">{fact}<br>{interval}</p>'
        '<div class="strip" aria-hidden="true"><span style="left:{:.1f}%;right:{:.1f}%"></span>'
        '<b style="left:{:.1f}%"></b></div><div class="scale" aria-hidden="true"><span>{}</span>'
        '<span>{}</span><span>{}</span></div><p class="honest">{cross_validated}</p></div>'
    ).format(
        language.percentage(table.accuracy),
        100 * table.low,
        100 - 100 * table.high,
        100 * table.accuracy,
        language.percentage(0),
        language.percentage(0.5),
        language.percentage(1),
        fact=fact,
        interval=interval,
        cross_validated=cross_validated,
    )
