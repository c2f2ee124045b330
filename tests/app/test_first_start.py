"""The app without a model, or without one that can be read."""

import shutil

import pytest

from irisml import TrainingConfig
from tests.app.app_page import answer, button_keys, open_page, texts
from tests.conftest import SMALL
from web.state import presenter_token
from web.state.presenter import TOKEN
from web.state.session import get_service


@pytest.fixture
def small_first_model(monkeypatch):
    """Let the first training use five trees instead of a hundred, to save time."""
    for module in ("irisml.service.training_slot", "web.frame.error_boundary"):
        monkeypatch.setattr(f"{module}.TrainingConfig", lambda: SMALL)


@pytest.mark.slow
def test_the_first_start_trains_version_1_automatically(empty_registry, small_first_model):
    app = open_page()
    assert not app.exception
    assert not app.error
    assert len(app.slider) == 4
    assert "Predicted by model v1" in answer(app)
    assert "passed the gate" not in texts(app)


@pytest.mark.slow
def test_the_model_in_memory_serves_after_the_registry_was_deleted(page, registry):
    """The presenter is warned; a training is refused, as there is no champion to compare with."""
    shutil.rmtree(registry.folder)
    get_service().serving.look()
    page.run()
    assert "Predicted by model v2" in answer(page)
    assert "keeps serving from memory: the registry is empty" in page.warning[0].value
    page.button(key="retrain").click().run()
    assert get_service().training_slot.job is None
    assert "the registry is empty" in page.toast[0].value
    assert not page.exception


@pytest.mark.slow
def test_a_first_model_that_the_gate_refuses_is_not_trained_again(empty_registry, monkeypatch):
    """Neither a rerun of the page nor a restart of the server trains again."""
    monkeypatch.setattr(
        "irisml.service.training_slot.TrainingConfig", lambda: TrainingConfig("decision_tree", max_depth=1)
    )
    app = open_page()
    for _ in range(3):
        assert app.error[0].value.startswith(
            "No model serves yet: the gate refused version 1. Cross-validated accuracy"
        )
        app.run()
    assert len(empty_registry.versions()) == 1
    get_service().training_slot.job = None  # as after a restart
    assert open_page().error[0].value.startswith("No model serves yet")
    assert get_service().training_slot.job is None


def test_only_the_presenter_can_start_the_first_training_again(empty_registry, small_first_model, monkeypatch):
    """Otherwise each visitor's "Try again" would start a process."""
    monkeypatch.setenv("IRISML_PUBLIC", "1")
    monkeypatch.setenv("IRISML_PRESENTER_PASSPHRASE", "petals in the rain")
    app = open_page()
    assert app.error[0].value.startswith("There is no version champion.")
    app.button(key="try-again-the page predict").click().run()
    assert get_service().training_slot.job is None
    app.session_state[TOKEN] = presenter_token.new_cookie()
    app.run()
    assert "Predicted by model v1" in answer(app)


def test_a_failed_first_training_is_repeated_only_on_request(empty_registry, small_first_model, monkeypatch):
    """Reloading the page starts no second process; the button does."""
    monkeypatch.setenv("PYTHONHOME", "/nowhere")  # no Python process can start with this
    app = open_page()
    monkeypatch.delenv("PYTHONHOME")
    assert app.error[0].value.startswith("The training failed: ")
    failed = get_service().training_slot.job
    assert button_keys(app.run()) == ["try-again-the page predict"]
    assert get_service().training_slot.job is failed
    app.button(key="try-again-the page predict").click().run()
    assert "Predicted by model v1" in answer(app)


@pytest.mark.slow
def test_a_new_version_is_trained_if_all_versions_are_damaged(registry, small_first_model, caplog):
    """The log has the reason of each."""
    for number in ("0001", "0002"):
        (registry.folder / "versions" / number / "version.json").write_text("{")
    app = open_page()
    assert not app.exception
    assert "Predicted by model v3" in answer(app)
    assert "Version 1 is damaged" in caplog.text


def test_an_unreadable_registry_is_one_sentence(tmp_path, monkeypatch):
    """IRISML_REGISTRY points to a file."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("IRISML_REGISTRY", str(tmp_path / "file"))
    app = open_page()
    assert not app.exception
    assert "cannot be used: Not a directory. Check IRISML_REGISTRY and the permissions" in app.error[0].value
