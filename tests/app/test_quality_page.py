"""The page Quality."""

import pytest

from irisml.domain.measurements import FEATURES
from tests.app.app_page import markdown_with, open_page, texts


@pytest.fixture
def page(registry):
    return open_page("quality")


@pytest.fixture
def miss(registry):
    """The first test flower that the champion misclassifies."""
    return registry.get(2).evaluation.misses[0]


def test_the_cells_are_the_confusion_matrix(page, registry):
    """Nine buttons; each label has the count and, for screen readers, both species."""
    confusion = registry.get(2).evaluation.confusion
    assert page.button(key="matrix-0-0").label == f"{confusion[0][0]} *setosa, predicted as setosa*"
    labels = [page.button(key=f"matrix-{true}-{said}").label for true in range(3) for said in range(3)]
    assert [int(label.split()[0]) for label in labels] == [count for row in confusion for count in row]


def test_choosing_a_cell_lists_its_flowers(page, miss, registry):
    page.button(key=f"matrix-{miss.y_true}-{miss.y_pred}").click().run()
    opened = [button.key for button in page.button if button.key.startswith("open-")]
    assert opened == [f"open-{row}" for row in registry.get(2).evaluation.rows_of(miss.y_true, miss.y_pred)]
    assert f"No. {miss.row + 1}: " in page.button(key=f"open-{miss.row}").label


def test_a_listed_flower_opens_on_the_landing_page(page, miss, iris):
    page.button(key=f"matrix-{miss.y_true}-{miss.y_pred}").click().run()
    page.button(key=f"open-{miss.row}").click().run()
    assert [page.slider(key=feature).value for feature in FEATURES] == iris.X[miss.row].tolist()


def test_an_empty_cell_lists_nothing(page):
    """No setosa is predicted as virginica."""
    page.button(key="matrix-0-2").click().run()
    assert [button.key for button in page.button if button.key.startswith("open-")] == []
    assert ": 0." in texts(page)


def test_the_number_of_perfect_splits_is_shown(page, registry):
    n_perfect = registry.get(2).evaluation.cross_validation.n_perfect_splits
    assert f"Of 50 ways to hold out a fifth of the 150 flowers, {n_perfect} give 100%" in texts(page)


def test_recall_is_shown_with_its_interval(page):
    """10 of 10 setosas: 72 to 100%."""
    assert "100% <small>72% to 100%</small>" in markdown_with(page, "Precision</th>")


def test_the_map_shows_the_chosen_features(page, registry):
    """Its text has the numbers of the figure."""
    page.selectbox(key="x-feature-en").set_value("sepal_length").run()
    figure = markdown_with(page, 'class="plane"')
    assert "Sepal length (cm)" in figure
    n_missed = len(registry.get(2).evaluation.misses)
    assert f"30 test flowers, {n_missed} misclassified." in figure
    assert figure.count('class="missed"') == n_missed


def test_calibration_and_importances_are_shown(page):
    """The groups of the calibration table add up to 150 flowers."""
    table = markdown_with(page, "calibration")
    counts = [int(part.rpartition(" of ")[2]) for part in table.split(" flowers")[:-1]]
    assert sum(counts) == 150
    assert "Petal length</th>" in markdown_with(page, 'class="bars"')
