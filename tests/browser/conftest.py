"""Fixtures: a real server and a real Chromium."""

import os
import re
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tools.served_app import ARGUMENTS, CHROMIUM, QUIET, ROOT, SETTLED, served

DESKTOP = {"viewport": {"width": 1440, "height": 900}, "locale": "en-US"}


def pytest_collection_modifyitems(items):
    """Skip these tests without a browser; in CI a missing browser is a failure."""
    for item in items:
        if ROOT / "tests/browser" in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None and not os.environ.get("CI"):
                item.add_marker(pytest.mark.skip(reason="no Chromium found; install it or set CHROMIUM to its path"))


@pytest.fixture(scope="session")
def server(_trained, tmp_path_factory) -> Iterator[str]:
    """The address of the app, on a registry of two versions."""
    folder = tmp_path_factory.mktemp("served") / "models"
    shutil.copytree(_trained, folder)
    with served(folder) as app:
        yield app.address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def warm_context(browser) -> BrowserContext:
    """A context with Streamlit's files in its cache, as of a returning visitor."""
    return browser.new_context(**DESKTOP)


@pytest.fixture
def new_page(browser, server, warm_context):
    """Open a page as a visitor does, and check that no error occurs.

    A request to another host, an exception or an error on the console fails the test. The first
    page of a test comes from the warm context. Each further one has a context of its own, as a
    page in the background draws no frames.
    """
    contexts, pages, problems = [], [], []

    def is_ours(message):
        # From the URL of a page, Streamlit requests its server below that URL first, and then one level up.
        looks_for_server = re.search(r"/\w+/_stcore/(health|host-config)$", message.location["url"])
        return message.type == "error" and not looks_for_server

    def note(problem):
        problems.append(problem)

    def open_page(query: str = "", *, path: str = "", script: bool = True, **options) -> Page:
        size, scheme = options.pop("viewport", DESKTOP["viewport"]), options.pop("color_scheme", "light")
        motion = options.pop("reduced_motion", "reduce")  # animations would delay every test
        if pages or options or not script:
            contexts.append(browser.new_context(**{**DESKTOP, **options}))
            page = contexts[-1].new_page()
        else:
            page = warm_context.new_page()
        pages.append(page)
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme, reduced_motion=motion)
        if not script:
            empty = {"body": "export default () => {}", "content_type": "text/javascript"}
            page.route("**/api/live/*.js", lambda route: route.fulfill(**empty))
        page.on("pageerror", lambda error: note(str(error)))
        page.on("console", lambda message: is_ours(message) and note(message.text))
        page.on("request", lambda asked: asked.url.startswith((server, "blob:", "data:")) or note(asked.url))
        page.goto(f"{server}/{path}?{query}")
        page.wait_for_function(QUIET if path else SETTLED)
        if not path:
            page.get_by_test_id("stBaseButton-primary").wait_for()
        return page

    yield open_page
    for page in pages:
        page.close()
    for context in contexts:
        context.close()
    assert problems == []
