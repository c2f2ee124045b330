"""The page Share: QR code and address of the app."""

import re

import pytest

from tests.app.app_page import markdown_with, open_page, texts


@pytest.fixture
def page(registry):
    return open_page("share", petal_length="1.4", lang="en")


def shared(page) -> str:
    """Return the address in the QR code, as given in its text for screen readers."""
    return re.search(r'aria-label="QR code of ([^"]*)"', markdown_with(page, "qr-code"))[1].replace("&amp;", "&")


def test_the_address_is_as_short_as_it_can_be(page):
    """No flower and no language: a coarser code can be scanned from farther away, and each phone has its language."""
    page.text_input(key="address").set_value("https://iris.example/").run()
    assert shared(page) == "https://iris.example/"


def test_flower_and_language_are_in_the_address_on_request(page):
    page.text_input(key="address").set_value("https://iris.example/")
    page.toggle(key="with-language").set_value(True)
    page.toggle(key="with-flower").set_value(True).run()
    assert shared(page) == (
        "https://iris.example/?lang=en&sepal_length=5.9&sepal_width=2.8&petal_length=1.4&petal_width=1.6"
    )


def test_the_code_alone_can_be_opened_and_closed(page):
    page.button(key="alone").click().run()
    assert page.query_params["alone"] == "1"
    page.button(key="alone").click().run()
    assert "alone" not in page.query_params


def test_the_address_is_shown_in_large_type_and_escaped(page):
    """Without its scheme."""
    page.text_input(key="address").set_value("https://iris.example/a&b").run()
    assert '<p class="address">iris.example/a&amp;b</p>' in texts(page)


def test_an_address_that_phones_cannot_reach_shows_a_warning(page):
    page.text_input(key="address").set_value("http://localhost:8501/").run()
    assert page.warning[0].value.startswith("Phones cannot reach this address")


def test_a_typing_error_is_one_sentence_and_keeps_the_code(page):
    """The audience may be scanning it."""
    page.text_input(key="address").set_value("https://iris.example/").run()
    page.text_input(key="address").set_value("http://[::1").run()
    assert page.error[0].value == "That is not a web address. Copy it from the browser’s address bar."
    assert shared(page) == "https://iris.example/"


def test_a_local_server_shows_how_to_start_a_reachable_one(registry):
    """Phones cannot reach a server that listens on localhost only."""
    assert "`python3 run.py stage`" in open_page("share").warning[0].value


def test_an_empty_address_is_replaced_by_the_proposed_one(page):
    page.text_input(key="address").set_value(" ").run()
    assert shared(page).startswith("http")
