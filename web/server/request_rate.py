"""Limit the requests of each address, in memory that does not grow with their number."""

import time
from collections import OrderedDict
from collections.abc import Callable

_MOST_ADDRESSES = 10_000


class RequestRate:
    """Average rate for each address, with a burst: the generic cell rate algorithm (ITU-T I.371).

    One number per address: the moment at which its requests so far would have been due. The library `limits`, which
    guards the sign-in, keeps one number per request and starts a timer thread for each.

    Parameters
    ----------
    per_second : int
        Requests per second that each address may make on average.
    burst_s : float
        Seconds over which the average is taken: so many seconds' requests may come at once.
    clock : callable
        Returns seconds; for tests.

    Examples
    --------
    >>> rate = RequestRate(per_second=1, burst_s=2, clock=lambda: 0.0)
    >>> [rate.allows("192.0.2.1") for _ in range(3)], rate.allows("192.0.2.2")
    ([True, True, False], True)
    """

    def __init__(self, per_second: int, burst_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._interval_s = 1 / per_second
        self._burst_s = burst_s
        self._clock = clock
        self._due: OrderedDict[str, float] = OrderedDict()

    def allows(self, address: str, n_requests: int = 1) -> bool:
        """Count a request, or one that is as much work as several; return whether it is within the rate.

        A refused one does not count.
        """
        now = self._clock()
        due = max(self._due.get(address, now), now) + n_requests * self._interval_s
        if due - now > self._burst_s + self._interval_s / 2:
            return False
        self._due[address] = due
        self._due.move_to_end(address)
        if len(self._due) > _MOST_ADDRESSES:
            self._due.popitem(last=False)
        return True
