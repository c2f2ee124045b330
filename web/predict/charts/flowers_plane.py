"""Scatter plot of a flower among the real ones, along two features, and its nearest neighbours."""

from dataclasses import dataclass

from markupsafe import Markup

from irisml.data.datasets import Dataset
from irisml.data.neighbours import NearFlower
from irisml.domain.measurements import FEATURES, SPECIES
from web.html.head_row import head_row
from web.html.plane import Plane
from web.html.species_mark import species_label
from web.i18n.text import Language
from web.i18n.vocabulary import SHORT_FEATURE_NAMES


@dataclass(frozen=True, slots=True)
class FlowerPoint:
    """One real flower in the plane: lengths in cm, species as an index into `SPECIES`."""

    row: int
    x: float
    y: float
    species: int


def flowers_plane_table(dataset: Dataset, plane: Plane) -> list[FlowerPoint]:
    """Return the two features of the plane for every flower."""
    column, other = FEATURES.index(plane.x_feature), FEATURES.index(plane.y_feature)
    return [
        FlowerPoint(row, x[column], x[other], k)
        for row, (x, k) in enumerate(zip(dataset.X.tolist(), dataset.y.tolist(), strict=True))
    ]


def flowers_plane_figure(points: list[FlowerPoint], plane: Plane, flower: list[float], language: Language) -> Markup:
    """Draw the flowers as marks, and the visitor's as a ring that follows the sliders."""
    numbers = dict(zip(FEATURES, flower, strict=True))
    counts = [sum(point.species == k for point in points) for k in range(len(SPECIES))]
    alt = language.text(
        "{n} real flowers along two features: {counts}. Your flower is at {x} and {y} cm.",
        n=len(points),
        counts=", ".join(f"{n} {species}" for n, species in zip(counts, SPECIES, strict=True)),
        x=language.number(numbers[plane.x_feature]),
        y=language.number(numbers[plane.y_feature]),
    )
    marks = plane.marks([(point.x, point.y, point.species) for point in points])
    return plane.svg(marks + plane.here(numbers), alt, language)


def nearest_figure(flowers: tuple[NearFlower, ...], language: Language) -> Markup:
    """Draw a table of the nearest real flowers, with their lengths and distances."""
    head = head_row(
        language.text("Nearest real flowers"),
        *(language.text(SHORT_FEATURE_NAMES[feature]) for feature in FEATURES),
        language.text("Distance"),
    )
    body = Markup("").join(_near(flower, language) for flower in flowers)
    return Markup('<table class="figures">{head}<tbody>{body}</tbody></table>').format(head=head, body=body)


def _near(flower: NearFlower, language: Language) -> Markup:
    number = language.text("no. {n}", n=flower.row + 1)
    lengths = Markup("").join(Markup("<td>{}</td>").format(language.number(value)) for value in flower.measurement)
    return Markup('<tr><th scope="row">{} <small>{number}</small></th>{lengths}<td>{}</td></tr>').format(
        species_label(SPECIES.index(flower.species)),
        language.number(flower.distance, 2),
        number=number,
        lengths=lengths,
    )
