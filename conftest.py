"""An option of pytest, and what it leaves out of the doctests: a page is a script that draws when it is imported."""

from pathlib import Path

import pytest

collect_ignore = [str(file) for file in Path(__file__).parent.glob("web/*/*.py") if file.stem == file.parent.name]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option of the task ``backends``."""
    help_text = "run the tests of the registries on MLflow, too: on sqlite and on PostgreSQL"
    parser.addoption("--tracking-servers", action="store_true", help=help_text)
