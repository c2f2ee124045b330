"""Retrain on the landing page: progress, gate result, undo, and failures."""

import shutil

import pytest
import streamlit as st

from irisml import TrainingConfig
from irisml.domain.errors import TrainingFailedError
from tests.app.app_page import LIMIT_S, answer, button_keys, open_page, texts
from web.state.session import get_service


@pytest.mark.slow
def test_retraining_shows_progress_and_then_both_versions(page, registry):
    """During training Cancel replaces Retrain and the sliders work; then version 3 is shown beside 2."""
    page.button(key="retrain").click().run()
    assert button_keys(page) == ["cancel"]
    page.slider(key="petal_length").set_value(1.4).run()
    assert not page.exception
    get_service().training_slot.job.wait(LIMIT_S)
    page.run()
    assert [success.value for success in page.success] == ["Version 3 passed the gate and is now serving."]
    table = next(element.value for element in page.markdown if 'class="versions"' in element.value)
    assert table.index(">v3 ") < table.index(">v2<")
    assert "Predicted by model v3" in answer(page)
    assert "Not significantly worse than champion 2 (flowers won" in texts(page)


@pytest.mark.slow
def test_undo_restores_the_champion(page, registry):
    page.button(key="retrain").click().run()
    get_service().training_slot.job.wait(LIMIT_S)
    page.run()
    page.button(key="undo").click().run()
    assert registry.alias("champion") == 2
    assert [info.value for info in page.info] == ["Version 3 was rolled back; version 2 is serving."]
    assert "Predicted by model v2" in answer(page)


@pytest.mark.slow
def test_a_cancelled_training_keeps_the_champion(page, registry):
    """Retrain is shown again."""
    page.button(key="retrain").click().run()
    page.button(key="cancel").click().run()
    page.run()
    assert [info.value for info in page.info] == ["The training was cancelled. Nothing was saved."]
    assert not page.error
    page.button(key="outcome-read").click().run()
    assert not page.info
    assert button_keys(page) == ["retrain"]
    assert registry.alias("champion") == 2


@pytest.mark.slow
def test_a_failed_training_is_one_sentence(page, registry, monkeypatch):
    """The last line of the child process; the champion serves, and no traceback is shown."""
    monkeypatch.setenv("PYTHONHOME", "/nowhere")  # no Python process can start with this
    page.button(key="retrain").click().run()
    monkeypatch.delenv("PYTHONHOME")
    with pytest.raises(TrainingFailedError):
        get_service().training_slot.job.wait(LIMIT_S)
    page.run()
    assert not page.exception
    assert page.error[0].value.startswith("The training failed: ")
    assert "Traceback" not in page.error[0].value
    assert button_keys(page) == ["retrain", "outcome-read"]
    assert "Iris versicolor" in answer(page)


@pytest.mark.slow
def test_a_refused_version_keeps_the_champion_and_shows_the_reason(page, registry):
    """A decision tree of depth 1."""
    get_service().training_slot.start(TrainingConfig("decision_tree", max_depth=1)).wait(LIMIT_S)
    page.run()
    assert [warning.value for warning in page.warning] == ["The gate refused version 3; version 2 keeps serving."]
    assert "Cross-validated accuracy is only" in texts(page)
    assert button_keys(page) == ["retrain", "outcome-read"]


@pytest.mark.slow
def test_a_training_of_another_session_shows_at_the_next_slider_change(page):
    """Cancel replaces Retrain."""
    job = get_service().training_slot.start(TrainingConfig(n_estimators=500))
    page.slider(key="petal_length").set_value(1.4).run()
    assert button_keys(page) == ["cancel"]
    job.cancel()


@pytest.mark.slow
def test_visitors_do_not_poll_the_progress_of_a_training(page, monkeypatch):
    """Polling by every visitor would slow the sliders down; they see the progress at their next change."""
    asked, fragment = [], st.fragment

    def recorded(function=None, *, run_every=None):
        asked.append(run_every)
        return fragment(function, run_every=run_every)

    monkeypatch.setattr(st, "fragment", recorded)
    page.button(key="retrain").click().run()
    assert [seconds for seconds in asked if seconds] != []
    asked.clear()
    monkeypatch.setenv("IRISML_PUBLIC", "1")
    other = open_page()
    assert "data-training" in texts(other)
    assert [seconds for seconds in asked if seconds] == []
    get_service().training_slot.job.cancel()


def test_undo_does_nothing_if_the_champion_changed(registry):
    """Two pages offer Undo; the second click must not restore what the first one removed."""
    one, other = open_page(), open_page()
    get_service().training_slot.start(get_service().retrain_config()).wait(LIMIT_S)
    one.run()
    other.run()
    one.button(key="undo").click().run()
    assert registry.alias("champion") == 2
    other.button(key="undo").click().run()
    assert registry.alias("champion") == 2
    assert [toast.value.partition(" (")[0] for toast in other.toast] == [
        "Meanwhile the presenter made version 2 the champion"
    ]


@pytest.mark.slow
def test_the_outcome_is_shown_if_the_old_champion_was_deleted(page, registry):
    """Undo is not offered then."""
    page.button(key="retrain").click().run()
    get_service().training_slot.job.wait(LIMIT_S)
    shutil.rmtree(registry.folder / "versions/0002")
    page.run()
    assert not page.exception
    assert not page.error
    assert [success.value for success in page.success] == ["Version 3 passed the gate and is now serving."]
    assert button_keys(page) == ["retrain", "outcome-read"]


@pytest.mark.slow
def test_a_page_opened_later_does_not_show_the_outcome_again(page):
    """Nor after a reload."""
    get_service().training_slot.start(get_service().retrain_config()).wait(LIMIT_S)
    assert "undo" in button_keys(page.run())
    assert "undo" not in button_keys(open_page())
