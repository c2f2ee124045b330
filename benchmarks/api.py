"""The API under 200 requests a second, beside moving visitors."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2

from benchmarks.row import Row
from benchmarks.servers import irisml
from benchmarks.size import Size
from benchmarks.visitors import Crowd, quantile
from irisml.domain.measurements import FEATURES, TALK_SAMPLE

_PER_S = 200


def rows(registry: Path, size: Size) -> Iterator[Row]:
    """Ask without visitors, and beside half of the largest crowd."""
    n_visitors = size.crowds[-1] // 2
    seconds = max(2, size.n_moves)
    with irisml(registry) as server:
        for n, most in ((0, None), (n_visitors, 10.0)):
            times = asyncio.run(_asked(server.address, n, seconds))
            name = f"POST /api/predict, {_PER_S} a second beside {n} moving visitors, 95 %"
            yield Row(name, "ms", 1000 * quantile(times, 0.95), None, "", 0, most, "shares one process with the pages")


async def _asked(address: str, n_visitors: int, seconds: int) -> list[float]:
    crowd = Crowd(address, n_visitors)
    await crowd.join()
    times: list[float] = []
    body = dict(zip(FEATURES, TALK_SAMPLE, strict=True))
    async with httpx2.AsyncClient(timeout=60) as client:
        await client.post(f"{address}/api/predict", json=body)

        async def ask(due: float) -> None:
            await asyncio.sleep(due - time.perf_counter())
            start = time.perf_counter()
            answer = await client.post(f"{address}/api/predict", json=body)
            assert answer.status_code == 200, answer.text
            times.append(time.perf_counter() - start)

        began = time.perf_counter() + 0.5
        asked = [ask(began + k / _PER_S) for k in range(_PER_S * seconds)]
        moving = [crowd.play(seconds, 1.0)] if n_visitors else []
        await asyncio.gather(*asked, *moving)
    await crowd.leave()
    return times
