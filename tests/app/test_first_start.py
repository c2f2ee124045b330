"""There is no model yet, or none that can be read."""

import shutil

import pytest

from tests.app.app_page import answer, button_keys, open_page, texts
from tests.conftest import SMALL
from web.session import get_service


@pytest.fixture
def small_first_model(monkeypatch):
    """A first training of five trees instead of a hundred: what it trains is not the point."""
    for module in ("irisml.service", "web.components.edge"):
        monkeypatch.setattr(f"{module}.TrainingConfig", lambda: SMALL)


@pytest.mark.slow
def test_the_first_start_trains_version_1_by_itself(empty_registry, small_first_model):
    """No click, no set-up: one run, and the page is there."""
    app = open_page()
    assert not app.exception
    assert not app.error
    assert len(app.slider) == 4
    assert "Det. model v1" in answer(app)
    assert "passed the gate" not in texts(app)


@pytest.mark.slow
def test_retraining_without_a_registry_begins_anew(page, registry, small_first_model):
    """Somebody deleted it while the page was open: no traceback, and a first model as on the first start."""
    shutil.rmtree(registry.folder)
    get_service()._look_again()
    get_service()._serving = None
    page.button(key="retrain").click().run()
    assert not page.exception
    assert not page.error
    assert "Det. model v1" in answer(page)


def test_a_first_training_that_fails_is_not_begun_anew_by_itself(empty_registry, small_first_model, monkeypatch):
    """One sentence and a button; reloading fails no second process; the button does try again."""
    monkeypatch.setenv("PYTHONHOME", "/nowhere")  # no Python can start like this
    app = open_page()
    monkeypatch.delenv("PYTHONHOME")
    assert app.error[0].value.startswith("The training failed: ")
    failed = get_service().job
    assert button_keys(app.run()) == ["try-again"]
    assert get_service().job is failed
    app.button(key="try-again").click().run()
    assert "Det. model v1" in answer(app)


@pytest.mark.slow
def test_where_every_version_is_damaged_a_new_one_is_trained(registry, small_first_model, caplog):
    """As at the first start; each damage is told in the log."""
    for number in ("0001", "0002"):
        (registry.folder / "versions" / number / "version.json").write_text("{")
    app = open_page()
    assert not app.exception
    assert "Det. model v3" in answer(app)
    assert "Version 1 is damaged" in caplog.text


def test_a_registry_that_cannot_be_read_is_one_sentence(tmp_path, monkeypatch):
    """It is a file."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("IRISML_REGISTRY", str(tmp_path / "file"))
    app = open_page()
    assert not app.exception
    assert "cannot be used: Not a directory. Check where IRISML_REGISTRY points" in app.error[0].value
