"""What holds on every page: for who cannot see it well, on a narrow phone, by keyboard."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tools.served_app import QUIET
from web.frame.navigation import PAGES

STREAMLITS_OWN = {"presentation-role-conflict": "stFileUploaderDropzone"}
"""Rules of axe that Streamlit's own elements break, and where."""
NAMES = [entry.name for entry in PAGES]


def violations(page) -> dict[str, str]:
    """What axe finds (WCAG 2.0 to 2.2, A and AA, and best practices), but for what is Streamlit's own."""
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
def test_a_page_suits_every_eye_and_every_screen(new_page, name, language, wide, narrow):
    """Axe finds nothing in either language and theme, wide or narrow; at 360 pixels nothing stands out at the side."""
    page = new_page(f"lang={language}", path=path(name), color_scheme=wide)
    assert violations(page) == {}
    page.emulate_media(color_scheme=narrow)
    resize(page, 390)
    assert violations(page) == {}
    resize(page, 360)
    assert page.evaluate("() => document.documentElement.scrollWidth") == 360
    assert page.get_by_test_id("stMain").evaluate("(e) => e.scrollWidth <= e.clientWidth")


def test_axe_would_find_what_is_wrong(new_page):
    """A picture without words, and pale words: what the tests around this one rest on."""
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


def test_what_opens_below_the_answer_suits_every_eye(new_page):
    """One after the other."""
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


@pytest.mark.parametrize(
    ("name", "word"), [("quality", "Longueur du pétale"), ("data", "Longueur du pétale"), ("train", "forêt aléatoire")]
)
def test_a_choice_speaks_the_language_that_was_switched_to(new_page, name, word):
    """Also what stood in it before."""
    page = new_page("lang=en", path=name)
    page.get_by_role("radio", name="FR").click()
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    shown = page.locator("[data-testid=stSelectbox] input")
    expect(shown.nth(1 if name == "train" else 0)).to_have_value(word)


def test_the_focus_stays_on_the_cell_that_was_chosen(new_page):
    """By keyboard: the next Tab goes on from there."""
    page = new_page(path="quality")
    cell = page.locator(".st-key-matrix-1-1 button")
    cell.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".st-key-cell-flowers")).to_be_visible()
    expect(cell).to_be_focused()


def test_two_matrices_beside_each_other_fit(new_page):
    """No name runs over a number."""
    page = new_page(path="train")
    page.locator("table.confusion").nth(1).wait_for()
    overflowing = page.locator("table.confusion :is(th, td)").evaluate_all(
        "(cells) => cells.filter((cell) => cell.scrollWidth > cell.clientWidth + 1).map((cell) => cell.textContent)"
    )
    assert overflowing == []


def test_every_page_is_reached_from_the_navigation(new_page):
    """By its short name; the heading follows."""
    page = new_page()
    for entry in PAGES[1:]:
        page.get_by_test_id("stTopNavLink").filter(has_text=entry.title).click()
        expect(page.get_by_role("heading", level=1)).to_have_text(entry.heading)
