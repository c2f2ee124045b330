"""The path below which the app answers: server.baseUrlPath, "" where it answers at the root."""

import streamlit as st


def base_path() -> str:
    """Return the path, with a slash before it and none behind it."""
    path = (st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{path}" if path else ""


def below_base_path(path: str) -> str:
    """Return the part of an address's path that lies below the app's own.

    Examples
    --------
    >>> below_base_path("/static/js/x.js")
    '/static/js/x.js'
    """
    base = base_path()
    return path[len(base) :] if base and path.startswith(f"{base}/") else path
