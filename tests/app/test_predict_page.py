"""The landing page, without a browser."""

import pytest
from streamlit.testing.v1 import AppTest

from irisml.domain.errors import RegistryUnusableError
from tests.app.app_page import APP, LIMIT_S, answer, button_keys, open_page, texts
from web.state.session import get_service


def test_it_opens_with_four_sliders_a_prediction_and_retrain(page):
    assert not page.exception
    assert not page.error
    assert [slider.label for slider in page.slider] == [
        "Sepal length (cm)",
        "Sepal width (cm)",
        "Petal length (cm)",
        "Petal width (cm)",
    ]
    assert "Iris versicolor" in answer(page)
    assert button_keys(page) == ["retrain"]


def test_a_slider_changes_the_prediction(page):
    """Short, narrow petals are typical of setosa."""
    page.slider(key="petal_length").set_value(1.4)
    page.slider(key="petal_width").set_value(0.2).run()
    assert "Iris setosa" in answer(page)
    assert "petal 1.4 × 0.2" in answer(page)


def test_a_failed_prediction_is_one_sentence_and_the_page_stays(page, monkeypatch, caplog):
    """Sliders, accuracy and matrix do not need the prediction."""

    def broken(*_):
        raise ZeroDivisionError("petals per stem")

    with monkeypatch.context() as broken_model:
        broken_model.setattr("irisml.model.prediction.predict", broken)
        page.slider(key="petal_length").set_value(1.4).run()
    assert not page.exception
    assert [error.value.partition(".")[0] for error in page.error] == ["Something unexpected went wrong"]
    assert "petals per stem" in caplog.text
    assert len(page.slider) == 4
    assert "Cross-validated, 150 flowers: " in texts(page)
    page.button(key="try-again-the answer").click().run()
    assert not page.error


def test_accuracy_is_shown_with_n_and_interval(page, registry):
    """It is the accuracy of the serving version."""
    evaluation = registry.get("champion").evaluation
    assert f"{evaluation.n_correct} of 30 unseen flowers" in texts(page)
    assert "95% confidence interval: " in texts(page)
    assert "Cross-validated, 150 flowers: " in texts(page)


def test_the_confusion_matrix_is_that_of_the_champion(page, registry):
    table = next(element.value for element in page.markdown if 'class="confusion"' in element.value)
    counts = [count for row in registry.get("champion").evaluation.confusion for count in row]
    cells = [cell.partition("<")[0] for cell in table.split('%">')[1:]]
    assert cells == [str(count) for count in counts]


def test_a_link_opens_its_flower(registry):
    """The slider values are in the URL."""
    app = open_page(petal_length="1.4", petal_width="0.2")
    assert app.slider(key="petal_length").value == 1.4
    assert "Iris setosa" in answer(app)


def test_a_value_between_two_slider_steps_is_rounded_to_a_step(registry):
    """Slider, prediction and URL then agree."""
    app = open_page(petal_length="4.96", petal_width="1.64")
    assert (app.slider(key="petal_length").value, app.slider(key="petal_width").value) == (5.0, 1.6)
    assert "petal 5.0 × 1.6" in answer(app)


@pytest.mark.parametrize("value", ["99", "-1", "nan", "flower", ""])
def test_an_invalid_value_in_the_url_leaves_the_default(registry, value):
    app = open_page(petal_length=value)
    assert not app.exception
    assert app.slider(key="petal_length").value == 4.8


def test_the_language_can_be_set_in_the_url(registry):
    """Words, decimal comma, narrow no-break space."""
    app = open_page(lang="fr")
    assert app.button(key="retrain").label == "Réentraîner"
    assert "pétale 4,8 × 1,6" in answer(app)
    assert "fleurs jamais vues" in texts(app)


def test_the_language_defaults_to_that_of_the_browser(registry):
    app = AppTest.from_file(str(APP), default_timeout=LIMIT_S)
    app.context = {"locale": "fr-CA"}
    assert app.run().title[0].value == "Quel iris est-ce\u202f?"


def test_the_next_slider_change_shows_the_new_champion_everywhere(page, registry):
    """Prediction, accuracy and matrix change together."""
    assert "Predicted by model v2" in answer(page)
    get_service().promote(1, "by another visitor")
    page.slider(key="petal_length").set_value(1.4).run()
    assert "Predicted by model v1" in answer(page)
    cv = registry.get(1).evaluation.cross_validation
    assert cv.accuracy != registry.get(2).evaluation.cross_validation.accuracy
    assert f"Cross-validated, 150 flowers: {cv.accuracy:.1%}" in texts(page)


def test_two_failures_on_one_page_are_two_sentences(registry, monkeypatch):
    """The prediction and the panel beside it: each has its own "Try again", and no traceback is shown."""

    def away(*_, **__):
        raise RegistryUnusableError(path="share", problem="Host is down")

    for name in (
        "irisml.model.prediction.predict",
        "irisml.service.model_service.ModelService.retrain_config",
    ):
        monkeypatch.setattr(name, away)
    monkeypatch.setattr("web.frame.training_panel.watch_training", away)
    app = open_page()
    assert not app.exception
    assert len(app.error) == 2
    assert {button.key for button in app.button if button.key.startswith("try-again")} == {
        "try-again-the answer",
        "try-again-the page predict",
    }
