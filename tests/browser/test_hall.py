"""The hall in three real browsers: the presenter, the wall, a phone."""

import os
import signal
import time

import pytest
from playwright.sync_api import expect

from irisml import FolderRegistry, TrainingConfig, train_version
from irisml.monitoring.event_files import EventWriter, events_folder
from tests.browser.test_every_page import violations
from tests.unit.monitoring.halls import event
from tools.served_app import QUIET, free_port, served

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
WALL = {"viewport": {"width": 1920, "height": 1080}}
ON_THE_WALL_WITHIN_S = 2
WORDS = {
    "en": ("Open a round", "Reveal the answers", "Thank you", "phones are here", "Flower 1 of 5"),
    "fr": ("Ouvrir une manche", "Révéler les réponses", "Merci", "téléphones sont là", "Fleur 1 sur 5"),
}


@pytest.fixture
def app(registry):
    """A server with a hall of its own, and a challenger that waits."""
    registry = FolderRegistry(registry.folder)
    train_version(registry, TrainingConfig(n_estimators=5, random_state=2), as_challenger=True)
    with served(registry.folder) as app:
        yield app


@pytest.fixture
def opened(browser):
    """Open a page in a context of its own, as another machine would."""
    contexts = []

    def open_page(app, path, **options):
        contexts.append(browser.new_context(reduced_motion="reduce", **options))
        page = contexts[-1].new_page()
        page.goto(f"{app.address}/{path}")
        page.wait_for_function(QUIET)
        return page

    yield open_page
    for context in contexts:
        context.close()


def press(page, key):
    page.locator(f".st-key-{key} button").first.click()


def choose_virginica(phone):
    """Answer the question that is asked; the answered one disappears a moment after the next one is there."""
    choice = phone.locator("[class*=st-key-choice-virginica] button")
    expect(choice).to_have_count(1, timeout=10_000)
    choice.click()


def on_the_wall(wall, name):
    return wall.locator(f"[data-wall={name}]")


def test_a_phone_is_on_the_wall_moves_with_its_flower_and_turns_to_the_new_version(app, opened, registry):
    wall = opened(app, "wall", **WALL)
    phones = [opened(app, "", **PHONE) for _ in range(2)]
    expect(on_the_wall(wall, "here")).to_have_text("2", timeout=5000)
    expect(on_the_wall(wall, "line")).to_have_text("2 phones are here.")
    dots = wall.locator(".wall-drawing .phone")
    expect(dots).to_have_count(2)
    before = [dots.nth(k).get_attribute("style") for k in range(2)]
    phones[0].get_by_role("button", name="setosa").click()
    began = time.monotonic()
    wall.wait_for_function(
        """(before) => [...document.querySelectorAll('.wall-drawing .phone')]
          .some((e, k) => e.getAttribute('style') !== before[k])""",
        arg=before,
    )
    assert time.monotonic() - began < ON_THE_WALL_WITHIN_S + 0.5
    expect(wall.locator(".wall-drawing .phone.s0")).to_have_count(1)
    expect(wall.locator(".wall-drawing .phone.newer")).to_have_count(2)
    press(wall, "open-vote")
    for phone in phones:
        phone.locator(".st-key-hall-invitation a").click(timeout=20_000)
        phone.locator("[class*=st-key-vote-1] button").click()
    expect(on_the_wall(wall, "answers")).to_have_text("2", timeout=5000)
    press(wall, "hall-close")
    expect(on_the_wall(wall, "line")).to_have_text("2 to 0 for version 3.")
    press(wall, "vote-promote")
    # The phones are still on Play, and turn without a touch.
    expect(wall.locator(".wall-drawing .phone.newer:not(.away)")).to_have_count(2, timeout=20_000)
    expect(on_the_wall(wall, "newer")).to_have_text("v3\u00a02")
    expect(on_the_wall(wall, "line")).to_have_text("Version 3 answers every phone.")
    assert FolderRegistry(registry.folder).releases().releases[-1].reason == "hall 2 to 0"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_round_in_three_browsers(app, opened, language):
    """The wall counts, the phone answers once even over a reload, and nothing is shown before the reveal."""
    opening, revealing, thanks, _, first = WORDS[language]
    presenter = opened(app, f"stage?lang={language}", **PHONE)
    wall = opened(app, f"wall?lang={language}", **WALL)
    phone = opened(app, f"play?lang={language}", **PHONE)
    presenter.get_by_role("button", name=opening).click()
    expect(phone.get_by_text(first)).to_be_visible(timeout=20_000)
    assert violations(phone) == {}
    expect(on_the_wall(wall, "phones")).to_have_text("1", timeout=10_000)
    for k in range(5):
        choose_virginica(phone)
        expect(on_the_wall(wall, "answers")).to_have_text(str(k + 1), timeout=1000 * (ON_THE_WALL_WITHIN_S + 1))
    expect(phone.get_by_role("heading", name=thanks)).to_be_visible()
    assert wall.locator(".duel, .split").count() == 0
    for _ in range(2):
        phone.reload()
        phone.wait_for_function(QUIET)
        expect(phone.get_by_role("heading", name=thanks)).to_be_visible(timeout=10_000)
    expect(on_the_wall(wall, "phones")).to_have_text("1", timeout=5000)
    presenter.get_by_role("button", name=revealing).click()
    expect(wall.locator(".duel")).to_be_visible(timeout=10_000)
    assert violations(wall) == {}
    expect(phone.locator(".own-score tbody tr")).to_have_count(5, timeout=20_000)


