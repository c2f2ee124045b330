"""The pages Wall, Play and Stage: what the hall is asked, by the presenter and by phones."""

import time

import pytest

from irisml import SPECIES, FolderRegistry, TrainingConfig, train_version
from irisml.monitoring.event_files import EventWriter, events_folder
from irisml.registry.actor import Actor
from irisml.releases.champion import promote, roll_back
from tests.app.app_page import button_keys, markdown_with, open_page, texts
from tests.unit.monitoring.halls import event
from web.state.hall import Hall
from web.state.session import get_hall


@pytest.fixture(autouse=True)
def hall(monkeypatch):
    """A hall of this test alone."""
    own = Hall()
    monkeypatch.setattr(f"{__name__}.get_hall", lambda: own)
    for module in (
        *("web.frame.hall_controls", "web.frame.hall_labels", "web.frame.hall_invitation", "web.frame.navigation"),
        *("web.frame.browser_document", "web.state.seat", "web.state.session", "web.server.live_now"),
    ):
        monkeypatch.setattr(f"{module}.get_hall", lambda: own)
    return own


@pytest.fixture
def waiting(registry) -> int:
    """A version that waits as challenger."""
    return train_version(registry, TrainingConfig(n_estimators=5, random_state=2), as_challenger=True).version


def press(page, start: str):
    """Press the button whose key begins so: keys have the number of the question, too."""
    key = next(button.key for button in page.button if button.key.startswith(start))
    return page.button(key=key).click().run()


def play(answers=5, species="virginica"):
    phone = open_page("play")
    for _ in range(answers):
        press(phone, f"choice-{species}")
    return phone


def public(monkeypatch):
    monkeypatch.setenv("IRISML_PUBLIC", "1")
    monkeypatch.setenv("IRISML_PRESENTER_PASSPHRASE", "petals in the rain")


def make_dataset(page):
    """Press the button, and wait for the checks, which run in a thread."""
    page.button(key="hall-dataset").click().run()
    deadline = time.monotonic() + 60
    while get_hall().state().is_busy and time.monotonic() < deadline:
        time.sleep(0.1)
    return page.run()


# --- a round ----------------------------------------------------------------------------------------------


def test_a_round_asks_about_the_flowers_that_the_version_has_never_seen(registry, hall):
    open_page("wall").button(key="open-round").click().run()
    version = registry.get("champion")
    assert len(hall.activity.questions) == version.evaluation.n_test
    assert hall.activity.truth == version.evaluation.y_true
    assert hall.activity.model == version.evaluation.y_pred


def test_a_phone_answers_five_flowers_and_is_thanked(registry, hall):
    open_page("wall").button(key="open-round").click().run()
    phone = open_page("play")
    assert "Flower 1 of 5" in texts(phone)
    press(phone, "choice-setosa")
    assert "Flower 2 of 5" in texts(phone)
    for _ in range(4):
        press(phone, "choice-setosa")
    assert "All 5 answered" in texts(phone)
    assert hall.told().n_answers == 5


def test_the_drawing_of_a_question_does_not_have_the_colour_of_a_species(registry, hall):
    open_page("wall").button(key="open-round").click().run()
    drawn = markdown_with(open_page("play"), 'class="question')
    assert 'class="question s9"' in drawn


def test_before_the_reveal_no_page_has_an_answer_and_after_it_the_wall_has_both(registry, hall):
    wall = open_page("wall")
    wall.button(key="open-round").click().run()
    for k in range(6):
        play(species=SPECIES[k % 3])
    wall.run()
    assert 'class="duel"' not in texts(wall)
    wall.button(key="hall-close").click().run()
    figure = markdown_with(wall, 'class="duel"')
    assert "30 answers, 6 phones" in figure


def test_a_phone_sees_its_own_answers_beside_those_of_the_model(registry, hall):
    wall = open_page("wall")
    wall.button(key="open-round").click().run()
    phone = play()
    wall.button(key="hall-close").click().run()
    phone.run()
    assert "You: " in texts(phone)
    assert markdown_with(phone, "own-score").count("<tr>") == 1 + 5


