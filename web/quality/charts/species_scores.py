"""Precision, recall and F1 per species, and the feature importances."""

from dataclasses import dataclass

from markupsafe import Markup

from irisml.domain.intervals import wilson_interval
from irisml.domain.measurements import FEATURES
from irisml.model.scores import Evaluation
from web.html.head_row import head_row
from web.html.species_mark import species_label
from web.i18n.text import Language
from web.i18n.vocabulary import feature_name


@dataclass(frozen=True, slots=True)
class SpeciesRow:
    """One species of the test set: scores in [0, 1], and the confidence interval of its recall."""

    species: int
    precision: float
    recall: float
    recall_low: float
    recall_high: float
    f1: float
    n: int


def species_scores_table(evaluation: Evaluation) -> list[SpeciesRow]:
    """Return the scores of an evaluation; a species without test flowers has the interval from 0 to 1."""
    rows = []
    for k, score in enumerate(evaluation.species_scores):
        hits = evaluation.confusion[k][k]
        low, high = wilson_interval(hits, score.support) if score.support else (0.0, 1.0)
        rows.append(SpeciesRow(k, score.precision, score.recall, low, high, score.f1, score.support))
    return rows


def species_scores_figure(rows: list[SpeciesRow], language: Language) -> Markup:
    """Draw the scores as an HTML table, each recall with its interval."""
    head = head_row(
        language.text("Species"),
        language.text("Precision"),
        language.text("Recall"),
        language.text("F1"),
        language.text("Flowers"),
    )
    body = Markup("").join(
        Markup('<tr><th scope="row">{}</th><td>{}</td><td>{} <small>{}</small></td><td>{}</td><td>{}</td></tr>').format(
            species_label(row.species),
            language.percentage(row.precision),
            language.percentage(row.recall),
            language.interval(row.recall_low, row.recall_high),
            language.number(row.f1, 2),
            row.n,
        )
        for row in rows
    )
    return Markup('<table class="figures">{head}<tbody>{body}</tbody></table>').format(head=head, body=body)


def importances_table(evaluation: Evaluation) -> list[tuple[str, float]]:
    """Return features and their importances in [0, 1], the largest first."""
    return sorted(zip(FEATURES, evaluation.importances, strict=True), key=lambda row: -row[1])


def importances_figure(rows: list[tuple[str, float]], language: Language) -> Markup:
    """Draw one bar per feature."""
    body = Markup("").join(
        Markup(
            '<tr><th scope="row">{}</th><td class="track" aria-hidden="true">'
            '<span style="left:0;width:{:.1f}%"></span></td><td>{}</td></tr>'
        ).format(feature_name(feature, language), 100 * share, language.percentage(share))
        for feature, share in rows
    )
    return Markup('<table class="bars"><tbody>{body}</tbody></table>').format(body=body)
