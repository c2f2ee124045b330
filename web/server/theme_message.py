"""Build the theme message once instead of on every slider change.

Streamlit sends the theme with every rerun, and builds it from its settings each time: a fifth of
the CPU time of a slider change (docs/adr/0007). The theme does not change while the app runs.
"""

from functools import cache

from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session


def remember_theme() -> None:
    """Cache the message of each section of Streamlit's theme.

    This replaces a private function of the only Streamlit version that pyproject.toml allows; a
    test compares the messages, and fails if a newer Streamlit builds them differently.
    """
    populate = app_session._populate_theme_msg  # noqa: SLF001 - there is no public API
    if hasattr(populate, "remembers"):
        return

    @cache
    def section_message(section: str) -> CustomThemeConfig:
        message = CustomThemeConfig()
        populate(message, section)
        return message

    def populate_from_memory(msg: CustomThemeConfig, section: str = "theme") -> None:
        remembered = section_message(section)
        if remembered.ByteSize():  # merging an empty section would mark it as present
            msg.MergeFrom(remembered)

    populate_from_memory.remembers = populate  # type: ignore[attr-defined]
    app_session._populate_theme_msg = populate_from_memory  # noqa: SLF001
