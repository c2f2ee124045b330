"""Charts: tables, and figures that show them."""

import pytest

from tests.five_flowers import EVALUATION
from web.html.accuracy import accuracy_figure, accuracy_table
from web.html.confusion_matrix import confusion_matrix_figure, confusion_matrix_table
from web.html.versions import VersionRow, versions_figure, versions_table
from web.i18n.text import language


@pytest.fixture
def evaluation():
    return EVALUATION


def test_the_matrix_has_actual_species_in_rows_and_has_sums(evaluation):
    table = confusion_matrix_table(evaluation.confusion)
    assert table.counts == ((1, 0, 0), (0, 1, 1), (0, 0, 2))
    assert (table.row_sums, table.column_sums, table.n_test) == ((1, 2, 2), (1, 1, 3), 5)


def test_the_matrix_marks_correct_wrong_and_empty_cells(evaluation):
    """One red ring; the fill of a correct cell grows with its share; every header has its scope."""
    html = confusion_matrix_figure(confusion_matrix_table(evaluation.confusion), language("en"))
    assert html.count('class="miss s1"') == 1
    assert '<td class="miss s1" style="--fill:23%">1</td>' in html
    assert html.count('class="hit') == 3
    assert html.count('class="none') == 5
    assert html.count('scope="row"') == 4
    assert html.count('scope="col"') == 5
    assert "<caption>Confusion matrix, 5 unseen flowers</caption>" in html


def test_accuracy_is_always_shown_with_n_and_interval(evaluation):
    """80% of 5 flowers: 38 to 96%; cross-validated 62.5% of 4."""
    table = accuracy_table(evaluation)
    assert (table.n_correct, table.n_test, table.accuracy) == (4, 5, 0.8)
    html = accuracy_figure(table, language("en"))
    for words in (
        "80%",
        "4 of 5 unseen flowers",
        "95% confidence interval: 38% to 96%",
        "Cross-validated, 4 flowers: 62.5% (22% to 91%)",
    ):
        assert words in html
    assert "left:37.6%;right:3.6%" in html


def test_versions_are_listed_in_the_given_order(registry):
    """The challenger first, then the champion."""
    new, old = registry.get(2), registry.get(1)
    rows = versions_table([new, old], 2)
    assert [row.number for row in rows] == [2, 1]
    assert rows[0].cross_validated == new.evaluation.cross_validation.accuracy
    html = versions_figure(
        [VersionRow(2, 28, 30, 0.79, 0.98, 0.947, 0.9, 0.97, 150, is_champion=False, dataset=2)], language("fr")
    )
    for words in (
        "v2",
        "28 sur 30",
        "79\u202f% à\u00a098\u202f%",
        "94,7\u202f% (n\u00a0=\u00a0150)",
        "90\u202f% à\u00a097\u202f%",
    ):
        assert words in html
