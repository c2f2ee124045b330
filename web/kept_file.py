"""The file that a visitor has uploaded, kept while they look at other pages: Streamlit forgets it when they go."""

import weakref
from dataclasses import dataclass
from threading import Lock

import streamlit as st

from web.limits import limits, refusals

_KEPT = "kept-file"


@dataclass(frozen=True, eq=False)
class KeptFile:
    """A file of a visitor, by its name on their computer."""

    name: str
    content: bytes


class _Total:
    """Counts the bytes that all sessions keep together; a session that ends gives its bytes back."""

    def __init__(self) -> None:
        self.n_bytes = 0
        self._lock = Lock()

    def add(self, n: int) -> None:
        with self._lock:
            self.n_bytes += n


_total = _Total()


def keep_file(name: str, content: bytes) -> KeptFile:
    """Keep a file in this session, in place of the one before, unless all sessions together keep too much."""
    kept = kept_file()
    if kept is not None and kept.name == name and kept.content == content:
        return kept
    drop_file()
    file = KeptFile(name, content)
    if _total.n_bytes + len(content) > limits().upload_bytes:
        refusals.count("upload_bytes")
        return file
    _total.add(len(content))
    weakref.finalize(file, _total.add, -len(content))
    st.session_state[_KEPT] = file
    return file


def kept_file() -> KeptFile | None:
    """Return the file of this session, None where there is none."""
    kept: KeptFile | None = st.session_state.get(_KEPT)
    return kept


def drop_file() -> None:
    """Forget it."""
    st.session_state.pop(_KEPT, None)
