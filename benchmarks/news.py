"""From a promotion to the untouched pages of a full hall: how long until each is told."""

import asyncio
import random
import time
from pathlib import Path

import httpx2

from benchmarks.visitors import Crowd
from irisml import FolderRegistry
from irisml.releases.champion import promote
from tools.served_app import served

N_PAGES = 200
EVERY_S, JITTER = 4.0, 0.1
"""As in web/frame/scripts/news.js."""
LIMIT_S = 30


async def told_s(address: str, registry: Path, version: int) -> list[float]:
    """Keep 200 pages open that ask as a browser does, promote a version, and return when each was told, in seconds."""
    crowd = Crowd(address, N_PAGES)
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
        pages = [asyncio.create_task(page(client)) for _ in range(N_PAGES)]
        await asyncio.sleep(2 * EVERY_S)
        began = time.perf_counter()
        await asyncio.to_thread(promote, FolderRegistry(registry), version, "a benchmark")
        promoted.set()
        told = await asyncio.gather(*pages)
    await crowd.leave()
    return sorted(told)


def rows(registry: Path, version: int) -> list[tuple[str, float, float]]:
    """Return the median and the 95th percentile, beside the limit of five seconds."""
    with served(registry) as app:
        told = asyncio.run(told_s(app.address, registry, version))
    name = f"{N_PAGES} untouched pages, promotion to told: s, {{}} / limit"
    return [(name.format(word), told[int(share * N_PAGES)], 5.0) for word, share in (("median", 0.5), ("95 %", 0.95))]
