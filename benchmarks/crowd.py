"""Visitors by websocket: one, a class and a hall, who move, join, change pages and leave."""

import asyncio
import random
import re
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx2

from benchmarks.row import Row
from benchmarks.servers import cpu_s, irisml, memory_mib, page
from benchmarks.size import Size
from benchmarks.visitors import Crowd, quantile, visit, visit_in_turn
from irisml import TrainingConfig, TrainingJob
from web.server.idle_work import EVERY_S

BARE = "four bare sliders"
_REASON = "the page does what four sliders do, and shows more"
_PAGES = ("quality", "train", "pipeline", "share", "")
_ADDRESS = re.compile(r'(?:href|src)="\./((?:static|api)/[^"]+)"')


def rows(registry: Path, size: Size) -> Iterator[Row]:
    """Measure irisml and four bare sliders in turn."""
    with ExitStack() as servers:
        ours = servers.enter_context(irisml(registry))
        bare = servers.enter_context(page(registry, "bare_page"))
        both = [ours.address, bare.address]
        for address in both:
            asyncio.run(visit(address, 1, 10, None))  # the first visitor waits for what is loaded on demand
        yield from _one(both, size)
        for n_visitors in size.crowds:
            yield from _many(both, n_visitors, size)
        yield Row("peak memory with them", "MiB", memory_mib(ours), memory_mib(bare), BARE, 1.0, None, _REASON)
        yield from _joins([ours, bare], size.crowds[-1], size)
        yield from _page_changes(ours.address, size)
        yield from _during_a_training(ours.address, registry, size)
    yield from _first_table(registry, size)


def _one(both: list[str], size: Size) -> Iterator[Row]:
    turns = [[asyncio.run(visit(address, 1, 10 * size.n_moves, None)) for address in both] for _ in range(size.rounds)]
    for share, word in ((0.5, "median"), (0.95, "95 %")):
        ours, bare = (quantile([turn[i].move_ms(share) for turn in turns], 0.5) for i in (0, 1))
        yield Row(f"one visitor, move to answer, {word}", "ms", ours, bare, BARE, 1.0, 1.1, _REASON)
    ours, bare = (turns[0][i].bytes_a_move for i in (0, 1))
    yield Row("one visitor, received for a move", "bytes", ours, bare, BARE, 1.0, None, "the flower is sent again")


def _many(both: list[str], n_visitors: int, size: Size) -> Iterator[Row]:
    crowds = asyncio.run(visit_in_turn(both, n_visitors, size.n_moves, 1.0, size.rounds))
    name = f"{n_visitors} visitors, one move a second"
    for share, word in ((0.5, "median"), (0.95, "95 %")):
        ours, bare = (crowd.figures.move_ms(share) for crowd in crowds)
        yield Row(f"{name}, {word}", "ms", ours, bare, BARE, 1.0, 1.3, _REASON)
    lost = crowds[0].figures.n_lost
    yield Row(f"{name}, without an answer in a minute", "moves", lost, None, "", 0, 0, "none may be lost")
    stale = sum(visitor.n_stale for visitor in crowds[0].visitors)
    yield Row(f"{name}, stale answers", "answers", stale, None, "", 0, 0, "an answer is for the flower on the screen")


def _joins(both: list, n_visitors: int, size: Size) -> Iterator[Row]:
    """Open the page in turn, then once more as a phone with an empty cache does, files included."""
    turns, cpu = [], []
    for _ in range(min(3, size.rounds)):
        crowds = [Crowd(server.address, n_visitors) for server in both]
        for crowd in crowds:
            asyncio.run(_join_and_leave(crowd))
        turns.append([crowd.figures.joined_s for crowd in crowds])
    joined = [quantile([turn[i] for turn in turns], 0.5) for i in (0, 1)]
    for server in both:
        before = cpu_s(server)
        asyncio.run(_join_and_leave(Crowd(server.address, n_visitors), files=True))
        cpu.append((cpu_s(server) - before) / n_visitors)
    reason = "a page with 35 elements costs more than one with 8"
    yield Row(f"{n_visitors} visitors join, all drawn", "s", joined[0], joined[1], BARE, 1.0, 1.5, reason)
    name = f"{n_visitors} visitors join without a cache, server's CPU time for each"
    yield Row(name, "s", cpu[0], cpu[1], BARE, 0, None, "packed files cost less to send")


async def _join_and_leave(crowd: Crowd, *, files: bool = False) -> None:
    async with httpx2.AsyncClient(timeout=60, headers={"accept": "text/html", "accept-encoding": "gzip, br"}) as client:
        address = crowd.visitors[0].address.replace("ws", "http", 1).removesuffix("/_stcore/stream")

        async def receive_files() -> None:
            document = (await client.get(address)).text
            for name in _ADDRESS.findall(document):
                async with client.stream("GET", f"{address}/{name}") as answer:
                    async for _ in answer.aiter_raw():
                        pass

        await crowd.join(before=receive_files if files else None)
    await crowd.leave()


def _page_changes(address: str, size: Size) -> Iterator[Row]:
    async def walk() -> Crowd:
        crowd = Crowd(address, size.crowds[0])
        await crowd.join()
        await crowd.turn_pages(_PAGES)
        await crowd.leave()
        return crowd

    times = asyncio.run(walk()).figures.pages_s
    name = f"{size.crowds[0]} visitors change the page at once, 95 %"
    yield Row(name, "s", quantile(times, 0.95), None, "", 0, None, "each page is drawn for each visitor")


def _during_a_training(address: str, registry: Path, size: Size) -> Iterator[Row]:
    async def play(crowd: Crowd) -> list[float]:
        crowd.figures.moves_s.clear()
        await crowd.play(size.n_moves, 1.0)
        return list(crowd.figures.moves_s)

    async def compare() -> tuple[list[float], list[float]]:
        crowd = Crowd(address, size.crowds[0])
        await crowd.join()
        quiet, busy = [], []
        for k in range(size.rounds):
            quiet += await play(crowd)
            job = TrainingJob(TrainingConfig(random_state=random.randrange(1000) + 1000 * k), str(registry))
            busy += await play(crowd)
            await asyncio.to_thread(job.cancel)
        await crowd.leave()
        return quiet, busy

    quiet, busy = asyncio.run(compare())
    times = [1000 * quantile(moves, 0.95) for moves in (busy, quiet)]
    reason = "the training has a process of its own, with low priority"
    yield Row(
        f"{size.crowds[0]} visitors during a training, 95 %", "ms", *times, "without a training", 1.0, 1.5, reason
    )


def _first_table(registry: Path, size: Size) -> Iterator[Row]:
    """Let the first visitor after a start open Data, which needs pandas and plotly, while others move."""

    async def stall(address: str) -> float:
        crowd, other = Crowd(address, size.crowds[0]), Crowd(address, 1)
        await crowd.join()
        await other.join()
        await crowd.play(1, 1.0)
        crowd.figures.moves_s.clear()
        await asyncio.gather(crowd.play(max(3, size.n_moves // 2), 1.0), other.turn_pages(["data"]))
        await crowd.leave()
        return max(crowd.figures.moves_s)

    with irisml(registry) as server:
        time.sleep(EVERY_S + 4)  # a hall fills later than this after a start
        longest = 1000 * asyncio.run(stall(server.address))
    name = f"longest wait of {size.crowds[0]} visitors while the first table is opened"
    yield Row(name, "ms", longest, None, "", 0, 200, "one page more is drawn")
