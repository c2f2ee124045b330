"""Limit log lines per cause: each malformed message, which is easy to send, causes a traceback."""

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from web.limits import refusals

_PERIOD_S = 60
_MOST_CAUSES = 1000


class FewOfEachCause(logging.Filter):
    """Pass a few lines per minute for each cause; the next line includes the number of suppressed ones.

    A cause is the code location of the log call and the type of the exception.

    Parameters
    ----------
    per_minute : int
    clock : callable
        Clock in seconds; replaced in tests.
    """

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._per_minute = per_minute
        self._clock = clock
        self._causes: OrderedDict[tuple[object, ...], tuple[float, int]] = OrderedDict()
        self._lock = threading.Lock()

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether the line is written."""
        kind = record.exc_info[0] if record.exc_info else None
        cause, now = (record.name, record.pathname, record.lineno, kind), self._clock()
        with self._lock:
            began, n = self._causes.pop(cause, (now, 0))
            left_out = 0
            if now - began >= _PERIOD_S:
                began, left_out, n = now, max(0, n - self._per_minute), 0
            self._causes[cause] = (began, n + 1)
            if len(self._causes) > _MOST_CAUSES:
                self._causes.popitem(last=False)
        if left_out:
            record.msg = f"{record.msg} (and {left_out} more like this in the last minute)"
        if n >= self._per_minute:
            refusals.count("log_lines_per_minute")
            return False
        return True


@contextmanager
def limited_log(per_minute: int) -> Iterator[None]:
    """Add the filter to every existing handler, until the block ends."""
    only_few = FewOfEachCause(per_minute)
    loggers = [logging.getLogger(), *(logging.getLogger(name) for name in list(logging.root.manager.loggerDict))]
    handlers = {handler for logger in loggers for handler in logger.handlers}
    if logging.lastResort is not None:
        handlers.add(logging.lastResort)
    for handler in handlers:
        handler.addFilter(only_few)
    try:
        yield
    finally:
        for handler in handlers:
            handler.removeFilter(only_few)
