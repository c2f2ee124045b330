"""Confusion matrix as an HTML table that is accessible to screen readers."""

from dataclasses import dataclass

from markupsafe import Markup

from irisml.domain.measurements import SPECIES
from web.html.species_mark import species_label
from web.i18n.text import Language


@dataclass(frozen=True, slots=True)
class ConfusionTable:
    """Counts of flowers.

    Parameters
    ----------
    counts : tuple of tuple of int, 3 by 3
        Row = true species, column = predicted species.
    row_sums, column_sums : tuple of int
    n_test : int
    """

    counts: tuple[tuple[int, ...], ...]
    row_sums: tuple[int, ...]
    column_sums: tuple[int, ...]
    n_test: int


def confusion_matrix_table(counts: tuple[tuple[int, ...], ...]) -> ConfusionTable:
    """Add row and column sums to counts such as `Evaluation.confusion`."""
    row_sums = tuple(sum(row) for row in counts)
    column_sums = tuple(sum(column) for column in zip(*counts, strict=True))
    return ConfusionTable(counts, row_sums, column_sums, sum(row_sums))


def confusion_matrix_figure(table: ConfusionTable, language: Language, caption: str | None = None) -> Markup:
    """Draw the matrix as an HTML table: correct cells filled in the species' colour, errors outlined in red.

    Parameters
    ----------
    caption : str, optional
        Required if the flowers are not the test set.
    """
    species = range(len(SPECIES))
    head = Markup("").join(
        Markup('<th scope="col" class="s{k}">{}</th>').format(species_label(k), k=k) for k in species
    )
    rows = Markup("").join(
        Markup('<tr><th scope="row" class="s{true}">{}</th>').format(species_label(true), true=true)
        + Markup("").join(_cell(true, predicted, table) for predicted in species)
        + Markup('<td class="sum">{}</td></tr>').format(table.row_sums[true])
        for true in species
    )
    sums = Markup("").join(Markup('<td class="sum">{count}</td>').format(count=count) for count in table.column_sums)
    caption = caption or language.text("Confusion matrix, {n} unseen flowers", n=table.n_test)
    says, truth, total = language.text("Predicted"), language.text("Actual"), language.text("Total")
    return Markup(
        '<table class="confusion"><caption>{caption}</caption><thead><tr><td class="corner"></td>'
        '<th colspan="3" scope="colgroup" class="axis">{says}</th><td class="end"></td></tr><tr>'
        '<th scope="col" class="axis">{truth}</th>{head}<th scope="col" class="sum">{total}</th></tr>'
        "</thead><tbody>{rows}</tbody><tfoot><tr>"
        '<th scope="row" class="sum">{total}</th>{sums}<td class="sum">{}</td></tr></tfoot></table>'
    ).format(table.n_test, caption=caption, says=says, truth=truth, head=head, total=total, rows=rows, sums=sums)


def _cell(true: int, predicted: int, table: ConfusionTable) -> Markup:
    count = table.counts[true][predicted]
    kind = "hit" if true == predicted else "miss" if count else "none"
    fill = 10 + 26 * count / (table.row_sums[true] or 1)
    return Markup('<td class="{kind} s{true}" style="--fill:{fill:.0f}%">{count}</td>').format(
        kind=kind, true=true, fill=fill, count=count
    )
