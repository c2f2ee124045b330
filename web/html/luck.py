"""Luck of the split: distribution of the accuracy over other random splits."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from irisml.model.scores import Evaluation
from web.i18n.text import Language

_WIDTH, _HEIGHT, _TOP, _BELOW = 320.0, 96.0, 26.0, 18.0
_FOLD_SIZE, _EXPECTED_WORST = 30, 25


@dataclass(frozen=True, slots=True)
class LuckBar:
    """Splits with the same accuracy.

    Parameters
    ----------
    n_correct, n_test : int
        Correct predictions on the test flowers of such a split.
    n_splits : int
        Number of such splits.
    is_ours : bool
        Whether the split of this version is one of them.
    """

    n_correct: int
    n_test: int
    n_splits: int
    is_ours: bool


def luck_table(evaluation: Evaluation) -> list[LuckBar]:
    """Count the splits of the cross-validation by accuracy, the worst first, including empty bars."""
    cv = evaluation.cross_validation
    n_test = evaluation.n_test
    # Folds of another size are assigned to the bar with the nearest accuracy.
    found = [round(accuracy * n_test) for accuracy in cv.split_accuracies]
    worst = min([*found, evaluation.n_correct])
    return [LuckBar(k, n_test, found.count(k), k == evaluation.n_correct) for k in range(worst, n_test + 1)]


def folds_table(folds: Sequence[tuple[int, int]]) -> list[LuckBar]:
    """Count the folds of a training that still runs: pairs of correct predictions and flowers.

    The columns start at `_EXPECTED_WORST`, so they stay in place while the folds arrive.

    Examples
    --------
    >>> [bar.n_splits for bar in folds_table([(29, 30), (30, 30), (29, 30)])]
    [0, 0, 0, 0, 2, 1]
    """
    n_test = max((n for _, n in folds), default=_FOLD_SIZE)
    found = [round(n_test * n_correct / n) for n_correct, n in folds]
    worst = max(0, min([*found, n_test - (_FOLD_SIZE - _EXPECTED_WORST)]))
    return [LuckBar(k, n_test, found.count(k), is_ours=False) for k in range(worst, n_test + 1)]


def luck_sentence(evaluation: Evaluation, language: Language) -> str:
    """Return a one-sentence summary for the audience."""
    cv = evaluation.cross_validation
    worst = min(cv.split_accuracies)
    return language.text(
        "Of {n_splits} ways to hold out a fifth of the {n} flowers, {n_perfect} give {perfect} and the worst {worst}: "
        "one split alone proves little.",
        n=cv.n_samples,
        n_splits=cv.n_splits,
        n_perfect=cv.n_perfect_splits,
        perfect=language.percentage(1),
        worst=language.percentage(worst),
    )


def luck_figure(bars: list[LuckBar], language: Language) -> Markup:
    """Draw one column per accuracy; the column of this split is dark and labelled."""
    most = max(bar.n_splits for bar in bars) or 1
    step = _WIDTH / len(bars)
    each = -(-len(bars) // _MOST_LABELS)  # a model that is far off has many columns
    columns = Markup("").join(
        _column(bar, step * (i + 0.5), step, most, (len(bars) - 1 - i) % each == 0, language)
        for i, bar in enumerate(bars)
    )
    alt = language.text("Splits by their accuracy:") + " " + ", ".join(_said(bar, language) for bar in bars)
    height = _TOP + _HEIGHT + _BELOW
    return Markup(
        '<svg class="luck" viewBox="0 0 {_WIDTH:g} {height:g}" role="img" aria-label="{alt}">{columns}</svg>'
    ).format(_WIDTH=_WIDTH, height=height, alt=alt, columns=columns)


_MOST_LABELS = 8


def _column(
    bar: LuckBar,
    centre: float,
    step: float,
    most: int,
    with_label: bool,
    language: Language,
) -> Markup:
    height = (_HEIGHT - 4) * bar.n_splits / most
    top = _TOP + _HEIGHT - height
    ours = language.text("this split")
    label = (
        Markup('<text x="{centre:.1f}" y="{:.1f}" text-anchor="middle">{ours}</text>').format(
            top - 15, centre=centre, ours=ours
        )
        if bar.is_ours
        else ""
    )
    return Markup(
        '<rect class="{}" x="{:.1f}" y="{top:.1f}" width="{:.1f}" height="{height:.1f}" '
        'rx="2"/>{label}<text class="count" x="{centre:.1f}" y="{:.1f}" text-anchor="middle">{}</text>'
        '<text x="{centre:.1f}" y="{:g}" text-anchor="middle">{}</text>'
    ).format(
        "ours" if bar.is_ours else "other",
        centre - 0.36 * step,
        0.72 * step,
        top - 4,
        bar.n_splits if with_label or bar.n_splits else "",
        _TOP + _HEIGHT + 13,
        language.percentage(bar.n_correct / bar.n_test) if with_label else "",
        top=top,
        height=height,
        label=label,
        centre=centre,
    )


def _said(bar: LuckBar, language: Language) -> str:
    said = f"{language.percentage(bar.n_correct / bar.n_test)}: {bar.n_splits}"
    ours = language.text("this split")
    return f"{said} ({ours})" if bar.is_ours else said
