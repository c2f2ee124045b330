"""The API under 200 requests a second, beside moving visitors."""

import asyncio
import json
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

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
    body = json.dumps(dict(zip(FEATURES, TALK_SAMPLE, strict=True)))
    request = f"POST /api/predict HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()
    host, port = address.removeprefix("http://").split(":")

    async def client(first: float) -> None:
        """Ask four times a second over one connection; a library would take more of this machine than the API does."""
        reader, writer = await asyncio.open_connection(host, int(port))
        for k in range(4 * seconds):
            await asyncio.sleep(first + k / 4 - time.perf_counter())
            start = time.perf_counter()
            writer.write(request)
            head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
            assert head.startswith("http/1.1 200"), head
            await reader.readexactly(int(head.partition("content-length: ")[2].partition("\r")[0]))
            times.append(time.perf_counter() - start)
        writer.close()

    urllib.request.urlopen(f"{address}/api/openapi.json").read()  # the first request loads the API
    began = time.perf_counter() + 1
    clients = [client(began + k / _PER_S) for k in range(_PER_S // 4)]
    moving = [crowd.play(seconds, 1.0)] if n_visitors else []
    await asyncio.gather(*clients, *moving)
    await crowd.leave()
    return times
