"""The clock of the talk and its lines."""

import pytest

from web.i18n.text import language
from web.stage.charts.talk_clock import talk_clock_figure
from web.stage.talk_script import TalkLine, talk_script

LINES = tuple(TalkLine(minute, f"screen {minute}", f"say {minute}") for minute in (0, 2, 5, 7))


@pytest.mark.parametrize("code", ["en", "fr"])
def test_the_script_of_both_languages_is_read(code):
    lines = talk_script(code)
    assert (lines[0].minute, len(lines)) == (0, 23)
    assert not any(sign in line.say + line.screen for line in lines for sign in "*`|")


def test_a_script_that_is_not_installed_is_empty(monkeypatch, tmp_path):
    monkeypatch.setattr("web.stage.talk_script._DOCS", tmp_path)
    assert talk_script.__wrapped__("en") == ()


def test_the_line_of_the_minute_and_the_next_two_are_shown():
    html = talk_clock_figure(LINES, 1000, 3, "v1", language("en"))
    places = [html.partition(f'data-minute="{line.minute}" data-place="')[2].partition('"')[0] for line in LINES]
    assert places == ["past", "now", "next", "next"]
    assert 'data-started="1000"' in html
    assert "of 45 minutes" in html


def test_what_is_said_is_escaped():
    html = talk_clock_figure((TalkLine(0, "a<b", "c&d"),), None, 0, "<i>", language("en"))
    assert "a&lt;b" in html
    assert "c&amp;d" in html
    assert "&lt;i&gt;" in html
