"""web.html.answer: the HTML, and the attributes that the script uses."""

import json
import re
from html import unescape

import pytest

from irisml import Prediction
from irisml.domain.measurements import FEATURES, Measurement
from web.html.answer import answer
from web.i18n.text import language


@pytest.fixture
def draw(registry):
    """Draw a flower that is 79 % versicolor."""
    prediction = Prediction(Measurement(6.1, 2.9, 4.6, 1.4), (0.005, 0.785, 0.21), (1, 78, 21), ())
    return lambda code: answer(prediction, registry.get(2), "api/live/2/abc.json", language(code))


def test_the_prediction_is_readable_text(draw):
    """Species, percentages that sum to 100, lengths, version."""
    html = draw("en")
    for words in (
        "Iris versicolor",
        ">1%<",
        ">78%<",
        ">21%<",
        "petal 4.6 × 1.4",
        "Predicted by model v2, random forest",
    ):
        assert words in html
    assert 'role="status">Iris versicolor, 78%</p>' in html


def test_the_prediction_is_translated(draw):
    """Decimal comma, narrow no-break space, French words."""
    html = draw("fr")
    for words in ("pétale 4,6 × 1,4", ">78\u202f%<", "Le plus probable", "Prédit par le modèle v2, forêt aléatoire"):
        assert words in html


def test_lengths_are_custom_properties_of_the_drawn_elements(draw):
    """The drawing is to scale."""
    html = draw("en")
    assert 'class="falls" data-numbers="sepal_length sepal_width" style="--sepal_length:6.1;--sepal_width:2.9"' in html
    assert (
        'class="standards" data-numbers="petal_length petal_width" style="--petal_length:4.6;--petal_width:1.4"' in html
    )
    assert 'data-numbers="p1" style="--p1:0.785"' in html


def test_the_script_gets_all_its_data_from_attributes(draw):
    """Measurements, probabilities, URL of the forest, names of sliders and species, number formats."""
    html = draw("fr")
    data = dict(re.findall(r'data-(\w+)="([^"]*)"', html.partition(">")[0]))
    assert json.loads(data["x"]) == [6.1, 2.9, 4.6, 1.4]
    assert json.loads(data["p"]) == [0.005, 0.785, 0.21]
    assert json.loads(unescape(data["sliders"])) == list(FEATURES)
    assert (data["forest"], data["decimal"], data["species"]) == ("api/live/2/abc.json", ",", "1")


def test_every_live_text_matches_its_template(draw):
    """So the script changes nothing when it fills the template with the same values."""
    html = draw("en")
    values = {"sepal_length": "6.1", "sepal_width": "2.9", "petal_length": "4.6", "petal_width": "1.4"}
    values |= {"p0": "1%", "p1": "78%", "p2": "21%", "species": "versicolor"}
    found = re.findall(r'data-text="([^"]*)">([^<]*)<', html)
    assert len(found) == 6
    assert all(template.format_map(values) == text for template, text in found)
