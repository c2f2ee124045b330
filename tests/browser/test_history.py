"""Page state is kept across Back, reload, other pages, other languages, links and restarts."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP
from tests.browser.network import network
from tools.served_app import LIMIT_S, QUIET, SETTLED, free_port, served

FLOWER = {"sepal_length": 5.0, "sepal_width": 3.4, "petal_length": 1.5, "petal_width": 0.1}
QUERY = "&".join(f"{name}={value}" for name, value in FLOWER.items())


def sliders(page: Page) -> dict[str, float]:
    return {name: float(page.locator(f".st-key-{name} input").input_value()) for name in FLOWER}


def shows_flower(page: Page, flower: dict[str, float]) -> None:
    for name, value in flower.items():
        expect(page.locator(f".st-key-{name} input")).to_have_value(re.compile(rf"^{value:g}(\.0)?$"))
    page.wait_for_function(SETTLED)


@dataclass(frozen=True)
class Opened:
    """An element to open: path and title of its page, how to open it, and how to check that it is open."""

    path: str
    title: str
    act: Callable[[Page], None]
    is_open: Callable[[Page], None]


def _cell(page: Page) -> None:
    page.locator("[class*=st-key-cell-miss] button").first.click()


def _without_setosa(page: Page) -> None:
    page.locator(".st-key-data-species").get_by_text("setosa").click()


OPENED = {
    "predict": Opened(
        "",
        "Predict",
        lambda page: page.locator(".st-key-look-deeper button").first.click(),
        lambda page: expect(page.locator(".st-key-deeper")).to_be_visible(),
    ),
    "quality": Opened(
        "quality",
        "Quality",
        _cell,
        lambda page: expect(page.locator(".st-key-cell-flowers")).to_be_visible(),
    ),
    "train": Opened(
        "train",
        "Train",
        lambda page: page.locator(".st-key-train-history summary").click(),
        lambda page: expect(page.locator(".st-key-train-history details")).to_have_attribute("open", ""),
    ),
    "data": Opened(
        "data",
        "Data",
        _without_setosa,
        lambda page: expect(
            page.get_by_text(re.compile("^(100 of 150 flowers|Fleurs affichées\u00a0: 100 sur 150)$"))
        ).to_be_visible(),
    ),
    "share": Opened(
        "share",
        "Share",
        lambda page: page.locator(".st-key-with-flower label").first.click(),
        lambda page: expect(page.locator(".st-key-with-flower input")).to_be_checked(),
    ),
}


@pytest.mark.parametrize("opened", OPENED.values(), ids=OPENED)
def test_page_state_survives_navigation_language_reload_and_link(new_page, opened):
    page = new_page(QUERY, path=opened.path)
    bare = page.url
    opened.act(page)
    opened.is_open(page)
    expect(page).not_to_have_url(bare)
    address = page.url

    page.get_by_test_id("stTopNavLink").get_by_text("Pipeline").click()
    expect(page).to_have_url(re.compile(rf"/pipeline\?{re.escape(QUERY)}$"))
    page.get_by_test_id("stTopNavLink").get_by_text(opened.title, exact=True).click()
    opened.is_open(page)
    expect(page).to_have_url(address)

    page.locator(".st-key-language").get_by_text("FR", exact=True).click()
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    opened.is_open(page)
    expect(page).to_have_url(re.compile("lang=fr"))

    page.go_back()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    opened.is_open(page)
    page.go_back()
    page.wait_for_function(QUIET)
    expect(page).to_have_url(re.compile("/pipeline"))
    page.go_forward()
    opened.is_open(page)
    expect(page).to_have_url(address)

    page.reload()  # starts a new session, as opening the link does
    opened.is_open(page)
    page.get_by_test_id("stTopNavLink").get_by_text("Predict", exact=True).click()
    shows_flower(page, FLOWER)


def test_back_to_the_landing_page_shows_the_same_flower(new_page):
    """Also if no slider was changed: the sliders used to jump to their minimum."""
    page = new_page()
    before = sliders(page)
    page.get_by_test_id("stTopNavLink").get_by_text("Quality", exact=True).click()
    page.wait_for_url("**/quality")  # the previous page is quiet, too
    page.wait_for_function(QUIET)
    page.go_back()
    shows_flower(page, before)


def test_a_preset_and_a_slider_change_are_one_history_entry_each(new_page):
    """Back restores all four lengths."""
    page = new_page(QUERY)
    length = page.evaluate("history.length")
    page.locator(".st-key-preset-virginica button").click()
    shows_flower(page, {"petal_length": 5.6, "petal_width": 2.0})
    virginica = sliders(page)
    page.locator(".st-key-petal_width input").press("Home")
    shows_flower(page, {**virginica, "petal_width": 0.1})
    expect(page).to_have_url(re.compile(r"petal_width=0\.1"))
    assert page.evaluate("history.length") == length + 2
    page.go_back()
    shows_flower(page, virginica)
    page.go_back()
    shows_flower(page, FLOWER)
    page.go_forward()
    shows_flower(page, virginica)


def test_arrow_keys_in_a_row_are_one_history_entry(new_page):
    """Back restores the flower before them, not each 0.1 cm."""
    page = new_page(QUERY)
    length = page.evaluate("history.length")
    for _ in range(3):
        page.locator(".st-key-petal_length input").press("ArrowRight")
    shows_flower(page, {**FLOWER, "petal_length": 1.8})
    expect(page).to_have_url(re.compile(r"petal_length=1\.8"))
    assert page.evaluate("history.length") == length + 1
    page.go_back()
    shows_flower(page, FLOWER)


def test_an_invalid_query_parameter_shows_a_warning(new_page):
    """A decimal comma is accepted; a default flower is shown."""
    page = new_page("petal_width=0,2&petal_length=99&open=nothing")
    shows_flower(page, {"petal_width": 0.2, "petal_length": 4.8})
    expect(page.get_by_text("Petal length of the link is 99 cm, but the slider goes from 1 to 7 cm.")).to_be_visible()
    expect(page.get_by_text("This part of the link cannot be followed: open=nothing")).to_be_visible()
    assert page.evaluate("history.length") == 2  # the blank page, and this one
    page.locator(".st-key-sepal_width input").press("End")
    expect(page.get_by_text("Petal length of the link")).to_have_count(0)


@pytest.fixture
def trained(_trained):
    """A registry of two versions, for reading only."""
    return _trained


@pytest.fixture
def visitor(browser):
    """Open a page in a context of its own, as an idle phone."""
    contexts = []

    def open_page(address: str) -> Page:
        contexts.append(browser.new_context(**DESKTOP))
        page = contexts[-1].new_page()
        page.add_init_script(_COUNT_SOCKETS)
        page.goto(address)
        page.wait_for_function(QUIET)
        return page

    yield open_page
    for context in contexts:
        context.close()


def test_an_idle_page_recovers_when_the_server_has_lost_its_session(visitor, trained):
    """After a restart, or after a network gap longer than the session's life. Its state is restored."""
    port = free_port()
    with network(port) as between:
        with served(trained, port=port):
            landing, data = (
                visitor(f"{between.address}/?{QUERY}&open=why"),
                visitor(f"{between.address}/data?species=setosa"),
            )
            data.locator(".st-key-csv input[type=file]").set_input_files(
                {"name": "iris.csv", "mimeType": "text/csv", "buffer": b"5.1,3.5,1.4,0.2\n"}
            )
            expect(data.get_by_text("iris.csv")).to_be_visible()
        with served(trained, port=port, options=["--server.disconnectedSessionTTL=1"]):
            _after_reconnection(landing)
            _after_reconnection(data)
            expect(data.get_by_text("iris.csv")).to_have_count(0)  # the file was lost with the server
            data.locator(".st-key-data-species").get_by_text("virginica").click()
            expect(data.get_by_text("100 of 150 flowers")).to_be_visible()
            landing.evaluate("() => { window.nFrames = 0 }")
            between.cut()
            time.sleep(3)  # the session is dropped after a second
            between.restore()
            _after_reconnection(landing)
            landing.locator(".st-key-petal_width input").press("End")
            shows_flower(landing, {**FLOWER, "petal_width": 2.5})
            expect(landing.locator(".st-key-deeper")).to_be_visible()


