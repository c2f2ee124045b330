"""What was chosen and opened outlives another page and another language."""

import pytest

from tests.app.app_page import answer, go_to, markdown_with, open_page, texts


def in_french(page):
    page.button_group(key="language").set_value("FR")
    return page.run()


def query(page) -> dict[str, str]:
    return {name: "".join(value) for name, value in page.query_params.items()}


def test_a_filter_survives_another_language_and_another_page(registry):
    """The lengths as well as the species."""
    page = open_page("data")
    page.select_slider(key="data-x-petal_length-en").set_value((4.5, 7.0)).run()
    page.button_group(key="data-species").set_value([1]).run()
    left = next(text for text in texts(page).splitlines() if "of 150 flowers" in text)
    go_to(go_to(page, "quality"), "data")
    assert left in texts(page)
    in_french(page)
    assert left.replace("of 150 flowers", "fleurs sur 150") in texts(page)
    assert query(page) == {"lang": "fr", "x_cm": "4.5-7.0", "species": "versicolor"}


def test_another_feature_has_all_its_lengths(registry):
    """Those of the feature before say nothing about it."""
    page = open_page("data", x_cm="4.5-7.0")
    assert page.select_slider(key="data-x-petal_length-en").value == (4.5, 7.0)
    page.selectbox(key="data-x-en").set_value("sepal_length").run()
    assert page.select_slider(key="data-x-sepal_length-en").value == (4.0, 8.0)
    assert query(page) == {"x": "sepal_length"}


def test_the_pair_of_features_of_the_map_survives(registry):
    """Another page, and another language."""
    page = open_page("quality")
    page.selectbox(key="x-feature-en").set_value("sepal_width").run()
    go_to(go_to(page, "data"), "quality")
    assert page.selectbox(key="x-feature-en").value == "sepal_width"
    in_french(page)
    assert page.selectbox(key="x-feature-fr").value == "sepal_width"


def test_the_flower_and_the_language_are_in_the_address_of_every_page(registry):
    """So a reload keeps them."""
    page = open_page("predict", petal_width="0.1", lang="fr")
    for name in ("quality", "train", "data", "pipeline", "share"):
        go_to(page, name)
        assert (query(page)["petal_width"], query(page)["lang"]) == ("0.1", "fr")


def test_a_value_at_the_least_of_its_slider_is_in_the_address(registry):
    """A real iris has it, no. 38."""
    page = open_page()
    page.slider(key="petal_width").set_value(0.1).run()
    assert query(page)["petal_width"] == "0.1"
    assert open_page(**query(page)).slider(key="petal_width").value == 0.1


def test_a_flower_asked_about_and_revealed_is_in_the_address(registry):
    """Until the slider is moved: then it is another flower."""
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
def test_a_link_that_cannot_be_followed_says_so(registry, page, asked, words):
    """On the page, once."""
    opened = open_page(page, **asked)
    assert words in "\n".join(warning.value for warning in opened.warning)


def test_an_old_notice_goes_with_the_next_act(registry):
    """It spoke of the link, not of what is chosen now."""
    page = open_page(petal_width="99")
    page.button(key="preset-setosa").click().run()
    assert "of the link" not in "\n".join(warning.value for warning in page.warning)
    assert "setosa" in answer(page)


def test_a_notice_stays_on_its_page(registry):
    """On another page nobody knows what it speaks of."""
    page = open_page(petal_width="99")
    go_to(page, "pipeline")
    assert "of the link" not in "\n".join(warning.value for warning in page.warning)


def test_the_switch_of_the_page_share_is_in_the_address(registry):
    """Whoever reloads wants the same code."""
    page = open_page("share")
    page.toggle(key="with-flower").set_value(False).run()
    assert query(page) == {"flower": "0"}
    assert open_page("share", flower="0").toggle(key="with-flower").value is False


def test_a_version_that_was_chosen_stays_when_somebody_else_trains(registry, candidate):
    """The visitor, or the link that they came by, has asked for it."""
    page = open_page("train", version="1")
    registry.register(candidate)
    page.run()
    assert page.selectbox(key="version-of-3").value == 1
    assert query(page) == {"version": "1"}


def test_what_is_open_below_the_answer_survives_another_page(registry):
    """With the tree that was looked at."""
    page = open_page(open="trees", tree="2")
    go_to(go_to(page, "share"), "predict")
    assert page.number_input(key="tree").value == 2
    assert "votes" in markdown_with(page, "votes")
