"""The page Pipeline: facts about the serving version, and its checks."""

import pytest

from irisml.registry.version import FOREST_FILE
from tests.app.app_page import button_keys, markdown_with, open_page


@pytest.fixture
def page(registry, monkeypatch):
    monkeypatch.setenv("IRISML_BUILD", "1234")
    monkeypatch.setenv("WEBSITE_SITE_NAME", "irisml-demo")
    return open_page("pipeline")


def test_each_step_shows_a_fact_of_the_serving_version(page, registry):
    """Seven steps: fingerprint, accuracy, version, build, host and others."""
    path = markdown_with(page, 'class="life"')
    manifest = registry.get(2).manifest
    assert path.count("<li>") == 7
    for fact in (
        manifest.data_fingerprint[:12],
        f"{manifest.evaluation.n_correct} of 30 unseen flowers",
        "version 2",
        "build 1234",
        "Azure, irisml-demo",
        "not run yet",
    ):
        assert fact in path


@pytest.mark.slow
def test_checks_run_and_their_results_are_in_the_figure(page):
    page.button(key="run-checks").click().run()
    assert len(page.success) == 3
    assert "The served trees predict setosa" in page.success[2].value
    assert markdown_with(page, 'class="life"').count("✓") == 3


@pytest.mark.slow
def test_a_failed_check_is_an_error_on_the_page(page, registry):
    """The trees were altered after they had been loaded."""
    path = registry.folder / "versions/0002" / FOREST_FILE
    path.write_bytes(path.read_bytes() + b" ")
    page.button(key="run-checks").click().run()
    assert "forest.json was altered" in page.error[0].value
    assert "✗" in markdown_with(page, 'class="life"')


def test_checks_that_cannot_run_are_one_sentence(page, monkeypatch):
    """PYTHONHOME prevents the child process from starting."""
    monkeypatch.setenv("PYTHONHOME", "/nowhere")
    page.button(key="run-checks").click().run()
    assert page.error[0].value.startswith("The checks could not be run: ")
    assert "run-checks" in button_keys(page)