def test_overlapping_actions_on_a_slow_network_end_consistently(visitor, server):
    """A slider change during a preset, and one during Back: sliders, prediction and URL agree."""
    with network(int(server.rpartition(":")[2])) as between:
        page = visitor(f"{between.address}/?{QUERY}")
        page.wait_for_function(SETTLED)
        between.delay_s = 0.15
        page.locator(".st-key-preset-virginica button").click()
        page.wait_for_timeout(100)
        page.locator(".st-key-sepal_width input").press("Home")
        _agree(page)
        page.locator(".st-key-preset-setosa button").click()
        _agree(page)
        page.go_back(wait_until="commit")
        page.wait_for_timeout(100)
        page.keyboard.press("End")
        _agree(page)
        between.delay_s = 0


def _agree(page: Page) -> None:
    """Wait until the page is idle; then prediction and URL must match the sliders."""
    page.wait_for_timeout(4000)
    page.wait_for_function(SETTLED)
    asked = dict(part.split("=") for part in page.url.partition("?")[2].split("&"))
    assert {name: float(asked[name]) for name in FLOWER} == sliders(page)


def _after_reconnection(page: Page) -> None:
    """Wait until a page whose session was lost is drawn again."""
    page.wait_for_function("() => window.nSockets > 1 && window.nFrames > 0", timeout=1000 * LIMIT_S)
    page.wait_for_function(QUIET)


_COUNT_SOCKETS = """
window.nSockets = 0
window.WebSocket = class extends WebSocket {
  constructor(...given) {
    super(...given)
    window.nFrames = 0
    this.addEventListener("open", () => { window.nSockets += 1 })
    this.addEventListener("message", () => { window.nFrames += 1 })
  }
}
"""
