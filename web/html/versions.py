"""Table that compares versions, such as the new one and the champion."""

from dataclasses import dataclass

from markupsafe import Markup

from irisml.domain.intervals import mcnemar_p
from irisml.registry.version import ModelVersion
from irisml.releases.gate import SIGNIFICANCE
from web.html.head_row import head_row
from web.i18n.text import Language


@dataclass(frozen=True, slots=True)
class VersionRow:
    """Scores of one version; fractions in [0, 1]."""

    number: int
    n_correct: int
    n_test: int
    low: float
    high: float
    cross_validated: float
    cross_validated_low: float
    cross_validated_high: float
    n_samples: int
    is_champion: bool
    dataset: int


def versions_table(versions: list[ModelVersion], champion: int | None) -> list[VersionRow]:
    """Return one row per version, in the given order; *champion* is the number of the champion."""
    return [
        VersionRow(
            version.number,
            version.evaluation.n_correct,
            version.evaluation.n_test,
            *version.evaluation.interval,
            version.evaluation.cross_validation.accuracy,
            *version.evaluation.cross_validation.interval,
            version.evaluation.cross_validation.n_samples,
            version.number == champion,
            version.manifest.dataset,
        )
        for version in versions
    ]


def versions_figure(rows: list[VersionRow], language: Language) -> Markup:
    """Draw the versions as an HTML table; each accuracy with its n and its 95 % interval."""
    head = head_row(
        language.text("Version"),
        language.text("Data set"),
        language.text("Unseen flowers"),
        language.text("Cross-validated"),
    )
    body = Markup("").join(_row(row, language) for row in rows)
    return Markup('<table class="versions">{head}<tbody>{body}</tbody></table>').format(head=head, body=body)


def _row(row: VersionRow, language: Language) -> Markup:
    counts = language.text("{n_correct} of {n_test}", n_correct=row.n_correct, n_test=row.n_test)
    shares = language.text(
        "{share} (n = {n})", share=language.percentage(row.cross_validated, digits=1), n=row.n_samples
    )
    held_out = language.interval(row.low, row.high)
    out_of_fold = language.interval(row.cross_validated_low, row.cross_validated_high)
    champion = Markup(' <small class="alias champion">{}</small>').format(language.text("champion"))
    return Markup(
        '<tr><th scope="row">v{}{champion}</th><td>{dataset}</td><td>{counts} <small>{held_out}</small></td>'
        "<td>{shares} <small>{out_of_fold}</small></td></tr>"
    ).format(
        row.number,
        champion=champion if row.is_champion else "",
        dataset=row.dataset,
        counts=counts,
        held_out=held_out,
        shares=shares,
        out_of_fold=out_of_fold,
    )


def held_out_sentence(version: ModelVersion, other: ModelVersion, language: Language) -> str:
    """Say what the two counts of unseen flowers prove: a headline that falls by one flower proves nothing.

    The versions are compared on the same flowers (exact McNemar test); empty where they are not the same.
    """
    ours, theirs = version.evaluation, other.evaluation
    if ours.test_rows != theirs.test_rows or ours.y_true != theirs.y_true:
        return ""
    if ours.n_correct == theirs.n_correct:
        return language.text("Both get {n} of the {of} unseen flowers right.", n=ours.n_correct, of=ours.n_test)
    right = [
        (said == true, before == true)
        for true, said, before in zip(ours.y_true, ours.y_pred, theirs.y_pred, strict=True)
    ]
    won, lost = right.count((True, False)), right.count((False, True))
    counts = language.plural(
        "{n_correct} and {other} of {of} unseen flowers: a difference of {n} flower.",
        "{n_correct} and {other} of {of} unseen flowers: a difference of {n} flowers.",
        n=abs(ours.n_correct - theirs.n_correct),
        n_correct=ours.n_correct,
        other=theirs.n_correct,
        of=ours.n_test,
    )
    if mcnemar_p(lost, won) < SIGNIFICANCE:
        return counts
    claim = language.text("No difference can be claimed.")
    return f"{counts} {claim}"
