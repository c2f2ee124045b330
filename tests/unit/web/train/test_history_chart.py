"""Tests of web.train.charts.version_history."""

import re

import pytest

from web.i18n.text import language
from web.train.charts.version_history import HistoryRow, history_figure, history_rows_figure, history_table


@pytest.fixture
def rows():
    """A champion, and a newer version that the gate refused."""
    return [
        HistoryRow(2, "today", "decision_tree", 20, 30, 0.66, 0.58, 0.73, passed=False, aliases=("challenger",)),
        HistoryRow(1, "before", "random_forest", 29, 30, 0.953, 0.907, 0.977, passed=True, aliases=("champion",)),
    ]


def test_versions_are_listed_newest_first_with_their_aliases(registry):
    table = history_table(registry.versions(), {"champion": 2, "previous": 1, "challenger": None}, language("en"))
    assert [(row.number, row.aliases) for row in table] == [(2, ("champion",)), (1, ("previous",))]
    assert table[0].accuracy == registry.get(2).evaluation.cross_validation.accuracy


def test_each_version_has_n_interval_and_gate_result(rows):
    html = history_rows_figure(rows, language("fr"))
    assert html.index(">v2") < html.index(">v1")
    for words in (
        "candidat</small>",
        "20 sur 30",
        "66,0\u202f%",
        "58\u202f% à\u00a073\u202f%",
        ">refusée<",
        ">admise<",
    ):
        assert words in html


def test_the_chart_is_chronological_and_higher_is_better(rows):
    """The champion is above the floor, the refused version below it."""
    svg = history_figure(rows, language("en"))
    assert svg.index(">v1<") < svg.index(">v2<")
    champion, refused = (
        float(re.search(rf'class="{kind}">.*?cy="([\d.]+)"', svg)[1]) for kind in ("champion", "refused")
    )
    floor = float(re.search(r'class="floor" d="M[\d.]+ ([\d.]+)H', svg)[1])
    assert champion < floor < refused
    assert 'aria-label="Cross-validated accuracy of each version: v1 95.3%, v2 66.0%"' in svg
