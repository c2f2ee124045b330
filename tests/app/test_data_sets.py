"""Data sets and acts on the pages: what the presenter makes of a file, and what catches a bad challenger."""

import pytest

from irisml.data.dataset_csv import write_dataset
from irisml.jobs.acts import ACTS
from tests.app.app_page import LIMIT_S, button_keys, markdown_with, open_page, texts
from tests.unit.data.flowers import drawn
from web.state.session import get_service


def upload(page, dataset, name="walk.csv"):
    page.file_uploader[0].upload(name, write_dataset(dataset).replace(b"reference_row", b"row"), "text/csv")
    return page.run()


def press(page, key):
    return page.button(key=key).click().run(timeout=LIMIT_S)


@pytest.fixture
def page(registry):
    return open_page("data")


def test_good_flowers_become_a_data_set_that_a_version_learns_from(page, registry):
    upload(page, drawn(5, 17))
    page.text_input(key="new-dataset-source").set_value("a walk in the pasture").run()
    press(page, "new-dataset")
    assert "Data set 2 has 201 flowers." in texts(page)
    assert registry.dataset(2).record.source == "a walk in the pasture"
    assert "a walk in the pasture" in markdown_with(page, 'table class="figures datasets"')
    press(page, "train-on-dataset")
    result = get_service().training_slot.job.wait(LIMIT_S)
    assert registry.get(result.version).manifest.dataset == 2


def test_refused_flowers_are_shown_with_their_reasons_and_added_only_by_force(page, registry):
    new = drawn(6, 17)
    upload(page, type(new)(new.X, (new.y + 1) % 3, "careless"))
    press(page, "new-dataset")
    assert "The data checks refused it. Nothing was added." in texts(page)
    assert 'class="refused"' in markdown_with(page, 'ul class="checks"')
    assert len(registry.datasets()) == 1
    press(page, "new-dataset-force")
    assert "Enter a reason" in texts(page)
    page.text_input(key="new-dataset-reason").set_value("on stage").run()
    press(page, "new-dataset-force")
    assert (registry.dataset(2).record.forced, registry.dataset(2).record.reason) == (True, "on stage")


def test_flowers_can_replace_the_data_set(page, registry):
    upload(page, drawn(5, 17))
    page.radio(key="new-dataset-append-en").set_value(False).run()
    press(page, "new-dataset")
    assert registry.dataset(2).record.n_samples == 51


def test_a_file_without_species_says_so(page, registry):
    page.file_uploader[0].upload("x.csv", b"5.1,3.5,1.4,0.2\n5.0,3.4,1.5,0.2\n", "text/csv")
    page.run()
    press(page, "new-dataset")
    assert "There is no column with the species" in texts(page)


def test_a_visitor_can_neither_make_a_data_set_nor_try_an_act(registry, monkeypatch):
    monkeypatch.setenv("IRISML_PUBLIC", "1")
    page = upload(open_page("data"), drawn(5, 17))
    assert "new-dataset" not in button_keys(page)
    assert "act-try" not in button_keys(open_page("train"))


@pytest.mark.parametrize(
    ("act", "caught"),
    [
        ("swapped_labels", "Caught by the data checks, before anything was fitted."),
        ("leaked_test", "the model would claim 30 of 30"),
        ("pickle_bomb", "Caught by its hash, before anything was opened."),
    ],
)
def test_an_act_says_what_caught_it_and_which_practice_that_is(registry, act, caught):
    page = open_page("train")
    page.selectbox(key="act-en").set_value(act).run()
    press(page, "act-try")
    assert caught in texts(page)
    assert ACTS[act].practice in texts(page)
    assert registry.alias("champion") == 2
    press(page, "act-clear")
    assert ACTS[act].practice not in texts(page)


def test_swapped_labels_by_force_are_trained_and_refused_by_the_gate(registry):
    page = open_page("train")
    page.selectbox(key="act-en").set_value("swapped_labels").run()
    press(page, "act-try")
    press(page, "act-force")
    result = get_service().training_slot.job.wait(LIMIT_S)
    assert (result.dataset, result.promoted, registry.alias("champion")) == (2, False, 2)
    page.run()
    assert "The gate refused version 3" in texts(page)


def test_a_challenger_can_learn_from_a_chosen_data_set(registry):
    page = upload(open_page("data"), drawn(5, 17))
    press(page, "new-dataset")
    train = open_page("train")
    assert len(train.selectbox(key="config-dataset").options) == 2
    train.selectbox(key="config-dataset").set_value(2)
    train.button(key="FormSubmitter:training-Train a challenger").click().run()
    assert get_service().training_slot.job.wait(LIMIT_S).dataset == 2
