"""What a visitor asks becomes an event; what the page draws again does not."""

import pytest

from irisml.monitoring.event_files import EventReader, events_folder
from irisml.monitoring.recorder import Recorder
from tests.app.app_page import go_to, open_page
from tests.app.test_data_page import HEADER, upload
from web.state.session import get_service


@pytest.fixture
def events(registry):
    """The events so far, as (door, lengths), written without waiting for the thread."""
    service = get_service()
    service.recorder.start()

    def written():
        service.recorder.write_queued()
        read = EventReader(events_folder(service.location)).read()
        return [(event.door, event.x) for event in read]

    return written


def test_a_released_slider_is_one_event(events):
    page = open_page()
    assert events() == []
    page.slider[2].set_value(5.1).run()
    page.run()
    [(door, x)] = events()
    assert (door, x[2]) == ("page", 5.1)
    page.slider[2].set_value(5.2).run()
    assert [x[2] for _, x in events()] == [5.1, 5.2]


def test_a_file_is_recorded_once_row_by_row(events):
    page = upload(open_page("data"), HEADER + "\n5.1,3.5,1.4,0.2\n6.0,2.7,5.1,1.6\n")
    page.run()
    go_to(go_to(page, "predict"), "data")
    assert events() == [("file", (5.1, 3.5, 1.4, 0.2)), ("file", (6.0, 2.7, 5.1, 1.6))]


def test_a_page_that_is_drawn_counts_no_prediction_of_nobody(registry):
    recorder = Recorder(None, lambda: None)
    get_service().recorder = recorder
    open_page()
    assert recorder.recorded().n_predictions == {}
