"""Load the libraries of pages with tables and plots completely, before the page is drawn."""

import importlib
import threading

_LIBRARIES = ("pandas", "plotly.graph_objects")
_loading = threading.Lock()


def load_table_libraries() -> None:
    """Import pandas and plotly, or wait until another session has done so.

    While one session imports pandas, plotly in another session finds it partially imported in `sys.modules` and fails.
    """
    with _loading:
        for name in _LIBRARIES:
            importlib.import_module(name)
