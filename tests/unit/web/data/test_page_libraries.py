"""Tests of web.data.page_libraries."""

import os
import subprocess
import sys
from pathlib import Path

SLOW_PANDAS = "import time\ntime.sleep(1)\nSeries = object\n"
TWO_SESSIONS = """
import sys, threading, time
import streamlit  # as in the app, which loads pandas later
from web.data.page_libraries import load_table_libraries
threading.Thread(target=load_table_libraries).start()
while "pandas" not in sys.modules:
    time.sleep(0.001)
assert not hasattr(sys.modules["pandas"], "Series")  # half imported, as plotly would find it
load_table_libraries()
print(hasattr(sys.modules["pandas"], "Series"), "plotly.graph_objects" in sys.modules)
"""


def test_a_second_session_waits_until_the_import_is_complete(tmp_path):
    """Plotly looks pandas up in sys.modules, and fails while another thread is importing it."""
    (tmp_path / "pandas").mkdir()
    (tmp_path / "pandas/__init__.py").write_text(SLOW_PANDAS)
    path = os.pathsep.join([str(tmp_path), str(Path.cwd())])
    ran = subprocess.run(
        [sys.executable, "-c", TWO_SESSIONS], env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True
    )
    assert ran.stdout.split() == ["True", "True"], ran.stderr
