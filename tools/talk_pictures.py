"""Give the part of the talk that needs no Azure, minutes 0 to 24, in a browser, and take its pictures; ``poe talk``.

The presenter's page is in the projector view at 1920x1080, signed in as on stage; a visitor's phone looks on. The
pictures are in reports/talk, one of each per minute and language.
"""

import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from irisml import FolderRegistry
from tools.screenshots import PHONE, fill
from tools.served_app import ARGUMENTS, CHROMIUM, QUIET, ROOT, SETTLED, served
from web.data.csv_prediction import csv_template
from web.i18n.text import LANGUAGES, language

FOLDER = ROOT / "reports/talk"
STAGE = {"width": 1920, "height": 1080}
PASSPHRASE = "petals in the rain"
LIMIT_MS = 120_000


def main() -> None:
    """Give the talk in each language."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    environment = {"IRISML_PUBLIC": "1", "IRISML_PRESENTER_PASSPHRASE": PASSPHRASE}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for code in LANGUAGES:
            with tempfile.TemporaryDirectory() as models:
                fill(FolderRegistry(models))
                with served(Path(models), environment=environment) as app, _pages(browser, app.address, code) as pages:
                    _talk(*pages, app.address, code)
        browser.close()


@contextmanager
def _pages(browser: Browser, address: str, code: str) -> Iterator[tuple[Page, Page]]:
    stage = browser.new_context(viewport=STAGE, reduced_motion="reduce")
    hall = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True, reduced_motion="reduce")
    presenter, phone = stage.new_page(), hall.new_page()
    phone.goto(f"{address}/?lang={code}")
    phone.wait_for_function(SETTLED)
    presenter.goto(f"{address}/stage?lang={code}")
    presenter.locator(".sign-in input").fill(PASSPHRASE)
    presenter.keyboard.press("Enter")
    presenter.locator(".st-key-retrain").wait_for()
    try:
        yield presenter, phone
    finally:
        stage.close()
        hall.close()


def _talk(presenter: Page, phone: Page, address: str, code: str) -> None:
    def show(path: str) -> None:
        presenter.goto(f"{address}/{path}{'&' if '?' in path else '?'}lang={code}&view=projector")
        presenter.wait_for_function(QUIET)
        presenter.wait_for_timeout(1000)

    def shoot(minute: str) -> None:
        presenter.screenshot(path=FOLDER / f"{code}-{minute}-stage.png")
        phone.screenshot(path=FOLDER / f"{code}-{minute}-phone.png")

    show("share?alone=1")
    shoot("00-share")
    show("")
    presenter.locator(".st-key-petal_length input").focus()
    presenter.keyboard.press("ArrowRight")
    presenter.wait_for_function(SETTLED)
    shoot("02-predict")
    show("quality")
    shoot("09-quality")
    show("data")
    broken = re.sub("5[.,]1", "5.1x", csv_template(language(code)), count=1).encode()
    file = {"name": "error.csv", "mimeType": "text/csv", "buffer": broken}
    presenter.locator(".st-key-csv input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    presenter.locator(".stAlert").first.wait_for()
    shoot("13-data")
    show("train")
    presenter.get_by_test_id("stBaseButton-primaryFormSubmit").click()
    _folds(presenter, 10)
    shoot("19-training")
    presenter.locator(".st-key-undo button").wait_for(timeout=LIMIT_MS)
    phone.locator("#irisml-news, .st-key-news").first.wait_for()
    shoot("20-outcome")
    presenter.locator(".st-key-undo button").click()
    presenter.locator(".st-key-undo").wait_for(state="detached")
    phone.locator(".st-key-news").wait_for()
    shoot("23-undone")
    show("?open=trees")
    shoot("24-trees")


def _folds(presenter: Page, n: int) -> None:
    """Wait until some folds are fitted."""
    more = f"() => Number(document.querySelector('.st-key-training-sheet progress')?.value ?? 0) > {n / 51}"
    presenter.wait_for_function(more, timeout=LIMIT_MS)


if __name__ == "__main__":
    main()
