"""Simulated halls: events drawn from the 150 flowers, and planted drifts."""

import random
from collections.abc import Callable

from irisml import load_iris
from irisml.domain.measurements import SPECIES, predicted_species
from irisml.model.forest import Forest
from irisml.monitoring.drift import Flower
from irisml.monitoring.events import Lengths, PredictionEvent

IRIS = load_iris()
FLOWERS: list[Lengths] = [(a, b, c, d) for a, b, c, d in IRIS.X.tolist()]
SPECIES_OF = IRIS.y.tolist()
LEARNED: list[Flower] = [(x, SPECIES[k]) for row, (x, k) in enumerate(zip(FLOWERS, SPECIES_OF, strict=True)) if row % 5]
"""What a version learned from: 120 of the 150."""


def hall(n: int, seed: int, drift: Callable[[Lengths, int], Lengths] = lambda x, species: x) -> list[Lengths]:
    """Return the lengths that a hall asks about: *n* real flowers, each changed by *drift*."""
    draw = random.Random(seed)
    rows = [draw.randrange(len(FLOWERS)) for _ in range(n)]
    return [drift(FLOWERS[row], SPECIES_OF[row]) for row in rows]


def longer_petals(x: Lengths, species: int) -> Lengths:
    """Petals that are 0.5 cm longer."""
    return (x[0], x[1], x[2] + 0.5, x[3])


def in_millimetres(x: Lengths, species: int) -> Lengths:
    """Petal widths in millimetres."""
    return (x[0], x[1], x[2], 10 * x[3])


def one_species(x: Lengths, species: int) -> Lengths:
    """Sepals of virginica, and of no other species, that are 0.5 cm longer."""
    return (x[0] + 0.5, x[1], x[2], x[3]) if SPECIES[species] == "virginica" else x


def answered(asked: list[Lengths], forest: Forest) -> list[Flower]:
    """Return each flower with the species that a forest answers."""
    return [(x, predicted_species(forest.predict_proba(x))) for x in asked]


DRIFTS = {"0.5 cm": longer_petals, "mm": in_millimetres, "one species": one_species}


def event(x: Lengths = (5.1, 3.5, 1.4, 0.2), **changes: object) -> PredictionEvent:
    """Return an event."""
    values = {"time": 0.0, "version": 1, "dataset": 1, "species": "setosa", "probability": 1.0, "outside": False}
    return PredictionEvent(x=x, **{**values, "door": "api", "ms": 0.1, **changes})
