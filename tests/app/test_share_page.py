"""The page Share: the address for the hall."""

import re

import pytest

from tests.app.app_page import markdown_with, open_page, texts


@pytest.fixture
def page(registry):
    return open_page("share", petal_length="1.4", lang="en")


def shared(page) -> str:
    """The address in the code, as its text for screen readers says it."""
    return re.search(r'aria-label="QR code of ([^"]*)"', markdown_with(page, "qr-code"))[1].replace("&amp;", "&")


def test_the_code_holds_the_flower_on_the_screen(page):
    """And the language."""
    page.text_input(key="address").set_value("https://iris.example/").run()
    assert shared(page) == (
        "https://iris.example/?lang=en&sepal_length=5.9&sepal_width=2.8&petal_length=1.4&petal_width=1.6"
    )


def test_the_flower_can_be_left_out(page):
    """A shorter address: a coarser code, which is read from farther away."""
    page.text_input(key="address").set_value("https://iris.example/")
    page.toggle(key="with-flower").set_value(False).run()
    assert shared(page) == "https://iris.example/?lang=en"


def test_the_address_stands_in_large_type_and_as_text(page):
    """Without its scheme; whatever was typed stays text."""
    page.text_input(key="address").set_value("https://iris.example/a&b").run()
    assert '<p class="address">iris.example/a&amp;b</p>' in texts(page)


def test_an_address_that_only_this_computer_knows_is_warned_of(page):
    """Phones would find nothing."""
    page.text_input(key="address").set_value("http://localhost:8501/").run()
    assert page.warning[0].value.startswith("Phones cannot reach this address")


def test_what_is_no_address_is_one_sentence(page):
    """And there is no code that leads nowhere."""
    page.text_input(key="address").set_value("http://[::1").run()
    assert page.error[0].value == "That is no address of a web page. Write it as it stands in a browser."
    assert "qr-code" not in texts(page)


def test_a_server_for_this_computer_only_says_how_to_open_it(registry):
    """Its address in the network would answer no phone."""
    assert "`python3 run.py stage`" in open_page("share").warning[0].value


def test_an_empty_address_is_the_proposed_one(page):
    """There is always a code."""
    page.text_input(key="address").set_value(" ").run()
    assert shared(page).startswith("http")
