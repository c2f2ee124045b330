"""From a promotion to the untouched pages of a full hall: how long until each is told."""

import asyncio
import random
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2

from benchmarks.row import Row
from benchmarks.servers import irisml
from benchmarks.size import Size
from benchmarks.visitors import Crowd, quantile
from irisml import FolderRegistry
from irisml.releases.champion import promote

EVERY_S, JITTER = 4.0, 0.1
"""As in web/frame/scripts/news.js."""
LIMIT_S = 30


async def told_s(address: str, registry: Path, version: int, n_pages: int) -> list[float]:
    """Keep pages open that ask as a browser does, promote a version, and return when each was told, in seconds."""
    crowd = Crowd(address, n_pages)
    await crowd.join()
    promoted = asyncio.Event()
    began = 0.0

    async def page(client: httpx2.AsyncClient) -> float:
        await asyncio.sleep(random.random() * EVERY_S)
        while True:
            said = (await client.get(f"{address}/api/live/now")).json()
            if promoted.is_set() and said["version"] == version:
                return time.perf_counter() - began
            await asyncio.sleep(EVERY_S * (1 + JITTER * (2 * random.random() - 1)))

    async with httpx2.AsyncClient(timeout=LIMIT_S) as client:
        pages = [asyncio.create_task(page(client)) for _ in range(n_pages)]
        await asyncio.sleep(2 * EVERY_S)
        began = time.perf_counter()
        await asyncio.to_thread(promote, FolderRegistry(registry), version, "a benchmark")
        promoted.set()
        told = await asyncio.gather(*pages)
    await crowd.leave()
    return sorted(told)


def rows(registry: Path, size: Size) -> Iterator[Row]:
    """Promote version 1 before the eyes of the largest crowd."""
    n_pages = size.crowds[-1]
    with irisml(registry) as app:
        told = asyncio.run(told_s(app.address, registry, 1, n_pages))
    for share, word in ((0.5, "median"), (0.95, "95 %")):
        name = f"{n_pages} untouched pages, promotion to told, {word}"
        yield Row(name, "s", quantile(told, share), None, "", 0, 5, "each page asks every four seconds")
