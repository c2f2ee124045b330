"""The landing page as a visitor meets it, without a browser."""

import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from irisml import TrainingConfig
from irisml.errors import TrainingFailedError
from tests.conftest import SMALL
from web.session import get_service

APP = Path(__file__).parents[2] / "streamlit_app.py"
LIMIT_S = 60


def open_page(**query) -> AppTest:
    app = AppTest.from_file(str(APP), default_timeout=LIMIT_S)
    for name, value in query.items():
        app.query_params[name] = value
    return app.run()


def answer(app: AppTest) -> str:
    return next(element.value for element in app.markdown if "data-answer" in element.value)


def texts(app: AppTest) -> str:
    elements = [*app.markdown, *app.success, *app.info, *app.warning, *app.error, *app.title, *app.header]
    return "\n".join(element.value for element in elements)


@pytest.fixture
def small_first_model(monkeypatch):
    """A first training of five trees instead of a hundred: what it trains is not the point."""
    for module in ("irisml.service", "web.page"):
        monkeypatch.setattr(f"{module}.TrainingConfig", lambda: SMALL)


@pytest.fixture
def page(registry) -> AppTest:
    return open_page()


def test_it_opens_with_four_sliders_an_answer_and_retrain(page):
    """And neither an exception nor an error."""
    assert not page.exception
    assert not page.error
    assert [slider.label for slider in page.slider] == [
        "Sepal length (cm)",
        "Sepal width (cm)",
        "Petal length (cm)",
        "Petal width (cm)",
    ]
    assert "Iris versicolor" in answer(page)
    assert [button.label for button in page.button] == ["Retrain"]


def test_a_slider_changes_the_answer(page):
    """Short, narrow petals are a setosa's."""
    page.slider(key="petal_length").set_value(1.4)
    page.slider(key="petal_width").set_value(0.2).run()
    assert "Iris setosa" in answer(page)
    assert "petal 1.4 × 0.2" in answer(page)


def test_accuracy_stands_with_n_and_interval(page, registry):
    """Of the very version that serves."""
    evaluation = registry.get("champion").evaluation
    assert f"{evaluation.n_correct} of 30 unseen flowers" in texts(page)
    assert "95% interval: " in texts(page)
    assert "Cross-validated, 150 flowers: " in texts(page)


def test_the_confusion_matrix_is_the_champions(page, registry):
    """All nine counts, in order."""
    table = next(element.value for element in page.markdown if 'class="confusion"' in element.value)
    counts = [count for row in registry.get("champion").evaluation.confusion for count in row]
    cells = [cell.partition("<")[0] for cell in table.split('%">')[1:]]
    assert cells == [str(count) for count in counts]


def test_a_link_opens_its_flower(registry):
    """The values of the sliders stand in the address."""
    app = open_page(petal_length="1.4", petal_width="0.2")
    assert app.slider(key="petal_length").value == 1.4
    assert "Iris setosa" in answer(app)


def test_a_link_between_two_steps_is_rounded_to_one(registry):
    """A thumb stands on a step, and the answer is for where it stands; the address says so too."""
    app = open_page(petal_length="4.96", petal_width="1.64")
    assert (app.slider(key="petal_length").value, app.slider(key="petal_width").value) == (5.0, 1.6)
    assert "petal 5.0 × 1.6" in answer(app)


@pytest.mark.parametrize("value", ["99", "-1", "nan", "flower", ""])
def test_a_link_with_nonsense_opens_all_the_same(registry, value):
    """The slider stays where it begins."""
    app = open_page(petal_length=value)
    assert not app.exception
    assert app.slider(key="petal_length").value == 4.8


def test_a_link_can_choose_french(registry):
    """Words, decimal comma, narrow space."""
    app = open_page(lang="fr")
    assert [button.label for button in app.button] == ["Réentraîner"]
    assert "pétale 4,8 × 1,6" in answer(app)
    assert "fleurs jamais vues" in texts(app)


def test_a_french_browser_gets_french(registry):
    """Without a choice in the address."""
    app = AppTest.from_file(str(APP), default_timeout=LIMIT_S)
    app.context = {"locale": "fr-CA"}
    assert app.run().title[0].value == "Quel iris est-ce\u202f?"


