"""Tests of web.state.link_parts."""

import pytest

from irisml.domain.measurements import FEATURES
from web.i18n.text import language
from web.state.link_parts import PARTS, parts_of, read_query, written_query
from web.state.slider_limits import FIRST_FLOWER, SLIDER_CM

PAGES = ("predict", "quality", "train", "data", "pipeline", "share", "stage")
VALUES = {
    "lang": ["en", "fr"],
    "view": ["projector"],
    **{feature: [*SLIDER_CM[feature], 2.5] for feature in FEATURES},
    "sepal_length": [4.0, 5.1, 8.0],
    "predict.open": ["why", "what-if", "among", "trees", "map"],
    "predict.tree": [1, 7, 500],
    "predict.trees": [1, 500],
    "predict.unseen": [1, 150],
    "predict.revealed": [True],
    "quality.cell": [(0, 0), (1, 2), (2, 1)],
    "quality.x": list(FEATURES),
    "quality.y": list(FEATURES),
    "train.version": [1, 9999],
    "train.history": [True],
    "data.x": list(FEATURES),
    "data.x_cm": [(1.0, 7.0), (2.5, 2.5)],
    "data.y": list(FEATURES),
    "data.y_cm": [(0.1, 0.5)],
    "data.species": [(), (0,), (0, 2), (0, 1, 2)],
    "data.table": [True],
    "share.flower": [True],
    "share.language": [True],
    "share.alone": [True],
    "stage.started": [0, 1_795_680_000],
}


def test_every_link_part_has_values_here():
    assert set(VALUES) == set(PARTS)


@pytest.mark.parametrize(("key", "value"), [(key, value) for key, values in VALUES.items() for value in values])
def test_link_parts_round_trip_through_the_query(key, value):
    """Also the minimum and the maximum, which Streamlit's own binding drops."""
    page = PARTS[key].page or "pipeline"
    written = {key: value}
    if value in FEATURES:  # two axes never have the same feature
        other = f"{page}.{'y' if key.endswith('x') else 'x'}"
        written[other] = next(feature for feature in FEATURES if feature != value)
    state, notices = read_query(page, written_query(page, written))
    assert (state[key], notices) == (value, [])


@pytest.mark.parametrize("page", PAGES)
def test_an_empty_query_is_the_default_state(page):
    """And the default state needs no query."""
    state, notices = read_query(page, {})
    assert state == {part.key: part.default for part in parts_of(page)}
    assert (notices, written_query(page, state)) == ([], {})


def test_a_changed_flower_is_written_with_all_four_lengths():
    """A later version may have another default flower."""
    assert written_query("share", {"petal_width": 0.1}) == {
        "sepal_length": "5.9",
        "sepal_width": "2.8",
        "petal_length": "4.8",
        "petal_width": "0.1",
    }


def test_a_page_writes_no_parts_of_other_pages():
    """They are kept in the session."""
    assert written_query("data", {"quality.cell": (0, 1), "data.x": "sepal_width", "lang": "fr"}) == {
        "lang": "fr",
        "x": "sepal_width",
    }


@pytest.mark.parametrize("text", ["99", "-1", "nan", "inf", "abc", "", "1_5", "0.04", "0.2.1", "x" * 5000])
def test_an_invalid_length_gives_a_notice_and_the_default(text):
    state, (notice,) = read_query("predict", {"petal_width": text})
    assert state["petal_width"] == FIRST_FLOWER["petal_width"]
    told = language("fr").notice(notice.template, notice.values)
    assert told.startswith("Largeur du pétale selon le lien")
    assert len(told) < 200


@pytest.mark.parametrize("text", ["0,2", "0.2", " 0.2", "2e-1", "0.20"])
def test_a_length_can_be_written_in_several_formats(text):
    """French pages write a comma."""
    state, notices = read_query("predict", {"petal_width": text})
    assert (state["petal_width"], notices) == (0.2, [])


@pytest.mark.parametrize(("text", "shown"), [("0.30000000000000004", 0.3), ("2.449", 2.4), ("0.25", 0.2)])
def test_a_length_between_two_slider_steps_is_rounded_with_a_notice(text, shown):
    state, notices = read_query("predict", {"petal_width": text})
    assert state["petal_width"] == shown
    assert "steps of 0.1 cm" in str(notices[0])


@pytest.mark.parametrize(
    ("page", "name", "text"),
    [
        ("predict", "lang", "xx"),
        ("predict", "open", "everything"),
        ("predict", "tree", "0"),
        ("predict", "tree", "1e9"),
        ("predict", "tree", "9" * 5000),
        ("predict", "unseen", "151"),
        ("predict", "revealed", "yes"),
        ("quality", "cell", "setosa"),
        ("quality", "cell", "setosa-tulip"),
        ("quality", "x", "hue"),
        ("train", "version", "-1"),
        ("data", "x_cm", "3"),
        ("data", "x_cm", "5.0-3.0"),
        ("data", "x_cm", "nan-nan"),
        ("data", "species", "tulip"),
        ("data", "table", "2"),
        ("share", "flower", ""),
        ("share", "view", "cinema"),
        ("stage", "started", "now"),
    ],
)
def test_an_invalid_part_gives_a_short_notice_and_the_default(page, name, text):
    state, (notice,) = read_query(page, {name: text})
    part = next(part for part in parts_of(page) if part.name == name)
    assert state[part.key] == part.default
    assert f"{name}=" in str(notice)
    assert len(str(notice)) < 100


@pytest.mark.parametrize(
    ("page", "query", "state"),
    [
        ("data", {"x": "petal_width"}, {"data.x": "petal_width", "data.y": "petal_length"}),
        ("quality", {"x": "sepal_width", "y": "sepal_width"}, {"quality.x": "sepal_width", "quality.y": "petal_width"}),
        ("data", {"x_cm": "10-20"}, {"data.x_cm": None}),
        ("data", {"x_cm": "2.549-3"}, {"data.x_cm": None}),
        ("data", {"x": "petal_width", "x_cm": "3.0-5.0"}, {"data.x_cm": None}),
    ],
)
def test_inconsistent_parts_give_a_notice(page, query, state):
    """Two axes with the same feature, or lengths outside the range of the feature."""
    found, notices = read_query(page, query)
    assert {key: found[key] for key in state} == state
    assert len(notices) == (query != {"x": "petal_width"})
    assert read_query(page, written_query(page, found)) == (found, [])


def test_control_characters_are_replaced_in_the_notice():
    """For example a right-to-left override."""
    _, (notice,) = read_query("predict", {"open": "\u202egnihton\x07"})
    assert str(notice).endswith("open=?gnihton?")


def test_unknown_query_parameters_are_ignored():
    """Mail programs and search engines add some."""
    assert read_query("predict", {"utm_source": "x", "cell": "0"})[1] == []
