"""Other ways to serve the same four sliders: Streamlit's own settings, and a demo that fits at each rerun."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from benchmarks.row import Row
from benchmarks.servers import irisml, page
from benchmarks.size import Size
from benchmarks.visitors import quantile, visit

_OTHERS = (("bare_page", "four bare sliders, Streamlit's settings"), ("naive_page", "a demo that fits at each rerun"))


def rows(registry: Path, size: Size) -> Iterator[Row]:
    """Let one visitor and a small class move, at irisml and at each other server in turn."""
    n_visitors = min(20, size.crowds[0])
    with ExitStack() as servers:
        ours = servers.enter_context(irisml(registry))
        others = [servers.enter_context(page(registry, name, stock=True)) for name, _ in _OTHERS]
        addresses = [ours.address, *(other.address for other in others)]
        for address in addresses:
            asyncio.run(visit(address, 1, 3, None))
        alone = [_median(address, 1, 2 * size.n_moves) for address in addresses]
        crowded = [_median(address, n_visitors, max(1, size.n_moves // 3)) for address in addresses]
    for times, who in ((alone, "one visitor"), (crowded, f"{n_visitors} visitors as fast as answered")):
        for theirs, (_, name) in zip(times[1:], _OTHERS, strict=True):
            yield Row(
                f"{who}, median, beside {name}", "ms", times[0], theirs, "theirs", 0, 1.0, "no rerun fits a forest"
            )


def _median(address: str, n_visitors: int, n_moves: int) -> float:
    return quantile(asyncio.run(visit(address, n_visitors, n_moves, None)).moves_s, 0.5) * 1000
