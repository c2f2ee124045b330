"""web.server.theme_message: the cached message equals Streamlit's."""

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
def test_each_section_equals_the_message_of_streamlit(streamlits_own, section):
    """Byte for byte, also when repeated; an empty section is left out."""
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


def test_the_theme_of_a_session_equals_that_of_streamlit(streamlits_own):
    """With nested sections; no additional field is set."""

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


def test_the_function_of_streamlit_is_called_once_per_section(streamlits_own, monkeypatch):
    asked = []
    monkeypatch.setattr(app_session, "_populate_theme_msg", lambda msg, section: asked.append(section))
    remember_theme()
    for _ in range(3):
        app_session._populate_theme_msg(CustomThemeConfig(), "theme.dark")
    assert asked == ["theme.dark"]
