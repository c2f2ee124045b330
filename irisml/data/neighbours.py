"""Nearest neighbours of a flower in the data set."""

from collections.abc import Sequence
from dataclasses import dataclass

from irisml.data.datasets import Dataset
from irisml.domain.measurements import SPECIES, Measurement


@dataclass(frozen=True, slots=True)
class NearFlower:
    """A flower of the data set, and its distance from the query.

    Parameters
    ----------
    row : int
        Row of the data set.
    measurement : Measurement
    species : str
    distance : float
        Euclidean distance over the four lengths, in cm.
    """

    row: int
    measurement: Measurement
    species: str
    distance: float


def nearest_flowers(dataset: Dataset, x: Sequence[float], n: int = 5) -> tuple[NearFlower, ...]:
    """Return the *n* flowers of a data set that are nearest to *x*, the nearest first.

    Examples
    --------
    >>> from irisml import load_iris
    >>> nearest_flowers(load_iris(), [5.1, 3.5, 1.4, 0.2], n=1)[0].row
    0
    """
    distances = ((dataset.X - list(x)) ** 2).sum(axis=1) ** 0.5
    rows = distances.argsort(kind="stable")[:n].tolist()
    return tuple(
        NearFlower(
            row, Measurement.from_vector(dataset.X[row].tolist()), SPECIES[dataset.y[row]], float(distances[row])
        )
        for row in rows
    )


def loneliest_distance(dataset: Dataset) -> float:
    """Return the largest distance from a flower of the data set to its nearest neighbour, in cm.

    A flower that is farther than this from all others is unlike any of them.
    """
    differences = dataset.X[:, None, :] - dataset.X[None, :, :]
    distances = (differences**2).sum(axis=2) ** 0.5
    distances[range(dataset.n_samples), range(dataset.n_samples)] = float("inf")
    return float(distances.min(axis=1).max())
