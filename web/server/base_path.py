"""Base path of the app: server.baseUrlPath, or "" if the app is served at the root."""

import streamlit as st


def base_path() -> str:
    """Return the path, with a leading slash and no trailing slash."""
    path = (st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{path}" if path else ""


def below_base_path(path: str) -> str:
    """Remove the base path from the path of a URL.

    Examples
    --------
    >>> below_base_path("/static/js/x.js")
    '/static/js/x.js'
    """
    base = base_path()
    return path[len(base) :] if base and path.startswith(f"{base}/") else path
