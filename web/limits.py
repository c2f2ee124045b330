"""Limits per visitor: each is a setting with a default, and each refusal is counted.

The limits of Streamlit's own server (an upload, a message) are in .streamlit/config.toml.
"""

import os
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import msgspec

_PREFIX = "IRISML_LIMIT_"


class Limits(msgspec.Struct, frozen=True):
    """The limits of this server. The environment can change each: IRISML_LIMIT_SESSIONS=100.

    Parameters
    ----------
    sessions : int
        Open pages. Further visitors get a small static page that retries automatically.
    csv_bytes, csv_rows, csv_bad_rows : int
        For a visitor's file: its size, at most the 1 MB of .streamlit/config.toml; the number of rows; the number of
        invalid rows after which reading stops.
    uploads_per_session : int
        Files that one page may hold; a further one replaces the oldest.
    upload_seconds : int
        Time in which a file must have arrived.
    message_bytes : int
        Size of one message of a page.
    upload_bytes : int
        Total size of the files of all pages.
    api_body_bytes : int
        Size of a request body, counted while it is read.
    api_flowers : int
        Flowers in one request; each counts as a request.
    api_per_second : int
        Requests per address, averaged over ten seconds.
    log_lines_per_minute : int
        Log lines per cause.

    Examples
    --------
    >>> Limits().csv_rows
    5000
    """

    sessions: int = 400
    csv_bytes: int = 1024 * 1024
    csv_rows: int = 5000
    csv_bad_rows: int = 200
    uploads_per_session: int = 3
    upload_seconds: int = 30
    message_bytes: int = 256 * 1024
    upload_bytes: int = 64 * 1024 * 1024
    api_body_bytes: int = 16 * 1024
    api_flowers: int = 100
    api_per_second: int = 50
    log_lines_per_minute: int = 5

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Limits":
        """Read the limits from environment variables.

        Raises
        ------
        ValueError
            If a value is not a whole number from 1, or a limit does not exist.
        """
        known = {_PREFIX + name.upper() for name in cls.__struct_fields__}
        for name in environment:
            if name.startswith(_PREFIX) and name not in known:
                raise ValueError(f"There is no limit {name}. Available limits: {', '.join(sorted(known))}.")
        found = {}
        for name in cls.__struct_fields__:
            text = environment.get(_PREFIX + name.upper(), "").strip()
            if text:
                if not (text.isascii() and text.isdecimal() and int(text) >= 1):
                    raise ValueError(f'{_PREFIX}{name.upper()} is "{text}". Set it to a whole number from 1.')
                found[name] = int(text)
        return cls(**found)


def limits() -> Limits:
    """Return the limits from the environment of this process."""
    return Limits.of(os.environ)


class Refusals:
    """Counts refusals per limit. Thread-safe.

    Examples
    --------
    >>> refusals = Refusals()
    >>> refusals.count("sessions")
    >>> refusals.counts()
    {'sessions': 1}
    """

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._lock = threading.Lock()

    def count(self, limit: str) -> None:
        """Count a refusal by a limit, given by its name in `Limits`."""
        with self._lock:
            self._counts[limit] += 1

    def counts(self) -> dict[str, int]:
        """Return the refusals per limit since the start."""
        with self._lock:
            return dict(self._counts)


refusals = Refusals()
"""Refusals of this process."""


class Visitors:
    """Counts open pages: changed by the event loop only, read by every thread.

    Attributes
    ----------
    n_open, n_closed : int
        Pages that are open now, and pages that were closed since the start.
    heard_at : float
        When a page last sent something, in seconds of `time.monotonic`.

    Examples
    --------
    >>> visitors = Visitors()
    >>> with visitors.one_more():
    ...     visitors.n_open
    1
    """

    def __init__(self) -> None:
        self.n_open, self.n_closed = 0, 0
        self.heard_at = 0.0

    @contextmanager
    def one_more(self) -> Iterator[None]:
        """Count a page while it is open."""
        self.n_open += 1
        try:
            yield
        finally:
            self.n_open -= 1
            self.n_closed += 1


visitors = Visitors()
"""Open pages of this process."""
