"""Loads the libraries that a page with tables and plots needs: once, whole, and before the page draws."""

import importlib
import threading

_LIBRARIES = ("pandas", "plotly.graph_objects")
_loading = threading.Lock()


def load_table_libraries() -> None:
    """Import pandas and plotly, or wait until another session has done so.

    While one session imports pandas, plotly in another one finds it in `sys.modules` half imported and fails.
    """
    with _loading:
        for name in _LIBRARIES:
            importlib.import_module(name)
