"""From the command to the first healthy answer, with a champion on disk, beside an empty Streamlit page."""

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

from benchmarks.row import Row
from benchmarks.servers import irisml, page
from benchmarks.size import Size
from benchmarks.visitors import quantile
from tools.served_app import Served


def rows(registry: Path, size: Size) -> Iterator[Row]:
    """Start both in turn."""
    turns = [(_seconds(irisml(registry)), _seconds(page(registry, "empty_page"))) for _ in range(size.rounds)]
    ours, empty = (quantile([turn[i] for turn in turns], 0.5) for i in (0, 1))
    reason = "Streamlit itself is loaded"
    yield Row("start to the first healthy answer", "s", ours, empty, "an empty page", 1.0, 1.2, reason)


def _seconds(server: AbstractContextManager[Served]) -> float:
    start = time.perf_counter()
    with server:
        return time.perf_counter() - start
