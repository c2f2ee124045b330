"""web.server.theme_message: what is sent is what Streamlit itself would send"""

import tomllib
from pathlib import Path

import pytest
from streamlit import config
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session

from web.server.theme_message import remember_theme

SETTINGS = Path(__file__).parents[4] / ".streamlit/config.toml"
SECTIONS = ["theme", "theme.light", "theme.dark", "theme.sidebar", "theme.light.sidebar", "theme.dark.sidebar"]


@pytest.fixture
def streamlits_own(monkeypatch):
    own = app_session._populate_theme_msg
    own = getattr(own, "remembers", own)
    monkeypatch.setattr(app_session, "_populate_theme_msg", own)
    return own


@pytest.mark.parametrize("section", SECTIONS)
def test_each_section_is_the_same_message_time_and_again(streamlits_own, section):
    """Byte for byte; also a section that is empty is left out."""
    assert (
        config.get_option("theme.light.primaryColor")
        == tomllib.loads(SETTINGS.read_text())["theme"]["light"]["primaryColor"]
    )
    expected = CustomThemeConfig()
    streamlits_own(expected, section)
    remember_theme()
    for _ in range(2):
        message = CustomThemeConfig()
        app_session._populate_theme_msg(message, section)
        assert message.SerializeToString() == expected.SerializeToString()


def test_a_whole_session_message_is_the_same(streamlits_own):
    """With its sections inside each other, and none set that was not."""

    def whole() -> bytes:
        theme = CustomThemeConfig()
        app_session._populate_theme_msg(theme)
        for part, section in (
            (theme.light, "theme.light"),
            (theme.dark, "theme.dark"),
            (theme.sidebar, "theme.sidebar"),
            (theme.light.sidebar, "theme.light.sidebar"),
            (theme.dark.sidebar, "theme.dark.sidebar"),
        ):
            app_session._populate_theme_msg(part, section)
        return theme.SerializeToString()

    expected = whole()
    remember_theme()
    assert whole() == expected
    assert len(expected) > 500


def test_streamlits_function_is_asked_once_a_section(streamlits_own, monkeypatch):
    """However many sliders move."""
    asked = []
    monkeypatch.setattr(app_session, "_populate_theme_msg", lambda msg, section: asked.append(section))
    remember_theme()
    for _ in range(3):
        app_session._populate_theme_msg(CustomThemeConfig(), "theme.dark")
    assert asked == ["theme.dark"]