def test_after_a_crash_in_a_round_the_wall_says_how_many_answers_are_lost(registry, opened):
    """kill -9: the round is lost and it is said; what was written is whole."""
    port = free_port()
    with served(registry.folder, port=port) as app:
        wall = opened(app, "wall", **WALL)
        press(wall, "open-round")
        phone = opened(app, "play", **PHONE)
        for _ in range(2):
            phone.locator("[class*=st-key-choice-setosa] button").click()
            phone.wait_for_timeout(500)
        expect(on_the_wall(wall, "answers")).to_have_text("2", timeout=5000)
        os.kill(app.pid, signal.SIGKILL)
    with served(registry.folder, port=port):
        expect(wall.locator("#irisml-wall")).to_contain_text("Answers lost: 2", timeout=30_000)
        expect(phone.get_by_text("the answers so far are lost")).to_be_visible(timeout=30_000)
    assert [version.number for version in FolderRegistry(registry.folder).versions()] == [1, 2]


def test_a_visitor_sees_neither_the_wall_nor_its_data(registry, opened):
    environment = {"IRISML_PUBLIC": "1", "IRISML_PRESENTER_PASSPHRASE": "petals in the rain"}
    with served(registry.folder, environment=environment) as app:
        visitor = opened(app, "wall", **PHONE)
        expect(visitor.get_by_text("This page is for the presenter.")).to_be_visible()
        answer = visitor.request.get(f"{app.address}/api/hall/wall")
        assert (answer.status, "dots" in answer.text()) == (403, False)


def test_what_the_hall_labels_becomes_a_data_set_while_the_wall_is_drawn_again(registry, opened):
    """Two devices of the presenter see the result, although the wall is drawn again while the checks run."""
    flowers = [(6.0, 2.8, 4.9, 1.7), (6.1, 2.9, 5.0, 1.8)]
    events = [event(x, time=time.time(), version=2, probability=0.5) for x in flowers]
    EventWriter(events_folder(str(registry.folder))).write(events)
    with served(registry.folder) as app:
        wall, stage = opened(app, "wall", **WALL), opened(app, "stage", **PHONE)
        press(wall, "open-labels")
        for _ in range(5):
            phone = opened(app, "play", **PHONE)
            for place in range(2):
                expect(phone.get_by_text(f"Flower {place + 1} of 2")).to_be_visible(timeout=10_000)
                choose_virginica(phone)
            expect(phone.get_by_role("heading", name="Thank you")).to_be_visible(timeout=10_000)
        press(wall, "hall-close")
        press(wall, "hall-dataset")
        for page in (wall, stage):
            expect(page.get_by_text("Data set 2 has 152 flowers")).to_be_visible(timeout=40_000)
    assert len(FolderRegistry(registry.folder).datasets()) == 2
