"""Collect the garbage of closed pages while nobody waits.

Streamlit would collect after every rerun, which takes most of the time of a slider change and is off
(`postScriptGC` in .streamlit/config.toml). Python itself collects now and then, in the middle of a rerun.
"""

import asyncio
import gc
import logging
import time
from collections.abc import Callable

from web.limits import Visitors

EVERY_S, IDLE_S = 5.0, 2.0
_log = logging.getLogger(__name__)


class IdleCollection:
    """Collects once after pages were closed, as soon as no page has sent anything for `IDLE_S` seconds.

    Parameters
    ----------
    visitors : Visitors
    clock : callable
        Returns seconds; for tests.
    """

    def __init__(self, visitors: Visitors, clock: Callable[[], float] = time.monotonic) -> None:
        self._visitors = visitors
        self._clock = clock
        self._n_closed = 0

    def collect_if_idle(self) -> bool:
        """Return whether it was time to collect."""
        n_closed = self._visitors.n_closed
        if n_closed == self._n_closed or self._clock() - self._visitors.heard_at < IDLE_S:
            return False
        self._n_closed = n_closed
        began = time.perf_counter()
        n_objects = gc.collect()
        _log.debug("collected %s objects in %.0f ms", n_objects, 1000 * (time.perf_counter() - began))
        return True

    async def run(self) -> None:
        """Look every `EVERY_S` seconds, until cancelled."""
        while True:
            await asyncio.sleep(EVERY_S)
            self.collect_if_idle()
