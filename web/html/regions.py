"""Decision map: predicted species along two features, with the test flowers and the errors."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from markupsafe import Markup

from irisml.data.datasets import Dataset
from irisml.domain.measurements import FEATURES, SPECIES
from irisml.model.forest import Forest
from irisml.model.regions import Region, decision_regions
from irisml.model.scores import Evaluation
from web.html.plane import Plane
from web.i18n.text import Language


def regions_table(forest: Forest, n_trees: int, flower: Sequence[float], plane: Plane) -> tuple[Region, ...]:
    """Return the regions of the first trees of a forest, as `decision_regions`.

    All visitors who look at the same plane of a version share them: they are computed once, for 50 ms.

    Parameters
    ----------
    forest : Forest
    n_trees : int
        From 1 to the number of trees.
    flower : sequence of float, length 4
        In cm; only the two lengths that the plane does not show matter.
    plane : Plane
    """
    shown = (plane.x_feature, plane.y_feature)
    others = tuple(0.0 if name in shown else value for name, value in zip(FEATURES, flower, strict=True))
    return _regions(forest, n_trees, others, plane)


@lru_cache(maxsize=256)
def _regions(forest: Forest, n_trees: int, flower: tuple[float, ...], plane: Plane) -> tuple[Region, ...]:
    trees = forest if n_trees == len(forest.roots) else forest.first(n_trees)
    return decision_regions(trees, flower, plane.x_feature, plane.y_feature, plane.x_limits, plane.y_limits)


@dataclass(frozen=True, slots=True)
class HeldOutPoint:
    """A test flower in the plane: lengths in cm, true species as an index, whether it was misclassified."""

    row: int
    x: float
    y: float
    species: int
    missed: bool


def held_out_table(dataset: Dataset, evaluation: Evaluation, plane: Plane) -> list[HeldOutPoint]:
    """Return the two features of the plane for every test flower."""
    column, other = FEATURES.index(plane.x_feature), FEATURES.index(plane.y_feature)
    missed = {miss.row for miss in evaluation.misses}
    return [
        HeldOutPoint(row, dataset.X[row, column].item(), dataset.X[row, other].item(), y, row in missed)
        for row, y in zip(evaluation.test_rows, evaluation.y_true, strict=True)
    ]


def regions_figure(
    regions: Sequence[Region], points: Sequence[HeldOutPoint], plane: Plane, flower: list[float], language: Language
) -> Markup:
    """Draw the regions, the test flowers, a red ring around each error, and the visitor's flower."""
    numbers = dict(zip(FEATURES, flower, strict=True))
    shares = dict.fromkeys(SPECIES, 0.0)
    for region in regions:
        shares[region.species] += (region.x_high - region.x_low) * (region.y_high - region.y_low)
    whole = sum(shares.values())
    areas_said = ", ".join(f"{species} {language.percentage(area / whole)}" for species, area in shares.items())
    alt = language.text("Area of the plane predicted as each species: {shares}.", shares=areas_said)
    if points:
        counted = language.text(
            "{n} test flowers, {n_missed} misclassified.",
            n=len(points),
            n_missed=sum(point.missed for point in points),
        )
        alt = f"{alt} {counted}"
    areas = region_areas(regions, plane)
    marks = plane.marks([(point.x, point.y, point.species) for point in points])
    rings = plane.rings([(point.x, point.y) for point in points if point.missed])
    return plane.svg(areas + marks + rings + plane.here(numbers), alt, language)


def region_areas(regions: Sequence[Region], plane: Plane) -> Markup:
    """Draw the regions alone: one path for each species."""
    return Markup("").join(_areas(k, regions, plane) for k in range(len(SPECIES)))


def _areas(species: int, regions: Sequence[Region], plane: Plane) -> Markup:
    data = "".join(
        f"M{plane.x(r.x_low):g} {plane.y(r.y_high):g}H{plane.x(r.x_high):g}V{plane.y(r.y_low):g}H{plane.x(r.x_low):g}Z"
        for r in regions
        if r.species == SPECIES[species]
    )
    return Markup('<path class="region s{species}" d="{data}"/>').format(species=species, data=data)
