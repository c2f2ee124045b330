"""Every page at every width and text size: by geometry, no text overlaps, is cut, is broken, or leaves the window.

A third of the widths is tried with one of the text sizes each, in turn, half of them per language; ``run.py geometry``
tries all of them with each other.
"""

import os
import time
from itertools import product
from pathlib import Path

import pytest

from tools.served_app import QUIET
from web.frame.navigation import PAGES
from web.i18n.text import LANGUAGES
from web.state.link_parts import PANELS

FAULTS = Path(__file__).with_name("geometry.js").read_text(encoding="utf-8")
WIDTHS = range(320, 1921, 40)
ROOTS = (16, 20, 24, 32)
"""Text sizes of the browser, in pixels: 100, 125, 150 and 200 %."""
EVERY_LAYOUT = bool(os.environ.get("IRISML_EVERY_LAYOUT"))
VIEWS = [
    *((entry.name, "") for entry in PAGES),
    *(("predict", f"open={panel}") for panel in PANELS),
    ("quality", "cell=versicolor-virginica"),
    ("share", "alone=1&flower=1"),
    ("stage", "started={minute_19}"),
]
IDS = [f"{name}-{query.partition('=')[2] if name == 'predict' else query.partition('=')[0]}" for name, query in VIEWS]
SMALLEST = """() => [...document.querySelectorAll("[data-testid=stMain] :is(p, li, label, th, td, b, small)")]
  .filter((e) => e.checkVisibility() && e.innerText && getComputedStyle(e).clipPath === "none" && !e.closest(".heard"))
  .map((e) => [parseFloat(getComputedStyle(e).fontSize), e.innerText.slice(0, 30)])
  .filter(([size]) => size < 27.9)"""


def layouts(language: str) -> list[tuple[int, int]]:
    """Return pairs of text size and width, by text size."""
    if EVERY_LAYOUT:
        return list(product(ROOTS, WIDTHS))
    widths = WIDTHS[3 * LANGUAGES.index(language) :: 6]
    return sorted((ROOTS[i % len(ROOTS)], width) for i, width in enumerate(widths))


def resize(page, width, height):
    page.set_viewport_size({"width": width, "height": height})
    page.wait_for_function("(width) => document.documentElement.clientWidth === width", arg=width)
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("name", "query"),
    VIEWS,
    ids=["-".join(filter(None, (name, query.partition("=")[0], *query.split("=")[1:2]))) for name, query in VIEWS],
)
def test_no_text_overlaps_or_is_cut_at_any_width_and_text_size(new_page, name, query, language):
    query = query.format(minute_19=int(time.time()) - 19 * 60)
    page = new_page(f"lang={language}&{query}", path="" if name == "predict" else name)
    page.wait_for_function(QUIET)
    client = page.context.new_cdp_session(page)
    found = {}
    for root, width in layouts(language):
        client.send("Page.setFontSizes", {"fontSizes": {"standard": root}})
        resize(page, width, 900 if width > 600 else 844)
        if faults := page.evaluate(FAULTS):
            found[root, width] = faults
    client.send("Page.setFontSizes", {"fontSizes": {"standard": ROOTS[0]}})
    assert found == {}


def test_faults_are_found(new_page):
    """Control: a text over another one, a cut one, a broken word, and a wide element."""
    page = new_page(path="pipeline")
    page.evaluate("""() => document.querySelector("[data-testid=stMainBlockContainer]").insertAdjacentHTML("beforeend",
      `<div style="position: relative"><p>first text</p><p style="position: absolute; top: 0">second text</p></div>
       <div style="width: 3rem; overflow: hidden; white-space: nowrap">a very long sentence</div>
       <p style="width: 2rem; overflow-wrap: anywhere">incomprehensible</p><div style="width: 200vw">wide</div>`)""")
    found = " ".join(page.evaluate(FAULTS))
    for fault in ("overlap: ", "cut: a very long sentence", "broken word: incomprehensible", "sideways scrolling"):
        assert fault in found


@pytest.mark.parametrize("name", [entry.name for entry in PAGES])
def test_the_projector_view_is_read_from_the_back_row(new_page, name):
    """One key: at 1920x1080 every text has 28 px, and nothing overlaps; the same key ends it."""
    page = new_page(path="" if name == "predict" else name, viewport={"width": 1920, "height": 1080})
    page.wait_for_function("() => window.irismlReading")
    page.keyboard.press("p")
    page.wait_for_function("() => location.search.includes('view=projector')")
    page.wait_for_function(QUIET)
    assert page.evaluate(SMALLEST) == []
    assert page.evaluate(FAULTS) == []
    page.keyboard.press("p")
    page.wait_for_function("() => !location.search.includes('view')")


def test_zoom_enlarges_text(new_page):
    """200 % of 1920 pixels leaves 960: the text is at least 1.6 times as large."""
    page = new_page(viewport={"width": 1920, "height": 1080})
    size = "() => parseFloat(getComputedStyle(document.documentElement).fontSize)"
    before = page.evaluate(size)
    resize(page, 960, 540)
    assert 2 * page.evaluate(size) > 1.6 * before
