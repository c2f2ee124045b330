"""Uploaded file, kept while the visitor is on other pages: Streamlit drops it on a page change."""

import weakref
from dataclasses import dataclass
from threading import Lock

import streamlit as st

from web.limits import limits, refusals

_KEPT = "kept-file"


@dataclass(frozen=True, eq=False)
class KeptFile:
    """A visitor's file: its name on their computer, and its content."""

    name: str
    content: bytes


class _Total:
    """Counts the bytes kept by all sessions; the bytes of a session are released when it ends."""

    def __init__(self) -> None:
        self.n_bytes = 0
        self._lock = Lock()

    def take(self, n: int, most: int) -> bool:
        """Add *n* unless the total would exceed *most*; return whether it was added."""
        with self._lock:
            fits = self.n_bytes + n <= most
            self.n_bytes += n if fits else 0
        return fits

    def give_back(self, n: int) -> None:
        with self._lock:
            self.n_bytes -= n


_total = _Total()


def keep_file(name: str, content: bytes) -> KeptFile:
    """Keep a file in this session, replacing the previous one, unless all sessions exceed the limit."""
    kept = kept_file()
    if kept is not None and kept.name == name and kept.content == content:
        return kept
    drop_file()
    file = KeptFile(name, content)
    if _total.take(len(content), limits().upload_bytes):
        weakref.finalize(file, _total.give_back, len(content))
        st.session_state[_KEPT] = file
    else:
        refusals.count("upload_bytes")
    return file


def kept_file() -> KeptFile | None:
    """Return the file of this session; None if there is none."""
    kept: KeptFile | None = st.session_state.get(_KEPT)
    return kept


def drop_file() -> None:
    """Remove the file of this session."""
    st.session_state.pop(_KEPT, None)
