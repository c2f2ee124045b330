"""Shared resources of the sessions: the service, the data set, and the visitor's language."""

from functools import cache
from typing import TYPE_CHECKING

import streamlit as st

from irisml.registry import provenance, registry_location
from irisml.service.model_service import ModelService
from web.i18n.text import Language, best_language, language
from web.limits import limits
from web.state.hall import Hall
from web.state.page_state import recall

if TYPE_CHECKING:
    from irisml.data.datasets import Dataset

MY_JOB = "my_job"
"""Key in the session state of the training that this visitor started."""


def get_service() -> ModelService:
    """Return the service of this process, shared by pages, API and health check."""
    return _service(registry_location())


@cache
def _service(location: str) -> ModelService:
    return ModelService(location)


@cache
def get_hall() -> Hall:
    """Return the hall of this process."""
    return Hall(limits().sessions)


@cache
def get_iris() -> "Dataset":
    """Return the 150 flowers; loaded once per process, with numpy, by the first page that shows some."""
    from irisml.data.datasets import load_iris

    return load_iris()


@cache
def running_commit() -> str | None:
    """Return the commit of the running code; git is called once per process."""
    return provenance.commit()


def get_language() -> Language:
    """Return the visitor's language: the chosen one, else that of the browser."""
    return language(best_language(recall("lang"), st.context.locale))
