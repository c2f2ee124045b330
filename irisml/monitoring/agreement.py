"""Labels of a hall: how many agree on the species of a flower, and which flowers can be learned from."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from irisml.domain.intervals import wilson_interval
from irisml.domain.measurements import FEATURES, SPECIES, predicted_species
from irisml.model.forest import Forest
from irisml.monitoring.events import Lengths

FEWEST_LABELS, LEAST_AGREEMENT = 5, 0.8
"""A flower is learned from if so many phones said its species, and so many of them the same one."""


@dataclass(frozen=True, slots=True)
class LabelledFlower:
    """What the hall says of one flower.

    Parameters
    ----------
    x : tuple of float, length 4
        Lengths in cm.
    counts : tuple of int, length 3
        Phones that named each species.
    """

    x: Lengths
    counts: tuple[int, ...]

    @property
    def n(self) -> int:
        """Phones that labelled it."""
        return sum(self.counts)

    @property
    def species(self) -> int:
        """The species that most phones named; the first of equals."""
        return self.counts.index(max(self.counts))

    @property
    def agreement(self) -> float:
        """Share of the phones that named it, in [0, 1]; 0 without labels."""
        return max(self.counts) / self.n if self.n else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's interval of the agreement; *n* must be at least 1."""
        return wilson_interval(max(self.counts), self.n)

    @property
    def is_agreed(self) -> bool:
        """Whether it can be learned from."""
        return self.n >= FEWEST_LABELS and self.agreement >= LEAST_AGREEMENT


def labelled_flowers(flowers: Sequence[Lengths], answers: Sequence[tuple[int, int, int]]) -> tuple[LabelledFlower, ...]:
    """Count the labels of each flower.

    Parameters
    ----------
    flowers : sequence of (float, float, float, float)
    answers : sequence of (int, int, int)
        Phone, flower, and species as an index into `SPECIES`.

    Examples
    --------
    >>> [flower] = labelled_flowers([(6.0, 2.7, 5.1, 1.6)], [(phone, 0, 1) for phone in range(5)])
    >>> flower.is_agreed, SPECIES[flower.species]
    (True, 'versicolor')
    """
    counts: dict[int, Counter[int]] = {place: Counter() for place in range(len(flowers))}
    for _, place, choice in answers:
        counts[place][choice] += 1
    return tuple(
        LabelledFlower(x, tuple(counts[place][k] for k in range(len(SPECIES)))) for place, x in enumerate(flowers)
    )


def n_same(flowers: Sequence[LabelledFlower], forest: Forest) -> int:
    """Return for how many of the agreed flowers a forest predicts what the hall said: its quality on served data."""
    return sum(
        SPECIES[flower.species] == predicted_species(forest.predict_proba(flower.x))
        for flower in flowers
        if flower.is_agreed
    )


def labelled_csv(flowers: Sequence[LabelledFlower]) -> bytes:
    """Return the flowers that the hall agrees on as a file to make a data set of."""
    lines = [",".join((*FEATURES, "species"))]
    lines += [",".join([*map(repr, flower.x), SPECIES[flower.species]]) for flower in flowers if flower.is_agreed]
    return ("\n".join(lines) + "\n").encode()
