"""Scenarios across several pages."""

import csv
import io
import re

from playwright.sync_api import expect

from tests.browser.test_live_answer import next_frame, thumb, track
from tools.served_app import LIMIT_S, SETTLED


def answer(page):
    return page.locator("[data-answer]")


def version(page):
    return int(re.search(r"v(\d+)", answer(page).locator(".determined").inner_text())[1])


def test_a_misclassified_flower_can_be_followed_from_matrix_to_landing_page(new_page):
    page = new_page(path="quality")
    page.locator("[class*=st-key-cell-miss] button").first.click()
    flower = page.locator(".st-key-cell-flowers button").first
    lengths = re.findall(r"\d\.\d", flower.inner_text())
    flower.click()
    page.wait_for_function(SETTLED)
    expect(answer(page)).to_contain_text(f"petal {lengths[2]} × {lengths[3]}")
    assert page.locator(".st-key-sepal_length input").input_value() == lengths[0]
    expect(page).to_have_url(re.compile(f"petal_length={lengths[2]}"))


def test_the_report_of_a_version_is_downloaded_as_a_page_that_predicts(new_page, tmp_path):
    page = new_page(path="train")
    with page.expect_download() as download:
        page.get_by_role("button", name="Report that works offline (HTML)").click()
    assert re.fullmatch(r"iris-v\d+\.html", download.value.suggested_filename)
    assert 'id="forest"' in download.value.path().read_text(encoding="utf-8")


def test_a_file_is_uploaded_and_its_predictions_are_downloaded(new_page):
    """The file is kept on another page and in another language."""
    page = new_page(path="data")
    content = b"Petal.Width;Petal.Length;Sepal.Width;Sepal.Length\n0,2;1,4;3,5;5,1\n2,0;5,6;3,0;6,5\n"
    page.locator(".st-key-csv input[type=file]").set_input_files(
        {"name": "mine.csv", "mimeType": "text/csv", "buffer": content}
    )
    expect(page.get_by_text(re.compile(r"^Version \d+ classified 2 flowers\.$"))).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the predictions").click()
    rows = list(csv.DictReader(io.StringIO(download.value.path().read_text())))
    assert [(row["sepal_length"], row["predicted_species"]) for row in rows] == [
        ("5.1", "setosa"),
        ("6.5", "virginica"),
    ]
    page.get_by_test_id("stTopNavLink").get_by_text("Pipeline").click()
    page.wait_for_url("**/pipeline")
    page.get_by_test_id("stTopNavLink").get_by_text("Data", exact=True).click()
    expect(page.get_by_text(re.compile(r"^Version \d+ classified 2 flowers\.$"))).to_be_visible()
    page.locator(".st-key-language").get_by_text("FR", exact=True).click()
    expect(page.get_by_text(re.compile(r"^Votre fichier\u00a0: mine.csv"))).to_be_visible()
    page.get_by_role("button", name="Retirer").click()
    expect(page.get_by_text(re.compile(r"^Votre fichier\u00a0: mine.csv"))).to_have_count(0)


def test_the_ring_among_real_flowers_follows_the_slider(new_page):
    """While dragging; after release the server draws it at the same place."""
    page = new_page()
    page.get_by_text("Among real flowers").click()
    ring = page.locator(".here")
    ring.wait_for()
    start, y = thumb(page, "petal_length")
    at = track(page, "petal_length")
    places = set()
    page.mouse.move(start, y)
    page.mouse.down()
    for step in range(6):
        page.mouse.move(at["x"] + at["width"] * step / 5, y)
        next_frame(page)
        places.add(round(ring.bounding_box()["x"]))
    assert len(places) > 4
    page.mouse.up()
    page.wait_for_function(SETTLED)
    expect(ring).to_have_attribute("style", re.compile(r"--petal_length: ?7\b"))


def test_the_range_warning_follows_the_slider(new_page):
    """A sepal wider than any in the training data."""
    page = new_page()
    warning = page.get_by_text("Outside the training range: unreliable.")
    start, y = thumb(page, "sepal_width")
    at = track(page, "sepal_width")
    page.mouse.move(start, y)
    page.mouse.down()
    expect(warning.first).to_be_hidden()
    page.mouse.move(at["x"] + at["width"], y)
    expect(warning.first).to_be_visible()
    page.mouse.move(start, y)
    expect(warning.first).to_be_hidden()
    page.mouse.up()


def test_a_challenger_is_trained_rolled_back_and_promoted_with_news_elsewhere(new_page):
    """The other page shows each release at its next slider change."""
    hall = new_page()
    before = version(hall)
    stage = new_page(path="train")
    stage.get_by_role("button", name="Train a challenger").click()
    expect(stage.locator(".st-key-training-sheet progress")).to_be_visible()
    outcome = stage.locator(".st-key-outcome")
    expect(outcome).to_contain_text("passed the gate and is now serving", timeout=1000 * LIMIT_S)
    trained = int(re.search(r"Version (\d+) passed", outcome.inner_text())[1])

    hall.locator(".st-key-petal_length input").focus()
    hall.keyboard.press("ArrowRight")
    expect(hall.locator(".st-key-news")).to_contain_text(f"Version {trained} has replaced version {before}.")
    assert version(hall) == trained

    outcome.get_by_role("button", name="Close").click()
    stage.get_by_role("button", name=f"Roll back to version {before}").click()
    stage.get_by_label("Reason, for the history").fill("the hall liked the old one")
    stage.keyboard.press("Enter")
    expect(stage.locator(".st-key-release-question")).to_be_visible()
    stage.locator(".st-key-release button").click()
    expect(stage.get_by_text(f"Version {before} is champion now.")).to_be_visible()
    hall.locator(".st-key-petal_length input").focus()
    hall.keyboard.press("ArrowRight")
    expect(hall.locator(".st-key-news")).to_contain_text(f"Version {before} has replaced version {trained}.")

    choice = stage.locator("[class*=st-key-version-of] input")
    choice.scroll_into_view_if_needed()
    next_frame(stage)  # an open list closes when the page scrolls
    choice.click()
    stage.get_by_role("option", name=f"v{trained}", exact=True).click()
    stage.get_by_role("button", name=f"Promote version {trained}").click()
    stage.get_by_label("Reason, for the history").fill("we like the new one")
    stage.locator(".st-key-release button").click()
    expect(stage.get_by_text(f"Version {trained} is champion now.")).to_be_visible()
    stage.get_by_text("Who became champion, and why").click()
    expect(stage.get_by_text("the hall liked the old one")).to_be_visible()
