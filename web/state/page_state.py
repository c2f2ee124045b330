"""State of the pages: a visitor's choices, kept in the session across pages and written to the address.

The address is read when a session begins, and when the visitor goes back or forward in the
browser's history. In all other cases it is only written: the address that the browser sends with
a click may be older than the one written by Python since.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from irisml.domain.i18n import Phrase
from web.state.link_parts import PARTS, read_query, written_query

_STATE, _PAGE, _NOTICES = "page-state", "page-name", "link-notices"
_QUERY, _OPENED, _SHOWN = "opened-query", "n-opened", "n-shown"


def open_address() -> None:
    """Read the address if the visitor opened it. Call it before anything is drawn."""
    session = st.session_state
    first = _STATE not in session
    if first:
        session[_OPENED] = 0  # first: the other key is what says that the session has begun
        session[_STATE] = {}
    elif _went_through_history():
        # The widget state from the browser, for example after a restart of the server, has priority over the address.
        # Only here the address has priority, because the widgets still have the state of the page that was left.
        session[_OPENED] = n_opened() + 1
    else:
        return
    session[_QUERY] = st.query_params.to_dict()
    lang, _ = read_query("", session[_QUERY])
    _set({"lang": lang["lang"]})


def _went_through_history() -> bool:
    context = get_script_run_ctx()
    return context is not None and context.is_history_navigation


def n_opened() -> int:
    """Return how often this session went back or forward."""
    n: int = st.session_state.get(_OPENED, 0)
    return n


def enter_page(page: str) -> None:
    """Apply the address to the state of this page; if the visitor used the menu, write the address.

    An address that was opened stays unchanged until the next input, also if parts of it are invalid: rewriting it
    would add an entry to the history without user input.
    """
    session = st.session_state
    query: Mapping[str, str] | None = session.pop(_QUERY, None)
    came_by_menu = query is None and session.get(_PAGE) != page
    session[_PAGE] = page
    if query is not None:
        state, session[_NOTICES] = read_query(page, query)
        _set(state)
    elif came_by_menu:
        session[_NOTICES] = []
        _write()


def link_notices() -> Sequence[Phrase]:
    """Return the notices on the link, until the next input of the visitor."""
    notices: Sequence[Phrase] = st.session_state.get(_NOTICES, ())
    return notices


def recall(key: str) -> Any:
    """Return the value of a parameter, by its key in `PARTS`."""
    return st.session_state.get(_STATE, {}).get(key, PARTS[key].default)


def remember(changes: Mapping[str, Any]) -> None:
    """Store values, as one entry of the browser's history."""
    if all(recall(key) == value for key, value in changes.items()):
        return
    _set(changes)
    if set(changes) != {"lang"}:  # notices stay valid when only the language changes
        st.session_state[_NOTICES] = []
    _write()


def address_query(page: str) -> dict[str, str]:
    """Return the query that opens a page in its current state."""
    return written_query(page, st.session_state.get(_STATE, {}))


def for_widget(key: str, widget_key: str, as_shown: Callable[[Any], Any] = lambda value: value) -> Any:
    """Return the initial value of a widget, and reset the widget to it after going back or forward.

    Parameters
    ----------
    key : str
        Key in `PARTS`.
    widget_key : str
        Streamlit key of the widget.
    as_shown : callable
        Converts the stored value to the value of the widget.
    """
    session, shown = st.session_state, as_shown(recall(key))
    seen = session.setdefault(_SHOWN, {})
    if seen.get(widget_key, 0) < session.get(_OPENED, 0):
        session[widget_key] = shown
    seen[widget_key] = session.get(_OPENED, 0)
    return shown


def _set(changes: Mapping[str, Any]) -> None:
    kept = {**st.session_state.get(_STATE, {}), **changes}
    st.session_state[_STATE] = {key: value for key, value in kept.items() if value != PARTS[key].default}


def _write() -> None:
    query = address_query(st.session_state[_PAGE])
    if st.query_params.to_dict() != query:
        st.query_params.from_dict(query)
