"""Take the screenshots of the documentation from the real app: ``poe screenshots``."""

import tempfile
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from irisml import FolderRegistry, TrainingConfig, train_version
from irisml.releases.champion import roll_back
from tools.served_app import ARGUMENTS, CHROMIUM, QUIET, ROOT, SETTLED, served
from web.frame.navigation import PAGES

FOLDER = ROOT / "docs/screenshots"
SCREENS = {"desktop": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}
THEMES, LANGUAGES = ("light", "dark"), ("en", "fr")
BELOW = {"why": 0, "what-if": 1, "among": 2, "trees": 3}
"""Views that open below the prediction, by their position in the row of choices."""
TALL = {"width": 1440, "height": 1400}


def main() -> None:
    """Capture every page on both screens, in both themes and languages; and the views below the prediction."""
    with tempfile.TemporaryDirectory() as models, sync_playwright() as playwright:
        fill(FolderRegistry(models))
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        with served(Path(models)) as app:
            for entry, screen, theme, language in product(PAGES, SCREENS, THEMES, LANGUAGES):
                address = f"{app.address}/{'' if entry is PAGES[0] else entry.name}?lang={language}"
                page = opened(browser, address, SCREENS[screen], theme)
                if entry.name == "data":
                    page.locator(".js-plotly-plot .legend").first.wait_for()
                if entry.name == "share":
                    page.locator(".st-key-address input").fill("https://iris.example/")
                    page.keyboard.press("Enter")
                    page.locator("p.address", has_text="iris.example").wait_for()
                page.screenshot(path=FOLDER / f"{entry.name}-{screen}-{theme}-{language}.png")
                page.close()
            for name, place in BELOW.items():
                page = opened(browser, f"{app.address}/?lang=en", TALL, "light")
                page.locator(".st-key-look-deeper [role=radio]").nth(place).click()
                page.locator(".st-key-deeper").wait_for()
                page.wait_for_function(SETTLED)
                page.screenshot(path=FOLDER / f"predict-{name}-desktop-light-en.png")
                page.close()
        browser.close()


def fill(registry: FolderRegistry) -> None:
    """Create a history: two champions, a version that the gate refused, and a roll back."""
    train_version(registry)
    train_version(registry, TrainingConfig("extra_trees"))
    train_version(registry, TrainingConfig("decision_tree", max_depth=1))
    roll_back(registry, "the forest of the talk is the one to show")


def opened(browser: Browser, address: str, viewport: dict[str, int], theme: str) -> Page:
    """Open a page and wait until it is fully drawn."""
    page = browser.new_page(viewport=viewport, color_scheme=theme, reduced_motion="reduce")
    page.goto(address)
    page.wait_for_function(QUIET)
    page.evaluate("document.fonts.ready")
    return page


if __name__ == "__main__":
    main()
