"""Decision regions of a forest in the plane of two features; exact, because trees predict in rectangles."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from irisml.domain.measurements import FEATURES, predicted_species
from irisml.model.forest import Forest


@dataclass(frozen=True, slots=True)
class Region:
    """A rectangle with one predicted species.

    Parameters
    ----------
    species : str
    x_low, x_high, y_low, y_high : float
        In cm.
    """

    species: str
    x_low: float
    x_high: float
    y_low: float
    y_high: float


def decision_regions(
    forest: Forest,
    flower: Sequence[float],
    x_feature: str,
    y_feature: str,
    x_limits: tuple[float, float],
    y_limits: tuple[float, float],
) -> tuple[Region, ...]:
    """Cut the plane of two features at the forest's thresholds, and predict once in each rectangle.

    Parameters
    ----------
    forest : Forest
    flower : sequence of float, length 4
        Lengths in cm; the two other features keep these values.
    x_feature, y_feature : str
        Two different `FEATURES`.
    x_limits, y_limits : tuple of (float, float)
        Limits of the plane, in cm.

    Returns
    -------
    tuple of Region
        Row by row from the bottom; together they cover the plane, and neighbours in a row differ in species.

    Examples
    --------
    >>> forest = Forest(
    ...     roots=(0,), feature=(2, -1, -1), index=(0, 0, 1), right=(2, 0, 0), thresholds=(2.5,),
    ...     leaves=((1.0, 0.0, 0.0), (0.0, 0.5, 0.5)), training_range=((4.3, 7.9),) * 4,
    ...     n_node_samples=(100, 25, 75))
    >>> regions = decision_regions(forest, [5, 3, 1, 1], "petal_length", "petal_width", (1, 7), (0, 2.5))
    >>> [(region.species, region.x_low, region.x_high) for region in regions]
    [('setosa', 1, 2.5), ('versicolor', 2.5, 7)]
    """
    column, row = FEATURES.index(x_feature), FEATURES.index(y_feature)
    regions = []
    for y_low, y_high in pairwise(_cuts(forest, row, y_limits)):
        asked = list(flower)
        asked[row] = (y_low + y_high) / 2
        open_region: Region | None = None
        for x_low, x_high in pairwise(_cuts(forest, column, x_limits)):
            asked[column] = (x_low + x_high) / 2
            species = predicted_species(forest.predict_proba(asked))
            if open_region and open_region.species == species:
                open_region = Region(species, open_region.x_low, x_high, y_low, y_high)
            else:
                regions += [open_region] if open_region else []
                open_region = Region(species, x_low, x_high, y_low, y_high)
        regions += [open_region] if open_region else []
    return tuple(regions)


def _cuts(forest: Forest, column: int, limits: tuple[float, float]) -> list[float]:
    low, high = limits
    thresholds = {
        forest.thresholds[index] for f, index in zip(forest.feature, forest.index, strict=True) if f == column
    }
    return [low, *sorted(t for t in thresholds if low < t < high), high]
