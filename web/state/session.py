"""What a visitor's session needs from outside the page: the model and the language."""

from functools import cache

import streamlit as st

from irisml.data.datasets import Dataset, load_iris
from irisml.registry import provenance, registry_location
from irisml.service.model_service import ModelService
from web.i18n.text import Language, best_language, language
from web.state.page_state import recall


def get_service() -> ModelService:
    """Return the one service of this process; pages, API and health check share it."""
    return _service(registry_location())


@cache
def _service(location: str) -> ModelService:
    return ModelService(location)


@cache
def get_iris() -> Dataset:
    """Return the 150 flowers, read once for all visitors."""
    return load_iris()


@cache
def running_commit() -> str | None:
    """Return the commit of the code that runs; asked of git once, not for every visitor."""
    return provenance.commit()


def get_language() -> Language:
    """Return the visitor's language: what they chose, else that of the browser."""
    return language(best_language(recall("lang"), st.context.locale))
