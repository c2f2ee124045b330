"""How many answers it takes until the watch finds a drift, and how often it raises an alarm without one."""

import random
from collections.abc import Callable, Mapping
from functools import cache

from irisml.data.datasets import Dataset, load_iris
from irisml.domain.measurements import SPECIES, predicted_species
from irisml.model.config import TrainingConfig
from irisml.model.forest import Forest
from irisml.monitoring.drift import Flower, length_drifts
from irisml.monitoring.events import Lengths
from irisml.training.export import export_forest
from irisml.training.fitting import train
from irisml.training.splits import fixed_split

HALLS = 1000
SIZES = (30, 40, 60, 80, 120, 160, 240, 320, 480, 640, 960, 1280)
FOUND = 0.8
"""Share of the halls in which a drift has to be found."""
Drift = Callable[[Lengths, int], Lengths]

DRIFTS: Mapping[str, Drift] = {
    "petals 0.5 cm longer": lambda x, species: (x[0], x[1], x[2] + 0.5, x[3]),
    "sepals 0.5 cm longer": lambda x, species: (x[0] + 0.5, *x[1:]),
    "petal width in mm": lambda x, species: (*x[:3], 10 * x[3]),
    "sepals of virginica 0.5 cm longer": lambda x, species: (
        (x[0] + 0.5, *x[1:]) if SPECIES[species] == "virginica" else x
    ),
    "petals of virginica 0.5 cm longer": lambda x, species: (
        (*x[:2], x[2] + 0.5, x[3]) if SPECIES[species] == "virginica" else x
    ),
}


def hall(flowers: Dataset, forest: Forest, n: int, seed: int, drift: Drift) -> list[Flower]:
    """Return what a hall asks and is answered: *n* real flowers, drawn with replacement, each changed by *drift*."""
    draw = random.Random(seed)
    rows = [draw.randrange(flowers.n_samples) for _ in range(n)]
    asked = [drift(_lengths(flowers.X[row].tolist()), int(flowers.y[row])) for row in rows]
    return [(x, _answer(forest, x)) for x in asked]


def _answer(forest: Forest, x: Lengths) -> str:
    if x not in _answers:
        _answers[x] = predicted_species(forest.predict_proba(x))
    return _answers[x]


_answers: dict[Lengths, str] = {}


def alarm_rate(drift: Drift, n: int, halls: int = HALLS) -> float:
    """Return the share of simulated halls of *n* answers that raise an alarm."""
    iris, forest = load_iris(), _forest()
    train_rows = fixed_split(iris).train
    learned = [(_lengths(iris.X[row].tolist()), SPECIES[iris.y[row]]) for row in train_rows]
    alarms = 0
    for seed in range(halls):
        alarms += any(one.drifted for one in length_drifts(hall(iris, forest, n, seed, drift), learned))
    return alarms / halls


@cache
def _forest() -> Forest:
    iris = load_iris()
    return export_forest(train(iris, TrainingConfig()), iris)


def main() -> None:
    """Print the table of docs/watching.md."""
    print(f"| drift | answers until {FOUND:.0%} of the halls raise an alarm | found with 60 | found with 320 |")
    print("|---|---|---|---|")
    for name, drift in DRIFTS.items():
        needed = next((n for n in SIZES if alarm_rate(drift, n, 200) >= FOUND), "more than " + str(SIZES[-1]))
        print(f"| {name} | {needed} | {alarm_rate(drift, 60):.1%} | {alarm_rate(drift, 320):.1%} |")
    for n in (30, 60, 320, 1280):
        print(f"| none, {n} answers | {alarm_rate(lambda x, species: x, n):.1%} raise an alarm | | |")


def _lengths(x: list[float]) -> Lengths:
    sepal_length, sepal_width, petal_length, petal_width = x
    return sepal_length, sepal_width, petal_length, petal_width


if __name__ == "__main__":
    main()