def test_on_two_devices_of_the_presenter_the_second_press_changes_nothing(registry, hall):
    wall, stage = open_page("wall"), open_page("stage")
    wall.button(key="open-round").click().run()
    number = hall.activity.number
    stage.button(key="open-round").click().run()
    assert hall.activity.number == number
    assert "hall-close" in button_keys(stage)


def test_every_other_page_invites_while_a_round_is_open(registry, hall):
    assert not open_page("quality").get("page_link")
    open_page("wall").button(key="open-round").click().run()
    assert open_page("quality").get("page_link")


# --- labels -----------------------------------------------------------------------------------------------


def ask_about(registry, flowers):
    writer = EventWriter(events_folder(str(registry.folder)))
    writer.write([event(x, time=time.time(), version=2, probability=0.5) for x in flowers])


def test_without_an_event_there_is_nothing_to_label(registry, hall):
    wall = open_page("wall")
    wall.button(key="open-labels").click().run()
    assert hall.activity is None
    assert "nothing to label" in wall.error[0].value


def test_what_the_hall_agrees_on_becomes_a_data_set(registry, hall):
    ask_about(registry, [(6.0, 2.8, 4.9, 1.7), (6.1, 2.9, 5.0, 1.8)])
    wall = open_page("wall")
    wall.button(key="open-labels").click().run()
    for _ in range(5):
        play(2, "virginica")
    wall.button(key="hall-close").click().run()
    assert "2 of 2 flowers can be learned from" in texts(wall)
    make_dataset(wall)
    assert "Data set 2 has 152 flowers" in texts(wall)
    record = FolderRegistry(registry.folder).dataset(2).record
    assert record.class_counts == (50, 50, 52)
    assert record.source == "labelled by a hall: 2 flowers, 5 phones"


def test_the_tricks_of_a_hall_are_refused_by_the_data_checks(registry, hall):
    ask_about(registry, [(5.0 + k / 10, 3.4, 1.3 + k / 10, 0.2) for k in range(5)])
    wall = open_page("wall")
    wall.button(key="open-labels").click().run()
    for _ in range(6):
        play(5, "virginica")
    wall.button(key="hall-close").click().run()
    make_dataset(wall)
    assert "The data checks refused it" in texts(wall)
    assert len(FolderRegistry(registry.folder).datasets()) == 1


# --- a vote -----------------------------------------------------------------------------------------------


def test_a_vote_is_hidden_until_it_is_closed_and_the_history_keeps_it(registry, waiting, hall):
    wall = open_page("wall")
    wall.button(key="open-vote").click().run()
    for choice in (1, 1, 0):
        press(open_page("play"), f"vote-{choice}")
    wall.run()
    assert "2 to 1" not in texts(wall)
    wall.button(key="hall-close").click().run()
    assert "2 to 1 for version 3" in texts(wall)
    wall.button(key="vote-promote").click().run()
    release = FolderRegistry(registry.folder).releases().releases[-1]
    assert (release.champion, release.reason, release.by.kind) == (waiting, "hall 2 to 1", "presenter")
    assert "the hall voted 2 to 1" in texts(open_page("train", history="1"))


def test_the_presenter_can_keep_the_champion_against_the_hall_and_the_history_keeps_that(registry, waiting, hall):
    wall = open_page("wall")
    wall.button(key="open-vote").click().run()
    press(open_page("play"), "vote-1")
    wall.button(key="hall-close").click().run()
    wall.button(key="vote-keep").click().run()
    log = FolderRegistry(registry.folder).releases()
    assert (log.champion, log.previous, log.releases[-1].reason) == (2, 1, "hall 1 to 0 for version 3")
    assert registry.alias("challenger") == waiting
    assert "the hall voted 1 to 0 for version 3; the champion stayed" in texts(open_page("train", history="1"))


