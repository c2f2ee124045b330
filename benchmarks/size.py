"""How much a run measures."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    """Numbers of visitors, moves and rounds.

    Parameters
    ----------
    crowds : tuple of int
        Visitors at once.
    n_moves : int
        Moves of each visitor in a round, and of the single visitor times ten.
    rounds : int
        Turns of each server.
    soak_s : float
        Length of the soak in seconds.
    slow_network : bool
        Whether pages are also opened through the network of a phone.
    """

    crowds: tuple[int, ...]
    n_moves: int
    rounds: int
    soak_s: float
    slow_network: bool


FULL = Size(crowds=(50, 200), n_moves=6, rounds=5, soak_s=600, slow_network=True)
SHORT = Size(crowds=(3,), n_moves=2, rounds=1, soak_s=2, slow_network=False)
