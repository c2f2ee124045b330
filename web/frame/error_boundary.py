"""Error boundary: nothing that goes wrong reaches the audience as a traceback."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import streamlit as st

from irisml.domain.errors import IrisError, VersionNotFoundError
from irisml.model.config import TrainingConfig
from irisml.registry.actor import Actor
from web.frame.presenter_sign_in import presenter_sign_in
from web.i18n.public_errors import for_everybody
from web.i18n.text import Language
from web.state.presenter import is_presenter
from web.state.session import get_service

_log = logging.getLogger(__name__)


@contextmanager
def edge(language: Language, place: str) -> Iterator[None]:
    """Say in one sentence what went wrong inside, and offer to try again.

    Parameters
    ----------
    language : Language
    place : str
        What failed, for the log; another one for each boundary of a page.
    """
    try:
        yield
    except IrisError as error:
        if not is_presenter():
            _log.warning("%s: %s", place, error)
        st.error(language.error(error if is_presenter() else for_everybody(error)))
        st.button(language.text("Try again"), key=f"try-again-{place}", on_click=_try_again)
        if not _something_serves():
            presenter_sign_in(language)  # else nobody could reach the form
    except Exception:  # noqa: BLE001 - whatever it is, the audience must not see a traceback
        # A mistake of ours: the log gets all of it, the audience one sentence.
        _log.exception("%s failed", place)
        st.error(language.text("Something went wrong that nobody foresaw. It is noted in the log; try again."))
        st.button(language.text("Try again"), key=f"try-again-{place}")


def _something_serves() -> bool:
    try:
        _ = get_service().serving_version()
    except IrisError:
        return False
    return True


def _try_again() -> None:
    if not is_presenter():
        return  # a visitor draws the page again; only the presenter starts a training
    service = get_service()
    with suppress(IrisError):  # the page that follows meets the same error, and says it
        try:
            _ = service.serving_version()
        except VersionNotFoundError:
            service.training.start(TrainingConfig(), by=Actor("presenter"))
