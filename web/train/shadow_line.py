"""What the challenger would have answered to what production asked: one line on the page Train."""

import streamlit as st

from irisml.domain.errors import IrisError
from irisml.service.model_service import ModelService
from web.i18n.text import Language


def shadow_line(version: int, service: ModelService, language: Language) -> None:
    """Draw the line; nothing unless that version waits and was asked."""
    challenger = service.serving.challenger()
    if challenger is None or challenger.number != version:
        return
    try:
        shadow = service.watching.report().shadow
    except IrisError as error:
        st.warning(language.error(error))
        return
    if shadow is None:
        st.markdown(language.text("In the shadow: it was not asked yet."))
        return
    low, high = shadow.otherwise.interval
    st.markdown(
        language.text(
            "In the shadow: it would have answered otherwise for {k} of {n} ({low} to {high}). Details are on Watch.",
            k=shadow.otherwise.k,
            n=shadow.otherwise.n,
            low=language.percentage(low, 1),
            high=language.percentage(high, 1),
        )
    )
