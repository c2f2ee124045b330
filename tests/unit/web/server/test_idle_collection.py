"""web.server.idle_collection: when nobody waits, and only then."""

import gc
import weakref

import pytest

from web.limits import Visitors
from web.server.idle_collection import IDLE_S, IdleCollection


class Page:
    """Something that refers to itself, as a closed session does."""

    def __init__(self):
        self.itself = self


@pytest.fixture
def closed_page():
    """A closed page that only the garbage collector can remove."""
    gc.disable()
    visitors, page = Visitors(), Page()
    with visitors.one_more():
        visitors.heard_at = 100.0
        left = weakref.ref(page)
        del page
    yield visitors, left
    gc.enable()


def test_closed_pages_are_collected_when_nobody_waits(closed_page):
    visitors, left = closed_page
    assert IdleCollection(visitors, lambda: 100.0 + IDLE_S).collect_if_idle()
    assert left() is None


def test_nothing_is_collected_while_pages_send_messages(closed_page):
    visitors, left = closed_page
    assert not IdleCollection(visitors, lambda: 100.0 + IDLE_S / 2).collect_if_idle()
    assert left() is not None


def test_it_is_done_once_for_each_time_that_pages_were_closed(closed_page):
    """An idle server does not collect for ever."""
    visitors, _ = closed_page
    collection = IdleCollection(visitors, lambda: 1000.0)
    assert [collection.collect_if_idle() for _ in range(3)] == [True, False, False]
    with visitors.one_more():
        pass
    assert [collection.collect_if_idle() for _ in range(2)] == [True, False]
