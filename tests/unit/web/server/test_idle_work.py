"""web.server.idle_work: when nobody waits, and only then."""

import asyncio
import gc
import weakref

import pytest

from tests import coroutines
from web.limits import Visitors
from web.server import idle_work
from web.server.idle_work import IDLE_S, IdleWork


class Page:
    """Something that refers to itself, as a closed session does."""

    def __init__(self):
        self.itself = self


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def closed_page():
    """A closed page that only the garbage collector can remove, and what was last heard at 100 s."""
    gc.disable()
    visitors, page = Visitors(), Page()
    with visitors.one_more():
        visitors.heard_at = 100.0
        left = weakref.ref(page)
        del page
    yield visitors, left
    gc.enable()


def work(idle: IdleWork, times: int = 1) -> None:
    for _ in range(times):
        coroutines.run(idle.work_if_idle())


def test_closed_pages_are_collected_when_nobody_waits(closed_page):
    """After the libraries were loaded."""
    visitors, left = closed_page
    loaded, clock = [], Clock()
    clock.now += IDLE_S
    idle = IdleWork(visitors, lambda: loaded.append(1), clock)
    work(idle)
    assert (loaded, left() is None) == ([1], False)
    work(idle)
    assert (loaded, left() is None) == ([1], True)


def test_nothing_is_done_while_pages_send_messages(closed_page):
    visitors, left = closed_page
    loaded, clock = [], Clock()
    clock.now += IDLE_S / 2
    work(IdleWork(visitors, lambda: loaded.append(1), clock), 3)
    assert loaded == []
    assert left() is not None


def test_an_idle_server_does_not_collect_for_ever(closed_page, monkeypatch):
    """Once for each time that pages were closed."""
    visitors, _ = closed_page
    collected, clock = [], Clock()
    monkeypatch.setattr(idle_work.gc, "collect", lambda: collected.append(1))
    clock.now += 1000
    idle = IdleWork(visitors, lambda: None, clock)
    work(idle, 5)
    assert len(collected) == 1
    with visitors.one_more():
        pass
    work(idle, 5)
    assert len(collected) == 2


def test_a_library_that_does_not_load_ends_nothing(monkeypatch, caplog):
    """It is logged, and not tried again: the page that needs it shows the error."""
    monkeypatch.setattr(idle_work, "EVERY_S", 0.001)
    tried = []

    def fail():
        tried.append(1)
        raise ImportError("no pandas")

    async def run():
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await IdleWork(Visitors(), fail).run()

    coroutines.run(run())
    assert len(tried) == 1
    assert "no pandas" in caplog.text
