"""Visitors come, move and leave for minutes: neither time nor memory may grow."""

import asyncio
import random
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.row import Row
from benchmarks.servers import irisml, memory_mib
from benchmarks.size import Size
from benchmarks.visitors import Crowd, quantile


def rows(registry: Path, size: Size) -> Iterator[Row]:
    """Compare the last tenth with the first one."""
    with irisml(registry) as server:
        moves, memory = asyncio.run(_soak(server, size))
    tenth = max(1, len(moves) // 10)
    first, last = (1000 * quantile(part, 0.5) for part in (moves[:tenth], moves[-tenth:]))
    name = f"soak of {size.soak_s:.0f} s with joins and leaves"
    reason = "whoever left leaves nothing behind"
    yield Row(f"{name}, median of the last tenth", "ms", last, first, "its first tenth", 1.0, 1.05, reason)
    yield Row(f"{name}, memory", "MiB", memory[-1], memory[0], "after its first tenth", 1.0, 1.05, reason)


async def _soak(server, size: Size) -> tuple[list[float], list[float]]:
    """Keep a crowd moving; in each round a quarter of it leaves and as many join."""
    n_visitors = max(4, size.crowds[0])
    groups = [Crowd(server.address, n_visitors // 4) for _ in range(4)]
    for group in groups:
        await group.join()
    moves, memory = [], []
    end, began = time.perf_counter() + size.soak_s, time.perf_counter()
    while time.perf_counter() < end:
        await asyncio.gather(*(group.play(2, 1.0) for group in groups))
        for group in groups:
            moves += group.figures.moves_s
            group.figures.moves_s.clear()
        if time.perf_counter() - began > size.soak_s / 10 or not memory:
            memory.append(memory_mib(server, "VmRSS"))
        leaving = random.randrange(4)
        await groups[leaving].leave()
        groups[leaving] = Crowd(server.address, n_visitors // 4)
        await groups[leaving].join()
    for group in groups:
        await group.leave()
    return moves, memory[1:] or memory
