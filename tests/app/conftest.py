"""What the tests of the pages share."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.app.app_page import open_page


@pytest.fixture
def page(registry) -> AppTest:
    """The landing page, on the registry of two versions."""
    return open_page()
