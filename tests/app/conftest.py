"""Fixtures for the tests of the pages."""

import pytest
import streamlit
from streamlit.testing.v1 import AppTest

from tests.app.app_page import open_page


@pytest.fixture(autouse=True)
def laptop():
    """The server listens on localhost only, as with `run.py app`: every visitor is the presenter."""
    streamlit.config.set_option("server.address", "127.0.0.1")
    yield
    streamlit.config.set_option("server.address", None)


@pytest.fixture
def page(registry) -> AppTest:
    """The landing page, on the registry of two versions."""
    return open_page()
