"""Error boundary: shows exceptions as messages, never as a traceback."""

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
def error_boundary(language: Language, place: str) -> Iterator[None]:
    """Show an exception of the block as one sentence, with a button to try again.

    Parameters
    ----------
    language : Language
    place : str
        What failed, for the log; unique per boundary of a page.
    """
    try:
        yield
    except IrisError as error:
        if not is_presenter():
            _log.warning("%s: %s", place, error)
        st.error(language.error(error if is_presenter() else for_everybody(error)))
        st.button(language.text("Try again"), key=f"try-again-{place}", on_click=_try_again)
        if not _something_serves():
            presenter_sign_in(language)  # otherwise the sign-in form could not be reached
    except Exception:  # noqa: BLE001 - whatever it is, the audience must not see a traceback
        # A bug: the traceback goes to the log, one sentence to the audience.
        _log.exception("%s failed", place)
        st.error(language.text("Something unexpected went wrong. It was logged; try again."))
        st.button(language.text("Try again"), key=f"try-again-{place}")


def _something_serves() -> bool:
    try:
        _ = get_service().serving_version()
    except IrisError:
        return False
    return True


def _try_again() -> None:
    if not is_presenter():
        return  # for a visitor the page is only drawn again; only the presenter can start a training
    service = get_service()
    with suppress(IrisError):  # the rerun raises the same error and shows it
        try:
            _ = service.serving_version()
        except VersionNotFoundError:
            service.training_slot.start(TrainingConfig(), by=Actor("presenter"))