@pytest.mark.slow
def test_the_first_start_trains_version_1_by_itself(empty_registry):
    """No click, no set-up: one run, and the page is there."""
    app = open_page()
    assert not app.exception
    assert not app.error
    assert len(app.slider) == 4
    assert "Det. model v1" in answer(app)
    assert "passed the gate" not in texts(app)


@pytest.mark.slow
def test_retraining_shows_progress_and_then_the_new_version_against_the_champion(page, registry):
    """Click; Cancel stands where Retrain stood, and the sliders go on; then version 3 beside version 2."""
    page.button(key="retrain").click().run()
    assert [button.label for button in page.button] == ["Cancel"]
    page.slider(key="petal_length").set_value(1.4).run()
    assert not page.exception
    get_service().job.wait(LIMIT_S)
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
    get_service().job.wait(LIMIT_S)
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
    assert [button.label for button in page.button] == ["Retrain"]
    assert registry.alias("champion") == 2


@pytest.mark.slow
def test_a_failed_training_is_one_sentence(page, registry, monkeypatch):
    """What the child said last; the champion goes on serving, and no traceback is shown."""
    monkeypatch.setenv("PYTHONHOME", "/nowhere")  # no Python can start like this
    page.button(key="retrain").click().run()
    monkeypatch.delenv("PYTHONHOME")
    with pytest.raises(TrainingFailedError):
        get_service().job.wait(LIMIT_S)
    page.run()
    assert not page.exception
    assert page.error[0].value.startswith("The training failed: ")
    assert "Traceback" not in page.error[0].value
    assert [button.label for button in page.button] == ["Retrain"]
    assert "Iris versicolor" in answer(page)


@pytest.mark.slow
def test_a_refused_version_leaves_the_champion_and_tells_why(page, registry):
    """A tree of one cut."""
    get_service().start_training(TrainingConfig("decision_tree", max_depth=1)).wait(LIMIT_S)
    page.run()
    assert [warning.value for warning in page.warning] == ["The gate refused version 3; version 2 stays live."]
    assert "Cross-validated accuracy is only" in texts(page)
    assert [button.label for button in page.button] == ["Retrain"]


def test_a_new_champion_is_on_the_whole_page_at_the_next_move(page, registry):
    """Promoted by another visitor: answer, accuracy and matrix change together, to those of version 1."""
    assert "Det. model v2" in answer(page)
    get_service().promote(1, "by another visitor")
    page.slider(key="petal_length").set_value(1.4).run()
    assert "Det. model v1" in answer(page)
    cv = registry.get(1).evaluation.cross_validation
    assert cv.accuracy != registry.get(2).evaluation.cross_validation.accuracy
    assert f"Cross-validated, 150 flowers: {cv.accuracy:.1%}" in texts(page)


@pytest.mark.slow
def test_a_training_of_another_visitor_shows_at_the_next_move(page):
    """Cancel stands where Retrain stood."""
    job = get_service().start_training(TrainingConfig(n_estimators=500))
    page.slider(key="petal_length").set_value(1.4).run()
    assert [button.label for button in page.button] == ["Cancel"]
    job.cancel()


def test_undo_does_nothing_when_someone_else_was_quicker(registry):
    """Two pages offer Undo; the second click must not bring back what the first one took away."""
    get_service().start_training(get_service().retrain_config()).wait(LIMIT_S)
    one, other = open_page(), open_page()
    one.button(key="undo").click().run()
    assert registry.alias("champion") == 2
    other.button(key="undo").click().run()
    assert registry.alias("champion") == 2
    assert [toast.value for toast in other.toast] == [
        "Meanwhile version 2 is live, so nothing was changed. Look again before you decide."
    ]


@pytest.mark.slow
def test_the_outcome_survives_that_the_old_champion_is_deleted(page, registry):
    """The verdict stays, beside the one version that is left; there is no way back to offer."""
    page.button(key="retrain").click().run()
    get_service().job.wait(LIMIT_S)
    shutil.rmtree(registry.folder / "versions/0002")
    page.run()
    assert not page.exception
    assert not page.error
    assert [success.value for success in page.success] == ["Version 3 passed the gate and is live."]
    assert [button.label for button in page.button] == ["Retrain"]


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
    assert [button.label for button in app.run().button] == ["Try again"]
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
