"""What one visitor may ask for: each limit is a setting with a default, and is counted when it bites.

The limits of Streamlit's own server (an upload, a message) stand in .streamlit/config.toml.
"""

import os
import threading
from collections import Counter
from collections.abc import Mapping

import msgspec

_PREFIX = "IRISML_LIMIT_"


class Limits(msgspec.Struct, frozen=True):
    """The limits of this server. The environment can change each: IRISML_LIMIT_SESSIONS=100.

    Parameters
    ----------
    sessions : int
        Open pages. Further visitors get a light page that tries again by itself.
    csv_bytes, csv_rows, csv_bad_rows : int
        Of a visitor's file: its size, at most the 1 MB of .streamlit/config.toml; the flowers that are predicted; the
        wrong rows that are listed, after which reading stops.
    uploads_per_session : int
        Files that one page may hold; a further one replaces the oldest.
    upload_seconds : int
        Time in which a file must have arrived.
    message_bytes : int
        Of one message of a page.
    upload_bytes : int
        Bytes of all files that all pages hold together.
    api_body_bytes : int
        Of a request to the API, counted while it is read.
    api_per_second : int
        Requests to predict from one address, on average over ten seconds.
    log_lines_per_minute : int
        Lines of one cause in the log.

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
    api_body_bytes: int = 4096
    api_per_second: int = 50
    log_lines_per_minute: int = 5

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Limits":
        """Read the limits that an environment sets.

        Raises
        ------
        ValueError
            If one is no whole number from 1, or there is no such limit.
        """
        known = {_PREFIX + name.upper() for name in cls.__struct_fields__}
        for name in environment:
            if name.startswith(_PREFIX) and name not in known:
                raise ValueError(f"There is no limit {name}. Those that there are: {', '.join(sorted(known))}.")
        found = {}
        for name in cls.__struct_fields__:
            text = environment.get(_PREFIX + name.upper(), "").strip()
            if text:
                if not (text.isascii() and text.isdecimal() and int(text) >= 1):
                    raise ValueError(f'{_PREFIX}{name.upper()} is "{text}". Set it to a whole number from 1.')
                found[name] = int(text)
        return cls(**found)


def limits() -> Limits:
    """Return the limits of this process's environment."""
    return Limits.of(os.environ)


class Refusals:
    """Counts how often each limit bit. Safe to share between threads.

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
        """Note that a limit, by its name in `Limits`, refused something."""
        with self._lock:
            self._counts[limit] += 1

    def counts(self) -> dict[str, int]:
        """Return how often each limit bit since the start."""
        with self._lock:
            return dict(self._counts)


refusals = Refusals()
"""Of this process."""
