"""Takes the pictures of the documentation from the real app: ``poe screenshots``."""

import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from irisml import FolderRegistry, train_version
from tests.browser.served_app import ARGUMENTS, CHROMIUM, SETTLED, served

FOLDER = Path(__file__).with_name("screenshots")
SCREENS = {"desktop": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}


def main() -> None:
    """Photograph the landing page on both screens, in both themes and both languages."""
    with tempfile.TemporaryDirectory() as models, sync_playwright() as playwright:
        train_version(FolderRegistry(models))
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        with served(Path(models)) as app:
            for screen, viewport in SCREENS.items():
                for theme in ("light", "dark"):
                    for language in ("en", "fr"):
                        page = browser.new_page(viewport=viewport, color_scheme=theme)
                        page.goto(f"{app.address}/?lang={language}")
                        page.wait_for_function(SETTLED)
                        page.get_by_test_id("stBaseButton-primary").wait_for()
                        page.evaluate("document.fonts.ready")
                        page.screenshot(path=FOLDER / f"predict-{screen}-{theme}-{language}.png")
                        page.close()
        browser.close()


if __name__ == "__main__":
    main()
