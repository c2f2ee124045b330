"""Load the libraries of pages with tables and plots completely, before the page is drawn."""

import importlib
import threading

# Streamlit compiles its pattern of all emojis, for a third of a second, when the first pills are drawn.
_LIBRARIES = ("pandas", "plotly.graph_objects", "streamlit.emojis", "irisml.data.flower_files.reading")
_loading = threading.Lock()


def load_table_libraries() -> None:
    """Import pandas and plotly, or wait until another session has done so.

    While one session imports pandas, plotly in another session finds it partially imported in `sys.modules` and fails.
    """
    with _loading:
        for name in _LIBRARIES:
            importlib.import_module(name)
