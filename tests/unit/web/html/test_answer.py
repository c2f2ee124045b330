"""web.html.answer: what Python draws, and what it leaves for the script to fill"""

import json
import re

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


def test_the_answer_is_text(draw):
    """Species, percentages that sum to 100, sizes, version."""
    html = draw("en")
    for words in ("Iris versicolor", ">1%<", ">78%<", ">21%<", "petal 4.6 × 1.4", "Det. model v2, random forest"):
        assert words in html
    assert 'role="status">Iris versicolor, 78%</p>' in html


def test_french_is_french(draw):
    """Decimal comma, narrow space, French words."""
    html = draw("fr")
    for words in ("pétale 4,6 × 1,4", ">78\u202f%<", "Le plus probable", "Dét. modèle v2, forêt aléatoire"):
        assert words in html


def test_sizes_stand_on_the_elements_that_are_sized(draw):
    """The drawing is to scale: custom properties hold the very measurements."""
    html = draw("en")
    assert 'class="falls" data-numbers="sepal_length sepal_width" style="--sepal_length:6.1;--sepal_width:2.9"' in html
    assert (
        'class="standards" data-numbers="petal_length petal_width" style="--petal_length:4.6;--petal_width:1.4"' in html
    )
    assert 'data-numbers="p1" style="--p1:0.785"' in html


def test_the_script_finds_all_that_it_needs(draw):
    """Measurements, probabilities, address of the trees, names of sliders and species, number formats."""
    html = draw("fr")
    data = dict(re.findall(r'data-(\w+)="([^"]*)"', html.partition(">")[0]))
    assert json.loads(data["x"]) == [6.1, 2.9, 4.6, 1.4]
    assert json.loads(data["p"]) == [0.005, 0.785, 0.21]
    assert json.loads(data["sliders"].replace("&quot;", '"')) == list(FEATURES)
    assert (data["forest"], data["decimal"], data["species"]) == ("api/live/2/abc.json", ",", "1")


def test_every_live_text_shows_what_its_template_says(draw):
    """So that the script, filling the same template, changes nothing when it has nothing new to say."""
    html = draw("en")
    values = {"sepal_length": "6.1", "sepal_width": "2.9", "petal_length": "4.6", "petal_width": "1.4"}
    values |= {"p0": "1%", "p1": "78%", "p2": "21%", "species": "versicolor"}
    found = re.findall(r'data-text="([^"]*)">([^<]*)<', html)
    assert len(found) == 6
    assert all(template.format_map(values) == text for template, text in found)
