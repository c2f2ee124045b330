"""Run the checks of a version on demand, and keep their results in the session."""

import streamlit as st

from irisml.domain.errors import IrisError
from irisml.domain.findings import Finding
from irisml.jobs.checks import CHECKS
from irisml.service.model_service import ModelService
from web.i18n.text import Language
from web.state.presenter import is_presenter

_FOUND = "checks"


def found_checks(version: int) -> tuple[Finding, ...] | None:
    """Return the check results of that version in this session; None if they were not run."""
    of_version, checks = st.session_state.get(_FOUND, (None, None))
    return checks if of_version == version else None


def check_panel(service: ModelService, language: Language) -> None:
    """Draw the button, and below it the result of each check."""
    version = service.serving_version().number
    if is_presenter():
        if st.button(language.text("Run the checks now"), type="primary", key="run-checks"):
            try:
                with st.spinner(language.text("Checking version {version} …", version=version)):
                    st.session_state[_FOUND] = (version, service.check())
            except IrisError as error:
                st.error(language.error(error))
            else:
                st.rerun()  # the figure above shows the results too
    else:
        st.markdown(language.text("The presenter can run the checks from here."))
    for check in found_checks(version) or ():
        (st.success if check.passed else st.error)(
            f"**{language.text(CHECKS[check.rule])}.** {language.finding(check)}"
        )
