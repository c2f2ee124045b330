"""Take the screenshots of the documentation from the real app: ``poe screenshots``."""

import sys
import tempfile
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from irisml import FolderRegistry, TrainingConfig, train_version
from irisml.releases.champion import roll_back
from tools.served_app import ARGUMENTS, CHROMIUM, QUIET, ROOT, SETTLED, served
from web.frame.navigation import PAGES

FOLDER = ROOT / "docs/screenshots"
DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
EVERY = (("desktop", "phone"), ("light", "dark"), ("en", "fr"))


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture of the documentation: a page on a screen, in a theme and a language."""

    page: str
    screen: str
    theme: str
    language: str
    query: str = ""

    @property
    def name(self) -> str:
        """Name of the file."""
        return f"{self.page}-{self.screen}-{self.theme}-{self.language}.png"


SHOTS = (
    Shot("predict", "desktop", "light", "en"),
    Shot("predict", "desktop", "light", "fr"),
    Shot("predict", "phone", "dark", "en", "open=among"),
    Shot("quality", "desktop", "light", "en"),
    Shot("quality", "desktop", "dark", "fr"),
    Shot("train", "desktop", "dark", "en"),
    Shot("data", "desktop", "light", "en"),
    Shot("pipeline", "desktop", "light", "en"),
)


def main() -> None:
    """Take the pictures of the repository; with "all", every page on both screens, in both themes and languages."""
    every = (Shot(entry.name, *rest) for entry in PAGES for rest in product(*EVERY))
    shots = tuple(every) if sys.argv[1:] == ["all"] else SHOTS
    folder = ROOT / "reports/screenshots" if shots is not SHOTS else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as models, sync_playwright() as playwright:
        fill(FolderRegistry(models))
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        with served(Path(models)) as app:
            for shot in shots:
                take(browser, app.address, shot, folder)
        browser.close()


def take(browser: Browser, address: str, shot: Shot, folder: Path) -> None:
    """Open the page, wait until it is fully drawn, and save the picture."""
    path = "" if shot.page == PAGES[0].name else shot.page
    viewport = DESKTOP if shot.screen == "desktop" else PHONE
    page = opened(browser, f"{address}/{path}?lang={shot.language}&{shot.query}", viewport, shot.theme)
    if shot.page == "data":
        page.locator(".js-plotly-plot .legend").first.wait_for()
    if shot.page == "share":
        page.locator(".st-key-address input").fill("https://iris.example/")
        page.keyboard.press("Enter")
        page.locator("p.address", has_text="iris.example").wait_for()
    if shot.query:
        page.locator(".st-key-deeper").wait_for()
        page.wait_for_function(SETTLED)
    page.screenshot(path=folder / shot.name)
    page.close()


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
