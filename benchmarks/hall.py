"""The hall: from the tap on a phone to the wall, in every mode, and whether the wall counts every answer."""

import asyncio
import random
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2

from benchmarks.row import Row
from benchmarks.servers import irisml
from benchmarks.size import Size
from benchmarks.visitors import Crowd, Visitor, quantile
from irisml import FolderRegistry, TrainingConfig, load_iris, train_version
from irisml.domain.measurements import SPECIES
from web.html.wall_plane import PLANE
from web.state.hall import QUESTIONS_PER_PHONE

_POLL_S = 1.0
_MOST_S = 2.0


@dataclass
class Wall:
    """A wall: it asks once a second, and notes when it has seen what."""

    address: str
    polls: list[tuple[float, dict[str, Any]]] = field(default_factory=list)

    async def run(self) -> None:
        """Ask until cancelled."""
        async with httpx2.AsyncClient(timeout=30) as client:
            while True:
                began = time.perf_counter()
                answer = await client.get(f"{self.address}/api/hall/wall")
                self.polls.append((time.perf_counter(), answer.json()))
                await asyncio.sleep(max(0.0, _POLL_S - (time.perf_counter() - began)))

    def seen_at(self, is_seen: Callable[[dict[str, Any]], bool], after: float) -> float | None:
        """Return when a poll first showed something; None if none did."""
        return next((at for at, now in self.polls if at > after and is_seen(now)), None)


def rows(registry: Path, size: Size) -> Iterator[Row]:
    """Measure each mode with the largest crowd."""
    store = FolderRegistry(registry)
    if store.alias("challenger") is None:
        train_version(store, TrainingConfig(random_state=7), as_challenger=True)
    n = size.crowds[-1]
    with irisml(registry) as server:
        delays, lost = asyncio.run(_measure(server.address, n, size))
    for mode, times in delays.items():
        reason = "the wall asks once a second, and its answer is made at most twice a second"
        p95 = quantile(times, 0.95)
        yield Row(f"{n} phones, {mode}: tap to wall, 95 %", "s", p95, None, "", 0, _MOST_S, reason)
    name = f"{n} phones: answers that the wall has not counted"
    yield Row(name, "answers", lost, None, "", 0, 0, "an answer is counted before it is answered")


async def _measure(address: str, n: int, size: Size) -> tuple[dict[str, list[float]], int]:
    crowd, presenter, wall = Crowd(address, n), Visitor(address), Wall(address)
    await crowd.join()
    await presenter.open()
    await presenter.go("wall")
    watching = asyncio.create_task(wall.run())
    delays = {"a flower moves": await _moves(crowd, wall, size)}
    n_lost = 0
    for mode, opening, answers in (
        ("a round", "Open a round", QUESTIONS_PER_PHONE),
        ("labelling", "Open labelling", QUESTIONS_PER_PHONE),
        ("a vote", "Open a vote", 1),
    ):
        await presenter.press(opening)
        times = await _answers(crowd, wall, answers)
        delays[mode], expected = times, n * answers
        await presenter.go("wall")
        n_lost += expected - wall.polls[-1][1]["answers"]
        await presenter.press("Drop the answers")
    watching.cancel()
    with suppress(asyncio.CancelledError):
        await watching
    await crowd.leave()
    await presenter.socket.close()
    return delays, n_lost


async def _moves(crowd: Crowd, wall: Wall, size: Size) -> list[float]:
    """Let each phone move its flower to a place of its own, some times, once a second."""
    iris = load_iris().X.tolist()
    grid = [(10 + i % 60, 1 + i // 60) for i in range(60 * 24)]
    places = random.sample(grid, len(crowd.visitors) * size.n_moves)
    taps: list[tuple[float, float, float]] = []

    async def move(place: int, visitor: Visitor) -> None:
        await asyncio.sleep(random.random())
        for k in range(size.n_moves):
            length, width = (one / 10 for one in places[place * size.n_moves + k])
            due = time.perf_counter() + 2.5
            taps.append((time.perf_counter(), PLANE.x(length), PLANE.y(width)))
            await visitor.set_flower([*iris[place % len(iris)][:2], length, width])
            await asyncio.sleep(max(0.0, due - time.perf_counter()))

    await asyncio.gather(*(move(place, visitor) for place, visitor in enumerate(crowd.visitors)))
    await asyncio.sleep(_POLL_S)
    return [_delay(wall, at, lambda now, x=x, y=y: any(dot[1:3] == [x, y] for dot in now["dots"])) for at, x, y in taps]


async def _answers(crowd: Crowd, wall: Wall, n_answers: int) -> list[float]:
    """Let each phone go to Play and answer, one question a second."""
    taps: list[float] = []

    async def answer(visitor: Visitor) -> None:
        await asyncio.sleep(3 * random.random())
        await visitor.go("play")
        for _ in range(n_answers):
            await asyncio.sleep(0.5 + random.random())
            words = "Keep" if any("Keep" in label for label in visitor.buttons) else random.choice(SPECIES)
            taps.append(time.perf_counter())
            await visitor.press(words)

    await asyncio.gather(*map(answer, crowd.visitors))
    await asyncio.sleep(2 * _POLL_S)
    # Whether a tap is counted: the wall has at least as many answers as there were taps up to this one.
    return [_delay(wall, at, lambda now, n=n: now["answers"] >= n) for n, at in enumerate(taps, 1)]


def _delay(wall: Wall, at: float, is_seen: Callable[[dict[str, Any]], bool]) -> float:
    seen = wall.seen_at(is_seen, at)
    return float("inf") if seen is None else seen - at