def test_of_two_devices_the_first_decision_stands(registry, waiting, hall):
    wall = open_page("wall")
    wall.button(key="open-vote").click().run()
    press(open_page("play"), "vote-0")
    wall.button(key="hall-close").click().run()
    stage = open_page("stage")
    wall.button(key="vote-keep").click().run()
    stage.button(key="vote-promote").click().run()
    log = FolderRegistry(registry.folder).releases()
    assert (log.champion, log.releases[-1].reason) == (2, "hall 0 to 1 for version 3")


def test_a_vote_decides_on_the_champion_that_it_was_about(registry, waiting, hall):
    wall = open_page("wall")
    wall.button(key="open-vote").click().run()
    wall.button(key="hall-close").click().run()
    roll_back(registry, "meanwhile")
    wall.button(key="vote-promote").click().run()
    assert "Meanwhile" in wall.error[0].value
    assert FolderRegistry(registry.folder).releases().champion == 1
    assert hall.activity is not None


def test_a_typed_reason_does_not_look_like_a_vote(registry, hall):
    promote(registry, 2, "hall 500 to 0", by=Actor("command line", "root"))
    assert "the hall voted" not in texts(open_page("train", history="1"))


def test_a_version_that_the_gate_refused_cannot_be_voted_on(registry, hall):
    assert not train_version(registry, TrainingConfig(n_estimators=1, max_depth=1)).passed
    assert "open-vote" not in button_keys(open_page("wall"))


# --- who may do what --------------------------------------------------------------------------------------


def test_visitors_have_no_wall_and_no_controls(registry, hall, monkeypatch):
    public(monkeypatch)
    wall = open_page("wall")
    assert "This page is for the presenter" in texts(wall)
    assert button_keys(wall) == []


@pytest.mark.parametrize("key", ["open-round", "open-labels", "open-vote"])
def test_a_button_that_was_drawn_before_signing_out_opens_nothing(registry, waiting, hall, monkeypatch, key):
    ask_about(registry, [(6.0, 2.8, 4.9, 1.7)])
    wall = open_page("wall")
    public(monkeypatch)
    wall.button(key=key).click().run()
    assert hall.activity is None


@pytest.mark.parametrize("key", ["hall-close", "hall-end"])
def test_a_button_that_was_drawn_before_signing_out_closes_nothing(registry, hall, monkeypatch, key):
    wall = open_page("wall")
    wall.button(key="open-round").click().run()
    public(monkeypatch)
    wall.button(key=key).click().run()
    assert hall.activity.is_open


@pytest.mark.parametrize("key", ["vote-promote", "vote-keep"])
def test_a_button_that_was_drawn_before_signing_out_decides_nothing(registry, waiting, hall, monkeypatch, key):
    wall = open_page("wall")
    wall.button(key="open-vote").click().run()
    wall.button(key="hall-close").click().run()
    public(monkeypatch)
    wall.button(key=key).click().run()
    assert len(FolderRegistry(registry.folder).releases().releases) == len(registry.releases().releases) == 2


def test_of_one_labelling_two_devices_make_one_data_set(registry, hall):
    ask_about(registry, [(6.0, 2.8, 4.9, 1.7), (6.1, 2.9, 5.0, 1.8)])
    wall = open_page("wall")
    wall.button(key="open-labels").click().run()
    for _ in range(5):
        play(2, "virginica")
    wall.button(key="hall-close").click().run()
    stage = open_page("stage")
    make_dataset(wall)
    stage.button(key="hall-dataset").click().run()
    assert len(FolderRegistry(registry.folder).datasets()) == 2
    assert "Data set 2 has 152 flowers" in texts(stage)


def test_a_phone_that_plays_is_on_the_wall_too(registry, hall):
    open_page("play")
    assert [dot.version for dot in hall.dots()] == [2]


def test_a_phone_is_seen_with_its_flower_and_version(registry, hall):
    page = open_page()
    page.slider[2].set_value(5.1).run()
    [dot] = hall.dots()
    assert (dot.x[2], dot.version, dot.is_away) == (5.1, 2, False)
