"""What a page does with data sets: it asks a child process, and starts a training on the result."""

from collections.abc import Callable
from typing import TypeVar

import streamlit as st

from irisml.domain.errors import IrisError
from irisml.jobs.events import Failure
from web.i18n.text import Language

Told = TypeVar("Told")


def ask_child(ask: Callable[[], Told], language: Language) -> Told | None:
    """Wait for a child process, with a spinner; if it fails, show why and return None."""
    try:
        with st.spinner(language.text("Checking the data …")):
            return ask()
    except IrisError as error:
        st.error(language.error(error))
        return None


def failure_text(failure: Failure, language: Language) -> str:
    """Return why a child process could not do what it was asked for."""
    return language.notice(failure.template, failure.values)
