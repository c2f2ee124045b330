"""What a talk needs: touch, focus, news on untouched phones, a sign-in that lasts."""

import time

import pytest
from playwright.sync_api import expect

from irisml.domain.measurements import FEATURES
from irisml.releases.champion import promote
from tests.browser.test_every_page import violations
from tests.browser.test_live_answer import LIVE, thumb, track
from tools.served_app import QUIET, SETTLED, served

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
PASSPHRASE = "petals in the rain"
TOLD_WITHIN_S = 5
VALUES = "() => [...document.querySelectorAll('.st-key-sheet input[type=range]')].map((input) => input.value)"
HIGH_CONTRAST = {
    "thumb": "div:has(> [data-testid=stSliderThumbValue])",
    "track": "[data-testid=stSlider] [style*=touch-action] > div",
    "bar": ".bar",
    "its filled part": ".bar span",
    "accuracy": ".strip b",
    "contribution": ".track span.more",
}
SEEN = """(selectors) => selectors.map((selector) => {
  const style = getComputedStyle(document.querySelector(selector)), ground = style.backgroundColor
  const page = getComputedStyle(document.body).backgroundColor
  return ![page, "rgba(0, 0, 0, 0)"].includes(ground) || style.borderTopStyle === "solid"
})"""
LIT = "() => [...document.querySelectorAll('.tree > svg g[data-on=\"1\"] rect')].map((e) => e.parentNode.dataset.node)"


@pytest.fixture
def finger(new_page):
    """A phone, and a function that moves a finger over points on it, as the touch screen reports it."""
    page = new_page(**PHONE)
    client = page.context.new_cdp_session(page)

    def swipe(points):
        for i, (x, y) in enumerate(points):
            kind = "touchMove" if i else "touchStart"
            client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
            page.wait_for_timeout(16)
        client.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        page.wait_for_timeout(400)

    return page, swipe


def test_a_swipe_over_a_slider_scrolls_and_changes_nothing(finger):
    """A tap and a sideways move set it."""
    page, swipe = finger
    before, at = page.evaluate(VALUES), track(page, "petal_length")
    x, y = at["x"] + at["width"] * 0.2, at["y"]
    swipe([(x, y - 10 * i) for i in range(20)])
    assert page.evaluate(VALUES) == before
    main = page.get_by_test_id("stMain")
    assert main.evaluate("(e) => e.scrollTop") > 100
    main.evaluate("(e) => { e.scrollTop = 0 }")
    page.wait_for_timeout(200)
    swipe([(x, y)])
    tapped = float(page.evaluate(VALUES)[2])
    assert 1.5 < tapped < 3
    swipe([(x + at["width"] * 0.3 + 8 * i, y) for i in range(10)])
    assert float(page.evaluate(VALUES)[2]) > tapped + 2


def test_a_phone_moves_to_what_opened(new_page):
    """Its title is below the flower, which stays in sight; Escape returns to the button."""
    page = new_page(**PHONE)
    button = page.get_by_role("radio", name="The trees")
    button.click()
    title = page.locator(".panel-title")
    expect(title).to_be_focused()
    page.wait_for_function("() => document.querySelector('.panel-title').getBoundingClientRect().top < 500")
    answer = page.locator("[data-answer]").bounding_box()
    assert answer["y"] >= 0
    assert title.bounding_box()["y"] >= answer["y"] + answer["height"]
    page.keyboard.press("Escape")
    expect(button).to_be_focused()


@pytest.mark.parametrize("size", [(1280, 720), (1440, 900), (1920, 1080)])
def test_a_panel_stands_beside_sliders_and_flower(new_page, size):
    width, height = size
    page = new_page("open=why", viewport={"width": width, "height": height})
    for part in (".iris", ".st-key-petal_width", ".panel-title", "table.contributions"):
        box = page.locator(part).first.bounding_box()
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= height


def test_the_lit_path_follows_the_thumb(new_page):
    """Before the slider is released, and back again; some ends of some sliders lead elsewhere."""
    page = new_page("open=trees&lang=fr")
    page.wait_for_function(LIVE)
    before, others = page.evaluate(LIT), []
    for feature in FEATURES:
        (x, y), at = thumb(page, feature), track(page, feature)
        page.mouse.move(x, y)
        page.mouse.down()
        for end in (at["x"], at["x"] + at["width"]):
            page.mouse.move(end, y, steps=8)
            others.append(page.evaluate(LIT))
            page.mouse.move(x, y, steps=8)
            assert page.evaluate(LIT) == before
        page.mouse.up()
    assert any(other != before for other in others)


