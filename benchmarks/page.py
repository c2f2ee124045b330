"""Landing page and bare page, measured alternately in one run; and the landing page during a training."""

import asyncio
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from benchmarks.visitors import Figures, visit, visit_in_turn
from irisml import TrainingConfig, TrainingJob
from tools.served_app import served

ROUNDS = 5
CROWD_ROUNDS = 6


def figures(address: str, n_visitors: int = 1, n_moves: int = 150, moves_per_s: float | None = None) -> Figures:
    """Run simulated visitors and return their measurements."""
    return asyncio.run(visit(address, n_visitors, n_moves, moves_per_s))


def rows(registry: Path) -> list[tuple[str, float, float]]:
    """Return the name of each benchmark, its value and its baseline."""
    with ExitStack() as servers:
        page = servers.enter_context(served(registry)).address
        bare = servers.enter_context(served(registry, "benchmarks/bare_page.py", "_stcore/health")).address
        for address in (page, bare):
            figures(address)  # the first visitor after a start waits for what is loaded on demand
        pairs = [(figures(page), figures(bare)) for _ in range(ROUNDS)]
        crowds = asyncio.run(visit_in_turn([page, bare], 120, 3, 1.0, CROWD_ROUNDS))
        halls = [figures(address, 200, 1, moves_per_s=1) for address in (page, bare)]
        quiet = figures(page)
        job = TrainingJob(TrainingConfig(random_state=99), str(registry))
        busy = figures(page)
        assert job.running, "the training ended before the visitor did; the measurement is invalid"
        job.cancel()

    def medians(share: float) -> tuple[float, float]:
        return tuple(median(pair[i].move_ms(share) for pair in pairs) for i in (0, 1))

    return [
        ("one visitor, per move: ms, median / bare page", *medians(0.5)),
        ("one visitor, per move: ms, 95 % / bare page", *medians(0.95)),
        ("one visitor, per move: bytes / bare page", pairs[0][0].bytes_a_move, pairs[0][1].bytes_a_move),
        ("one visitor, per move during a training: ms, median / no training", busy.move_ms(0.5), quiet.move_ms(0.5)),
        ("120 visitors, 1 move per second: ms, median / bare page", *(crowd.move_ms(0.5) for crowd in crowds)),
        ("120 visitors, 1 move per second: ms, 95 % / bare page", *(crowd.move_ms(0.95) for crowd in crowds)),
        ("200 visitors join: s / bare page", *(hall.joined_s for hall in halls)),
    ]
