"""The landing page in a real Chromium."""

import re

import pytest
from playwright.sync_api import expect

from tools.served_app import LIMIT_S, SETTLED


def answer(page):
    return page.locator("[data-answer]")


def test_a_link_opens_its_flower(new_page):
    """With the species that it is."""
    page = new_page("petal_length=1.4&petal_width=0.2")
    expect(answer(page).locator(".name")).to_have_text("Iris setosa")
    expect(page.locator(".st-key-petal_length input")).to_have_value("1.4")


def test_the_drawing_is_to_scale(new_page):
    """A petal twice as long is drawn twice as long."""
    lengths = []
    for petal_length in (3.0, 6.0):
        page = new_page(f"petal_length={petal_length}&petal_width=1.0")
        matrix = page.locator(".standards use").first.evaluate("e => new DOMMatrix(getComputedStyle(e).transform)")
        lengths.append((matrix["a"] ** 2 + matrix["b"] ** 2) ** 0.5)
    assert lengths == pytest.approx([30, 60], rel=1e-4)


def test_french_has_its_commas_its_words_and_says_so(new_page):
    """Also on the thumbs, and the document tells the screen reader."""
    page = new_page("lang=fr")
    expect(answer(page)).to_contain_text("pétale 4,8 × 1,6")
    expect(page.get_by_test_id("stSliderThumbValue").first).to_have_text("5,9")
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    page.get_by_role("radio", name="EN").click()
    expect(page.get_by_role("heading", name="Which iris is this?")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page).to_have_url(re.compile("lang=en"))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_phone_scrolls_down_only(new_page, language):
    """At 360 pixels nothing stands out at the side; all four sliders and the answer are on the first screen."""
    page = new_page(f"lang={language}", color_scheme="light")
    page.set_viewport_size({"width": 360, "height": 740})
    page.wait_for_function(SETTLED)
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    last = page.locator(".st-key-petal_width input").bounding_box()
    assert last["y"] + last["height"] < 740


def test_a_projector_shows_all_without_scrolling(new_page):
    """Down to the button, on each of three screens."""
    page = new_page()
    for height in (720, 900, 1080):
        page.set_viewport_size({"width": height * 16 // 9, "height": height})
        page.wait_for_function(SETTLED)
        button = page.get_by_test_id("stBaseButton-primary").bounding_box()
        assert button["y"] + button["height"] < height


def test_a_training_shows_progress_while_the_sliders_go_on(new_page):
    """Retrain; a slider answers meanwhile; then the new version is on the page, and Undo takes it back."""
    page = new_page()
    before = answer(page).locator(".determined").inner_text()
    page.get_by_role("button", name="Retrain").click()
    expect(page.get_by_role("button", name="Cancel")).to_be_visible()
    page.locator(".st-key-petal_length input").focus()
    page.keyboard.press("ArrowRight")
    expect(answer(page)).to_contain_text("petal 4.9 × 1.6")
    expect(page.get_by_role("progressbar")).to_be_visible()
    verdict = page.get_by_test_id("stAlertContentSuccess")
    expect(verdict).to_have_text(re.compile("passed the gate and is live"), timeout=1000 * LIMIT_S)
    expect(answer(page).locator(".determined")).not_to_have_text(before)
    page.get_by_role("button", name="Undo: back to version 2").click()
    expect(answer(page).locator(".determined")).to_have_text(before)
