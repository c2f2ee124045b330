"""What a visitor has chosen and opened, kept over all pages of a session and written into the address.

The address is read when a session begins, and when the visitor goes back or forward in the
browser's history. Otherwise it is only written: what the browser sends with a click may be older
than what Python has written since.
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
    """Note what the address asks for, if the visitor came by it. Call it before anything is drawn."""
    session = st.session_state
    first = _STATE not in session
    if first:
        session[_STATE], session[_OPENED] = {}, 0
    elif _went_through_history():
        # What a browser says of its widgets, as after a restart of the server, goes before the address. Only here it
        # is the other way round, for its widgets stand where they stood on the page that was left.
        session[_OPENED] += 1
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
    """Take over what the address asks for on this page; where the visitor came by the menu, write the address.

    An address by which somebody came stays as it is until they do something, also if not all of it could be
    followed: to write it anew would be a step of history that nobody made.
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
    """Return what of the link could not be followed, until the visitor does something else."""
    notices: Sequence[Phrase] = st.session_state.get(_NOTICES, ())
    return notices


def recall(key: str) -> Any:
    """Return what was chosen, by its key in `PARTS`."""
    return st.session_state.get(_STATE, {}).get(key, PARTS[key].default)


def remember(changes: Mapping[str, Any]) -> None:
    """Keep what was chosen, as one step of the browser's history."""
    if all(recall(key) == value for key, value in changes.items()):
        return
    _set(changes)
    if set(changes) != {"lang"}:  # in another language a notice is as true
        st.session_state[_NOTICES] = []
    _write()


def address_query(page: str) -> dict[str, str]:
    """Return the query with which a page opens as it would now."""
    return written_query(page, st.session_state.get(_STATE, {}))


def for_widget(key: str, widget_key: str, as_shown: Callable[[Any], Any] = lambda value: value) -> Any:
    """Return what a widget shows at first, and let it show that also where the visitor went back or forward.

    Parameters
    ----------
    key : str
        In `PARTS`.
    widget_key : str
        Of the widget, by which Streamlit knows it.
    as_shown : callable
        From what is kept to what the widget holds.
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
