"""A line on every page while the hall is asked something: where to answer."""

import streamlit as st

from web.i18n.text import Language
from web.state.session import get_hall

PLAY = "web/play/play.py"


def hall_invitation(language: Language) -> None:
    """Draw the link to Play; nothing while nothing is open."""
    activity = get_hall().activity
    if activity is None or not activity.is_open:
        return
    words = {
        "round": language.text("You against the model: a round is open. Play"),
        "labels": language.text("Help the model: say which iris it is"),
        "vote": language.text("Vote: shall version {version} serve?", version=activity.version),
    }
    with st.container(key="hall-invitation"):
        st.page_link(PLAY, label=words[activity.kind])
