"""The HTML page of a report: it predicts and explains from file://, to the last bit as Python does."""

import json

import numpy as np
import pytest

from irisml import FolderRegistry, train_version
from irisml.model.explanation.contributions import contributions
from irisml.registry.reference import reference_version
from irisml.releases.report import version_report
from irisml.releases.report_page import report_page
from tests.unit.model.test_forest import bits, tricky_rows

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def version(tmp_path_factory):
    """A forest of 100 trees, as it is served."""
    registry = FolderRegistry(tmp_path_factory.mktemp("models"))
    return registry.get(train_version(registry).version)


@pytest.fixture
def page(browser, tmp_path, version):
    content = report_page(
        version_report(version, reference_version().record, (), None), version.load_forest(), "the card"
    )
    assert len(content) < 120_000
    file = tmp_path / "report.html"
    file.write_bytes(content)
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.faults = []
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.on("console", lambda message: page.faults.append(message.text))
    page.on("request", lambda request: page.faults.append(request.url) if not request.url.startswith("file:") else None)
    page.goto(file.as_uri())
    page.forest = version.load_forest()
    yield page
    assert page.faults == []
    context.close()


def test_its_predictions_equal_those_of_python_on_1000_flowers(page):
    rows = tricky_rows(page.forest.thresholds, 1000)
    told = page.evaluate("(rows) => JSON.stringify(JSON.parse(rows).map(irisml.predict))", json.dumps(rows.tolist()))
    assert bits(json.loads(told)) == bits(page.forest.predict_proba_many(rows.tolist()))


def test_its_explanation_equals_that_of_python(page):
    for x in ([5.9, 2.8, 4.3, 1.3], [6.1, 2.7, 4.9, 1.7]):
        ours = contributions(page.forest, x).by_feature
        for species in range(3):
            told = page.evaluate("([x, k]) => irisml.contributions(x, k)", [x, species])
            assert np.allclose(told, [added[species] for added in ours], rtol=0, atol=1e-12)


def test_a_slider_changes_species_drawing_and_explanation(page):
    name, why = page.locator(".name"), page.locator("#why")
    assert name.text_content() == "Iris versicolor"
    before = page.locator(".standard").first.get_attribute("transform")
    page.get_by_label("Petal length").fill("1.4")
    page.get_by_label("Petal width").fill("0.2")
    assert name.text_content() == "Iris setosa"
    assert "setosa" in why.text_content()
    assert page.locator(".standard").first.get_attribute("transform") != before
    page.get_by_label("Petal length").fill("12")
    assert "Outside the training range" in page.locator(".outside").text_content()


def test_it_fits_a_phone(page):
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") == 360
