"""What the server does while nobody waits: load what a page with tables needs, and collect the garbage of closed pages.

Both hold Python's one lock, so everybody who moves a slider meanwhile would wait. Streamlit would collect after every
rerun, which takes most of the time of a slider change and is off (`postScriptGC` in .streamlit/config.toml); Python
itself collects now and then, in the middle of a rerun. The first visitor of Data would load pandas and plotly.
"""

import asyncio
import gc
import logging
import time
from collections.abc import Callable

from starlette.concurrency import run_in_threadpool

from web.limits import Visitors

EVERY_S, IDLE_S = 5.0, 2.0
_log = logging.getLogger(__name__)


class IdleWork:
    """Loads once, and collects after pages were closed, when no page has sent anything for `IDLE_S` seconds.

    Parameters
    ----------
    visitors : Visitors
    load : callable
        Imports libraries; runs in a thread. Whoever needs them before calls it, too.
    clock : callable
        Returns seconds; for tests.
    """

    def __init__(
        self, visitors: Visitors, load: Callable[[], object], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._visitors = visitors
        self._load: Callable[[], object] | None = load
        self._clock = clock
        self._n_closed = 0

    async def work_if_idle(self) -> None:
        """Do what is due, unless somebody may wait."""
        if self._clock() - self._visitors.heard_at < IDLE_S:
            return
        if self._load is not None:
            await run_in_threadpool(self._load)
            self._load = None
        elif (n_closed := self._visitors.n_closed) != self._n_closed:
            self._n_closed = n_closed
            began = time.perf_counter()
            n_objects = gc.collect()
            _log.debug("collected %s objects in %.0f ms", n_objects, 1000 * (time.perf_counter() - began))

    async def run(self) -> None:
        """Look every `EVERY_S` seconds, until cancelled."""
        while True:
            await asyncio.sleep(EVERY_S)
            try:
                await self.work_if_idle()
            except Exception:  # noqa: BLE001 - the page that needs the library shows its error
                _log.exception("the work in an idle moment failed")
                self._load = None
