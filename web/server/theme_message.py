"""Reads the theme once, instead of at every move of a slider.

Streamlit sends the theme with every rerun, and puts it together anew from its settings each
time: a fifth of the processor time of a move (docs/adr/0007). The theme of this app does not
change while it runs.
"""

from functools import cache

from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session


def remember_theme() -> None:
    """Let Streamlit put each section of the theme together once only.

    This replaces a private function of the one Streamlit that pyproject.toml allows; a test
    compares the messages, and fails where a newer Streamlit makes them otherwise.
    """
    populate = app_session._populate_theme_msg  # noqa: SLF001 - there is no public way
    if hasattr(populate, "remembers"):
        return

    @cache
    def section_message(section: str) -> CustomThemeConfig:
        message = CustomThemeConfig()
        populate(message, section)
        return message

    def populate_from_memory(msg: CustomThemeConfig, section: str = "theme") -> None:
        remembered = section_message(section)
        if remembered.ByteSize():  # merging an empty section would say that there is one
            msg.MergeFrom(remembered)

    populate_from_memory.remembers = populate  # type: ignore[attr-defined]
    app_session._populate_theme_msg = populate_from_memory  # noqa: SLF001
