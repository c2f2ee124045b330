"""What holds on every page: for who cannot see it well, on a narrow phone, by keyboard."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.served_app import QUIET
from web.navigation import PAGES

STREAMLITS_OWN = {"presentation-role-conflict": "stFileUploaderDropzone"}
"""Rules of axe that Streamlit's own elements break, and where."""
NAMES = [entry.name for entry in PAGES]


def violations(page) -> dict[str, str]:
    """What axe finds (WCAG 2.0 to 2.2, A and AA, and best practices), but for what is Streamlit's own."""
    found = Axe().run(page).response["violations"]
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
    ("language", "first", "second"), [("en", ("light", 1440), ("dark", 390)), ("fr", ("dark", 1440), ("light", 390))]
)
def test_axe_finds_nothing(new_page, name, language, first, second):
    """In both languages, each in both themes, wide and narrow."""
    page = new_page(f"lang={language}", path=path(name), color_scheme=first[0])
    assert violations(page) == {}
    page.emulate_media(color_scheme=second[0])
    page.set_viewport_size({"width": second[1], "height": 844})
    page.wait_for_function("() => document.documentElement.clientWidth === 390")
    page.wait_for_function(QUIET)
    assert violations(page) == {}


@pytest.mark.parametrize("asked", ["Why?", "What would change it?", "Among real flowers", "The trees"])
def test_axe_finds_nothing_below_the_answer(new_page, asked):
    """Whatever is open."""
    page = new_page()
    page.get_by_role("radio", name=asked).or_(page.get_by_role("button", name=asked)).click()
    page.locator(".st-key-deeper").wait_for()
    page.wait_for_function(QUIET)
    assert violations(page) == {}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_nothing_stands_out_at_the_side_of_a_phone(new_page, name, language):
    """At 360 pixels."""
    page = new_page(f"lang={language}", path=path(name), viewport={"width": 360, "height": 740})
    assert page.evaluate("() => document.documentElement.scrollWidth") == 360
    main = page.get_by_test_id("stMain")
    assert main.evaluate("(e) => e.scrollWidth <= e.clientWidth")


def test_what_opens_below_the_answer_opens_by_keyboard(new_page):
    """From the last slider on, Tab and Enter alone."""
    page = new_page()
    page.locator(".st-key-petal_width input").focus()
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement.closest('.st-key-look-deeper') !== null"):
            break
    page.keyboard.press("Enter")
    expect(page.locator(".st-key-deeper table.contributions")).to_be_visible()


def test_every_page_is_reached_from_the_navigation(new_page):
    """By its short name; the heading follows."""
    page = new_page()
    for entry in PAGES[1:]:
        page.get_by_test_id("stTopNavLink").filter(has_text=entry.title).click()
        expect(page.get_by_role("heading", level=1)).to_have_text(entry.heading)
