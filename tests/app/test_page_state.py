"""State of the pages: kept across pages and languages."""

import re

import pytest

from tests.app.app_page import answer, go_to, markdown_with, open_page, texts


def in_french(page):
    page.button_group(key="language").set_value("FR")
    return page.run()


def query(page) -> dict[str, str]:
    return {name: "".join(value) for name, value in page.query_params.items()}


def test_filters_are_kept_across_pages_and_languages(registry):
    """Lengths and species."""
    page = open_page("data")
    page.select_slider(key="data-x-petal_length-en").set_value((4.5, 7.0)).run()
    page.button_group(key="data-species").set_value([1]).run()
    left = next(text for text in texts(page).splitlines() if "of 150 flowers" in text)
    go_to(go_to(page, "quality"), "data")
    assert left in texts(page)
    in_french(page)
    assert re.sub(r"(\d+) of 150 flowers", "Fleurs affichées\u00a0: \\1 sur 150", left) in texts(page)
    assert query(page) == {"lang": "fr", "x_cm": "4.5-7.0", "species": "versicolor"}


def test_choosing_another_feature_resets_its_length_range(registry):
    """A range in cm applies to one feature only."""
    page = open_page("data", x_cm="4.5-7.0")
    assert page.select_slider(key="data-x-petal_length-en").value == (4.5, 7.0)
    page.selectbox(key="data-x-en").set_value("sepal_length").run()
    assert page.select_slider(key="data-x-sepal_length-en").value == (4.0, 8.0)
    assert query(page) == {"x": "sepal_length"}


def test_the_axes_of_the_map_are_kept_across_pages_and_languages(registry):
    page = open_page("quality")
    page.selectbox(key="x-feature-en").set_value("sepal_width").run()
    go_to(go_to(page, "data"), "quality")
    assert page.selectbox(key="x-feature-en").value == "sepal_width"
    in_french(page)
    assert page.selectbox(key="x-feature-fr").value == "sepal_width"


def test_flower_and_language_are_in_the_url_of_every_page(registry):
    """So a reload keeps them."""
    page = open_page("predict", petal_width="0.1", lang="fr")
    for name in ("quality", "train", "data", "pipeline", "share"):
        go_to(page, name)
        assert (query(page)["petal_width"], query(page)["lang"]) == ("0.1", "fr")


def test_the_minimum_of_a_slider_is_written_to_the_url(registry):
    """Flower no. 38 of the data set has this value."""
    page = open_page()
    page.slider(key="petal_width").set_value(0.1).run()
    assert query(page)["petal_width"] == "0.1"
    assert open_page(**query(page)).slider(key="petal_width").value == 0.1


def test_a_revealed_flower_is_in_the_url_until_a_slider_changes(registry):
    """With another length it is another flower."""
    page = open_page()
    page.button(key="preset-unseen").click().run()
    page.button(key="reveal").click().run()
    again = open_page(**query(page))
    assert "was held out" not in texts(again)
    assert "Flower no." in texts(again)
    width = again.slider(key="petal_width").value
    again.slider(key="petal_width").set_value(1.0 if width != 1.0 else 1.1).run()
    assert "unseen" not in query(again)
    assert "Flower no." not in texts(again)


@pytest.mark.parametrize(
    ("page", "asked", "words"),
    [
        ("predict", {"petal_width": "99"}, "Petal width of the link is 99 cm"),
        ("predict", {"petal_width": "nan"}, 'Petal width of the link is "nan"'),
        ("train", {"version": "99"}, "There is no version 99 here."),
        ("train", {"version": "x"}, "This part of the link cannot be followed: version=x"),
    ],
)
def test_an_invalid_query_parameter_shows_a_warning(registry, page, asked, words):
    opened = open_page(page, **asked)
    assert words in "\n".join(warning.value for warning in opened.warning)


def test_the_warning_about_a_link_disappears_with_the_next_action(registry):
    """It is about the link, not about the current flower."""
    page = open_page(petal_width="99")
    page.button(key="preset-setosa").click().run()
    assert "of the link" not in "\n".join(warning.value for warning in page.warning)
    assert "setosa" in answer(page)


def test_the_warning_about_a_link_is_not_shown_on_other_pages(registry):
    page = open_page(petal_width="99")
    go_to(page, "pipeline")
    assert "of the link" not in "\n".join(warning.value for warning in page.warning)


def test_the_switch_of_the_page_share_is_in_the_url(registry):
    """So a reload shows the same QR code."""
    page = open_page("share")
    page.toggle(key="with-flower").set_value(True).run()
    assert query(page) == {"flower": "1"}
    assert open_page("share", flower="1").toggle(key="with-flower").value is True


def test_a_chosen_version_stays_chosen_when_another_is_registered(registry, candidate):
    """The visitor, or the link, has chosen it."""
    page = open_page("train", version="1")
    registry.register(candidate)
    page.run()
    assert page.selectbox(key="version-of-3").value == 1
    assert query(page) == {"version": "1"}


def test_an_open_explanation_is_kept_across_pages(registry):
    """With the number of its tree."""
    page = open_page(open="trees", tree="2")
    go_to(go_to(page, "share"), "predict")
    assert page.number_input(key="tree").value == 2
    assert "votes" in markdown_with(page, "votes")
