"""What a visitor's session needs from outside the page: the model and the language."""

from functools import cache

import streamlit as st

from irisml import provenance
from irisml.datasets import Dataset, load_iris
from irisml.registry import registry_location
from irisml.service import ModelService
from web.page_state import recall
from web.text import Language, best_language, language


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