@pytest.fixture
def public(registry):
    """A server for an audience."""
    environment = {"IRISML_PUBLIC": "1", "IRISML_PRESENTER_PASSPHRASE": PASSPHRASE}
    with served(registry.folder, environment=environment) as app:
        yield app


def test_an_untouched_phone_learns_of_a_new_champion(browser, public, registry):
    """And of a training; then its page is drawn with the new version. Nothing moves."""
    page = browser.new_context(**PHONE).new_page()
    page.goto(public.address)
    page.wait_for_function(SETTLED)
    top = page.locator("[data-answer]").bounding_box()["y"]
    began = time.monotonic()
    promote(registry, 1, "on stage")
    news = page.locator("#irisml-news, .st-key-news").first
    news.wait_for()
    assert time.monotonic() - began < TOLD_WITHIN_S
    expect(page.locator(".st-key-news")).to_contain_text("Version 1 has replaced version 2.")
    expect(page.locator("#irisml-news")).to_have_count(0)
    expect(page.locator(".determined")).to_contain_text("v1")
    assert page.locator("[data-answer]").bounding_box()["y"] == top
    page.context.close()


def sign_in(page, passphrase=PASSPHRASE):
    page.get_by_label("Passphrase").fill(passphrase)
    page.get_by_role("button", name="Sign in").click()


def test_the_presenter_stays_signed_in(browser, registry):
    """After a reload, and after a restart of the server; signing out everywhere ends it in another browser, too."""
    environment = {"IRISML_PUBLIC": "1", "IRISML_PRESENTER_PASSPHRASE": PASSPHRASE}
    one, other = browser.new_context(locale="en-US"), browser.new_context(locale="en-US")
    page, phone = one.new_page(), other.new_page()
    retrain = page.get_by_role("button", name="Retrain")
    with served(registry.folder, environment=environment) as app:
        port = int(app.address.rpartition(":")[2])
        page.goto(f"{app.address}/stage")
        sign_in(page, "wrong")
        expect(page.get_by_text("That is not the passphrase.")).to_be_visible()
        assert violations(page) == {}
        sign_in(page)
        expect(retrain).to_be_visible()
        page.reload()
        expect(retrain).to_be_visible()
        phone.goto(f"{app.address}/stage")
        sign_in(phone)
        expect(phone.get_by_role("button", name="Retrain")).to_be_visible()
    with served(registry.folder, environment=environment, port=port) as app:
        page.goto(f"{app.address}/stage")
        expect(retrain).to_be_visible()
        page.get_by_role("button", name="Sign out everywhere").click()
        expect(page.get_by_label("Passphrase")).to_be_visible()
        phone.goto(f"{app.address}/stage")
        expect(phone.get_by_label("Passphrase")).to_be_visible()
    one.close()
    other.close()


@pytest.mark.parametrize(("language", "theme"), [("en", "light"), ("fr", "dark")])
def test_pages_are_accessible_after_each_action(new_page, server, language, theme):
    """A panel, a cell, a question, the code alone, the clock; axe finds nothing."""
    page = new_page(f"lang={language}&open=map", color_scheme=theme)
    assert violations(page) == {}
    for path, action in (
        ("quality", ".st-key-matrix-1-1 button"),
        ("train", ".st-key-roll-back button, .st-key-promote button"),
        ("share", ".st-key-alone button"),
        ("stage", ".st-key-start button"),
    ):
        page.goto(f"{server}/{path}?lang={language}")
        page.wait_for_function(QUIET)
        button = page.locator(action).first
        if path != "train" or button.count():
            button.click()
            page.wait_for_function(QUIET)
        assert violations(page) == {}, path


def test_high_contrast_keeps_thumbs_tracks_and_bars(new_page):
    """Windows removes backgrounds: these have one all the same, or a border."""
    page = new_page("open=why")
    page.emulate_media(forced_colors="active")
    seen = page.evaluate(SEEN, [*HIGH_CONTRAST.values()])
    assert [name for name, is_seen in zip(HIGH_CONTRAST, seen, strict=True) if not is_seen] == []
