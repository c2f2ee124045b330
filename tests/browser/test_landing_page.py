"""The landing page in a real Chromium."""

import re

import pytest
from playwright.sync_api import expect

from tools.served_app import LIMIT_S, SETTLED


def answer(page):
    return page.locator("[data-answer]")


def test_a_link_opens_its_flower(new_page):
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


def test_the_french_page_has_decimal_commas_and_its_lang_attribute(new_page):
    """Slider labels included; screen readers use the attribute."""
    page = new_page("lang=fr")
    expect(answer(page)).to_contain_text("pétale 4,8 × 1,6")
    expect(page.get_by_test_id("stSliderThumbValue").first).to_have_text("5,9")
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    page.get_by_role("radio", name="EN").click()
    expect(page.get_by_role("heading", name="Which iris is this?")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page).to_have_url(re.compile("lang=en"))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_phone_needs_no_horizontal_scrolling(new_page, language):
    """At 360 pixels all four sliders and the prediction are on the first screen."""
    page = new_page(f"lang={language}", color_scheme="light")
    page.set_viewport_size({"width": 360, "height": 740})
    page.wait_for_function(SETTLED)
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    last = page.locator(".st-key-petal_width input").bounding_box()
    assert last["y"] + last["height"] < 740


def test_a_projector_needs_no_scrolling(new_page):
    """Down to the button, on three screen sizes."""
    page = new_page()
    for height in (720, 900, 1080):
        page.set_viewport_size({"width": height * 16 // 9, "height": height})
        page.wait_for_function(SETTLED)
        button = page.get_by_test_id("stBaseButton-primary").bounding_box()
        assert button["y"] + button["height"] < height


def test_sliders_work_during_a_training(new_page):
    """Then the new version is shown, and Undo restores the old one."""
    page = new_page()
    before = answer(page).locator(".determined").inner_text()
    page.get_by_role("button", name="Retrain").click()
    expect(page.get_by_role("button", name="Cancel")).to_be_visible()
    page.locator(".st-key-petal_length input").focus()
    page.keyboard.press("ArrowRight")
    expect(answer(page)).to_contain_text("petal 4.9 × 1.6")
    expect(page.get_by_role("progressbar")).to_be_visible()
    verdict = page.get_by_test_id("stAlertContentSuccess")
    expect(verdict).to_have_text(re.compile("passed the gate and is now serving"), timeout=1000 * LIMIT_S)
    expect(answer(page).locator(".determined")).not_to_have_text(before)
    page.get_by_role("button", name=re.compile("Undo: back to version")).click()
    expect(answer(page).locator(".determined")).to_have_text(before)
