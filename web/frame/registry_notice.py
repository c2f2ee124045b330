"""Notice for the presenter: why the serving version is not, or may not be, the champion."""

import streamlit as st

from irisml.service.serving import Notice
from web.i18n.text import Language


def registry_notice(notice: Notice | None, language: Language) -> None:
    """Draw the notice, if there is one."""
    if notice is not None:
        since = language.text("Since {time}.", time=language.moment(notice.since))
        st.warning(f"{language.notice(notice.template, notice.values)} {since}")
