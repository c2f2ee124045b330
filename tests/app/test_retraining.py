"""Retrain on the landing page: progress, verdict, undo, and all that can go wrong."""

import shutil

import pytest
import streamlit as st

from irisml import TrainingConfig
from irisml.domain.errors import TrainingFailedError
from tests.app.app_page import LIMIT_S, answer, button_keys, open_page, texts
from web.state.session import get_service


@pytest.mark.slow
def test_retraining_shows_progress_and_then_the_new_version_against_the_champion(page, registry):
    """Click; Cancel stands where Retrain stood, and the sliders go on; then version 3 beside version 2."""
    page.button(key="retrain").click().run()
    assert button_keys(page) == ["cancel"]
    page.slider(key="petal_length").set_value(1.4).run()
    assert not page.exception
    get_service().training.job.wait(LIMIT_S)
    page.run()
    assert [success.value for success in page.success] == ["Version 3 passed the gate and is live."]
    table = next(element.value for element in page.markdown if 'class="versions"' in element.value)
    assert table.index(">v3<") < table.index(">v2<")
    assert "Det. model v3" in answer(page)
    assert "Not worse than champion 2 (flowers won" in texts(page)


@pytest.mark.slow
def test_undo_goes_back_to_the_champion(page, registry):
    """And says so."""
    page.button(key="retrain").click().run()
    get_service().training.job.wait(LIMIT_S)
    page.run()
    page.button(key="undo").click().run()
    assert registry.alias("champion") == 2
    assert [info.value for info in page.info] == ["Version 3 was taken back; version 2 is live."]
    assert "Det. model v2" in answer(page)


@pytest.mark.slow
def test_a_cancelled_training_leaves_the_champion_and_says_so(page, registry):
    """Cancel, and the button to try again is back."""
    page.button(key="retrain").click().run()
    page.button(key="cancel").click().run()
    page.run()
    assert [error.value for error in page.error] == ["The training was cancelled. Nothing of it was kept."]
    assert button_keys(page) == ["retrain"]
    assert registry.alias("champion") == 2


@pytest.mark.slow
def test_a_failed_training_is_one_sentence(page, registry, monkeypatch):
    """What the child said last; the champion goes on serving, and no traceback is shown."""
    monkeypatch.setenv("PYTHONHOME", "/nowhere")  # no Python can start like this
    page.button(key="retrain").click().run()
    monkeypatch.delenv("PYTHONHOME")
    with pytest.raises(TrainingFailedError):
        get_service().training.job.wait(LIMIT_S)
    page.run()
    assert not page.exception
    assert page.error[0].value.startswith("The training failed: ")
    assert "Traceback" not in page.error[0].value
    assert button_keys(page) == ["retrain"]
    assert "Iris versicolor" in answer(page)


@pytest.mark.slow
def test_a_refused_version_leaves_the_champion_and_tells_why(page, registry):
    """A tree of one cut."""
    get_service().training.start(TrainingConfig("decision_tree", max_depth=1)).wait(LIMIT_S)
    page.run()
    assert [warning.value for warning in page.warning] == ["The gate refused version 3; version 2 stays live."]
    assert "Cross-validated accuracy is only" in texts(page)
    assert button_keys(page) == ["retrain"]


@pytest.mark.slow
def test_a_training_of_another_visitor_shows_at_the_next_move(page):
    """Cancel stands where Retrain stood."""
    job = get_service().training.start(TrainingConfig(n_estimators=500))
    page.slider(key="petal_length").set_value(1.4).run()
    assert button_keys(page) == ["cancel"]
    job.cancel()


@pytest.mark.slow
def test_only_who_started_a_training_asks_again_and_again_how_far_it_is(page, monkeypatch):
    """A hall that did would slow every slider down; it sees the progress at its next move."""
    asked, fragment = [], st.fragment

    def recorded(function=None, *, run_every=None):
        asked.append(run_every)
        return fragment(function, run_every=run_every)

    monkeypatch.setattr(st, "fragment", recorded)
    page.button(key="retrain").click().run()
    assert [seconds for seconds in asked if seconds] != []
    asked.clear()
    other = open_page()
    assert other.get("progress")
    assert [seconds for seconds in asked if seconds] == []
    get_service().training.job.cancel()


def test_undo_does_nothing_when_someone_else_was_quicker(registry):
    """Two pages offer Undo; the second click must not bring back what the first one took away."""
    get_service().training.start(get_service().retrain_config()).wait(LIMIT_S)
    one, other = open_page(), open_page()
    one.button(key="undo").click().run()
    assert registry.alias("champion") == 2
    other.button(key="undo").click().run()
    assert registry.alias("champion") == 2
    assert [toast.value.partition(" (")[0] for toast in other.toast] == [
        "Meanwhile the presenter made version 2 the champion"
    ]


@pytest.mark.slow
def test_the_outcome_survives_that_the_old_champion_is_deleted(page, registry):
    """The verdict stays, beside the one version that is left; there is no way back to offer."""
    page.button(key="retrain").click().run()
    get_service().training.job.wait(LIMIT_S)
    shutil.rmtree(registry.folder / "versions/0002")
    page.run()
    assert not page.exception
    assert not page.error
    assert [success.value for success in page.success] == ["Version 3 passed the gate and is live."]
    assert button_keys(page) == ["retrain"]
