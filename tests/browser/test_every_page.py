"""Every page: accessibility, narrow screens, keyboard."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tools.served_app import QUIET
from web.frame.navigation import PAGES

STREAMLITS_OWN = {"presentation-role-conflict": "stFileUploaderDropzone"}
"""Rules of axe that elements of Streamlit violate, and where."""
NAMES = [entry.name for entry in PAGES]


def violations(page) -> dict[str, str]:
    """Return what axe finds (WCAG 2.0 to 2.2, A and AA, best practices), except in elements of Streamlit."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return {
        violation["id"]: node["html"][:300]
        for violation in found
        for node in violation["nodes"]
        if STREAMLITS_OWN.get(violation["id"], "nowhere") not in node["html"]
    }


def path(name: str) -> str:
    return "" if name == NAMES[0] else name


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("language", "wide", "narrow"), [("en", "light", "dark"), ("fr", "dark", "light")], ids=["en", "fr"]
)
def test_every_page_is_accessible_and_fits_narrow_screens(new_page, name, language, wide, narrow):
    """No axe violation in either language, theme or width; no horizontal scrolling at 360 pixels."""
    page = new_page(f"lang={language}", path=path(name), color_scheme=wide)
    assert violations(page) == {}
    page.emulate_media(color_scheme=narrow)
    resize(page, 390)
    assert violations(page) == {}
    resize(page, 360)
    assert page.evaluate("() => document.documentElement.scrollWidth") == 360
    assert page.get_by_test_id("stMain").evaluate("(e) => e.scrollWidth <= e.clientWidth")


def test_axe_detects_violations(new_page):
    """Control: an image without alternative text, and low contrast."""
    page = new_page(path="share")
    page.evaluate("""() => {
      const wrong = '<img src="data:," width="9"><p style="color: #eee; background: #fff">pale</p>'
      document.querySelector("[data-testid=stMainBlockContainer]").insertAdjacentHTML("beforeend", wrong)
    }""")
    assert {"image-alt", "color-contrast"} <= set(violations(page))


def resize(page, width):
    page.set_viewport_size({"width": width, "height": 844})
    page.wait_for_function("(width) => document.documentElement.clientWidth === width", arg=width)
    page.wait_for_function(QUIET)


def test_the_explanations_are_accessible(new_page):
    page = new_page()
    for asked, shows in (
        ("Why?", "table.contributions"),
        ("What would change it?", "[class*=st-key-change-]"),
        ("Among real flowers", ".plane"),
        ("The trees", ".votes"),
    ):
        page.get_by_role("radio", name=asked).click()
        page.locator(f".st-key-deeper {shows}").first.wait_for()
        page.wait_for_function(QUIET)
        assert violations(page) == {}


def test_the_explanations_can_be_opened_by_keyboard(new_page):
    """From the last slider, with Tab and Enter only."""
    page = new_page()
    page.locator(".st-key-petal_width input").focus()
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement.closest('.st-key-look-deeper') !== null"):
            break
    page.keyboard.press("Enter")
    expect(page.locator(".st-key-deeper table.contributions")).to_be_visible()


@pytest.mark.parametrize(
    ("name", "word"), [("quality", "Longueur du pétale"), ("data", "Longueur du pétale"), ("train", "forêt aléatoire")]
)
def test_select_boxes_are_translated_when_the_language_changes(new_page, name, word):
    """Also the value chosen before."""
    page = new_page("lang=en", path=name)
    page.get_by_role("radio", name="FR").click()
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    place = ".st-key-config-model_type-fr" if name == "train" else "[data-testid=stSelectbox]"
    expect(page.locator(f"{place} input").first).to_have_value(word)


def test_the_focus_stays_on_the_chosen_cell(new_page):
    """So the next Tab continues from there."""
    page = new_page(path="quality")
    cell = page.locator(".st-key-matrix-1-1 button")
    cell.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".st-key-cell-flowers")).to_be_visible()
    expect(cell).to_be_focused()


def test_two_confusion_matrices_fit_side_by_side(new_page):
    """No text overflows its cell."""
    page = new_page(path="train")
    page.locator("table.confusion").nth(1).wait_for()
    overflowing = page.locator("table.confusion :is(th, td)").evaluate_all(
        "(cells) => cells.filter((cell) => cell.scrollWidth > cell.clientWidth + 1).map((cell) => cell.textContent)"
    )
    assert overflowing == []


def test_every_page_is_reached_from_the_navigation(new_page):
    page = new_page()
    for entry in PAGES[1:]:
        if entry.shown_while_open:
            continue
        page.get_by_test_id("stTopNavLink").filter(has_text=entry.title).click()
        expect(page.get_by_role("heading", level=1)).to_have_text(entry.heading)
