"""The page Watch, the loop on Pipeline, and the challenger in the shadow on Train."""

import time

import pytest

from irisml import TrainingConfig, predict, train_version
from irisml.monitoring.event_files import EventWriter, events_folder
from irisml.monitoring.events import with_shadow
from tests.app.app_page import markdown_with, open_page, texts
from tests.unit.monitoring.halls import event, hall
from web.state.session import get_service


def asked(registry, n, drift=lambda x, species: x, challenger=None):
    """Write events of a hall, as the serving version answers it."""
    version = registry.get("champion")
    events = []
    for x in hall(n, 0, drift):
        prediction = predict(version.load_forest(), x)
        one = event(
            x,
            time=time.time(),
            version=version.number,
            species=prediction.species,
            outside=bool(prediction.outside_training_range),
        )
        events.append(one if challenger is None else with_shadow(one, challenger.number, challenger.load_forest()))
    EventWriter(events_folder(str(registry.folder))).write(events)


@pytest.fixture
def stump(registry):
    """A challenger that predicts one species for many flowers."""
    number = train_version(registry, TrainingConfig("decision_tree", max_depth=1)).version
    return registry.get(number)


def test_without_events_the_page_says_so(registry):
    page = open_page("watch")
    assert "0 answers since" in texts(page)
    assert "No answer yet" in texts(page)
    assert "Too few to say: 0 of at least 30 answers." in texts(page)


def test_below_thirty_each_value_is_shown_and_no_p(registry):
    asked(registry, 24)
    drawn = markdown_with(open_page("watch"), 'class="drifts"')
    assert drawn.count("too few to say") == 4
    assert drawn.count("<circle") == 4 * 24
    assert "<i>p</i>" not in drawn


def test_answers_have_their_interval_and_a_drift_is_named(registry):
    asked(registry, 120, lambda x, species: (*x[:3], min(5.0, 10 * x[3])))
    page = open_page("watch")
    drawn = markdown_with(page, 'class="drifts"')
    assert drawn.count('class="drifted"') == 1
    assert "larger, <i>p</i> &lt; 0.001" in drawn
    assert "<b>Drift: Petal width.</b> Label some of these flowers" in markdown_with(page, "proposal")
    assert markdown_with(page, "answered").count("<tr") == 1 + 3


def test_the_shadow_is_counted_on_watch_and_on_train_and_one_flower_opens_in_predict(registry, stump):
    asked(registry, 60, challenger=stump)
    page = open_page("watch")
    n = sum(
        predict(stump.load_forest(), x).species != predict(registry.get("champion").load_forest(), x).species
        for x in hall(60, 0)
    )
    assert n > 0
    assert markdown_with(page, "v3 would have answered otherwise").count(f"otherwise for {n} of 60") == 1
    assert f"otherwise for {n} of 60 (" in texts(open_page("train"))
    page.button(key="shadow-0").click().run()
    assert not page.exception


def test_the_loop_has_six_stations_with_the_figures_of_this_moment(registry):
    asked(registry, 40)
    page = open_page("pipeline")
    stations = [element.value for element in page.markdown if 'class="station"' in element.value]
    assert len(stations) == 6
    version = registry.get("champion")
    for station, figure in zip(
        stations,
        ("150", f"{version.manifest.duration_s:.2f}", str(version.evaluation.n_correct), "6", "v2", "40"),
        strict=True,
    ):
        assert f"<b>{figure}</b>" in station
    assert "versions/0002/model.joblib" in stations[1]
    assert [link.proto.page for link in page.get("page_link")][:6] == [
        *("data", "train", "quality", "train", "train", "watch")
    ]


def test_what_was_dropped_is_said(registry):
    recorder = get_service().recorder
    recorder._n_dropped = 3
    assert "3 answers since the start of the server were not written" in open_page("watch").warning[0].value


def test_switched_off_events_are_said(registry, monkeypatch):
    monkeypatch.setenv("IRISML_EVENTS", "0")
    assert "This server keeps no event" in open_page("watch").info[0].value


def test_events_that_cannot_be_read_are_one_sentence(registry):
    events_folder(str(registry.folder)).write_text("a file where the folder should be")
    page = open_page("watch")
    assert "cannot be read" in page.error[0].value
    assert not page.exception
