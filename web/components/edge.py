"""The edge where errors become words: nothing that goes wrong reaches the audience as a traceback."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import streamlit as st

from irisml.config import TrainingConfig
from irisml.errors import IrisError
from web.session import get_service
from web.text import Language

_log = logging.getLogger(__name__)


@contextmanager
def edge(language: Language, place: str) -> Iterator[None]:
    """Say in one sentence what went wrong inside, and offer to try again.

    Parameters
    ----------
    language : Language
    place : str
        What failed, for the log.
    """
    try:
        yield
    except IrisError as error:
        st.error(language.error(error))
        st.button(language.text("Try again"), key="try-again", on_click=_try_again)
    except Exception:  # noqa: BLE001 - whatever it is, the audience must not see a traceback
        # A mistake of ours: the log gets all of it, the audience one sentence.
        _log.exception("%s failed", place)
        st.error(language.text("Something went wrong that nobody foresaw. It is noted in the log; try again."))
        st.button(language.text("Try again"), key="try-again")


def _try_again() -> None:
    service = get_service()
    with suppress(IrisError):  # the page that follows meets the same error, and says it
        if not service.has_model:
            service.start_training(TrainingConfig())
