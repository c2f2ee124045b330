"""What a visitor's session needs from outside the page: the model and the language."""

from functools import cache

import streamlit as st

from irisml import provenance
from irisml.datasets import Dataset, load_iris
from irisml.registry import registry_location
from irisml.service import ModelService
from web.text import Language, best_language, language, supported

_LANGUAGE = "asked_language"


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
    """Return the visitor's language: of the address, else what they had, else of the browser."""
    asked = supported(st.query_params.get("lang"))
    if asked is not None:
        st.session_state[_LANGUAGE] = asked  # going to another page empties the address
    return language(best_language(st.session_state.get(_LANGUAGE), st.context.locale))
