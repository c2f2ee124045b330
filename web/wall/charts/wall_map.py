"""The map of the wall: decision regions, the 150 flowers, and beside it how many phones each version has answered.

wall.js draws the phones over it.
"""

from collections.abc import Sequence

from markupsafe import Markup

from irisml.domain.measurements import SPECIES
from irisml.model.regions import Region
from web.html.plane import Plane
from web.html.regions import region_areas
from web.html.species_mark import mark_path, species_label
from web.i18n.text import Language

_MARK_SIZE = 1.25
"""A real flower is small, so that the phones stand out."""


def wall_map_figure(
    regions: Sequence[Region], flowers: Sequence[tuple[float, float, int]], plane: Plane, language: Language
) -> Markup:
    """Draw the ground, and each flower as a small mark: (petal length, petal width, species)."""
    alt = language.text(
        "Predicted species along petal length and petal width, with {n} real flowers. "
        "The phones of the hall are drawn over it.",
        n=len(flowers),
    )
    names = Markup("").join(Markup('<li class="s{}">{}</li>').format(k, species_label(k)) for k in range(len(SPECIES)))
    svg = plane.svg(region_areas(regions, plane) + plane.marks(flowers, _MARK_SIZE), alt, language)
    return Markup('<ul class="wall-species">{}</ul>{}').format(names, svg)


def wall_key_figure(version: int, language: Language) -> Markup:
    """Draw the number of phones, the bar of the versions, and what the marks mean."""
    return Markup(
        '<div class="wall-side"><p class="big" data-wall="here">0</p><p data-wall="word">{here}</p>'
        '<div class="versions-bar" aria-hidden="true"><span data-wall-share></span></div>'
        '<p class="ends"><span data-wall="newer">v{version} 0</span><span data-wall="older">{space}</span></p>'
        '<ul class="wall-key"><li>{newer_mark}{newer}</li><li data-wall-older>{older_mark}{older}</li>'
        "<li>{flower_mark}{flower}</li></ul>"
        "</div>"
    ).format(
        here=language.text("phones here"),
        version=version,
        space="\N{NO-BREAK SPACE}",  # wall.js changes the text of a node, so there must be one
        newer_mark=_key_mark("newer"),
        newer=language.text("answered by version {version}", version=version),
        older_mark=_key_mark("older"),
        older=language.text("still by the one before"),
        flower_mark=_flower_mark(),
        flower=language.text("one of the 150 flowers"),
    )


def _key_mark(age: str) -> Markup:
    return Markup(
        '<svg viewBox="-5 -5 10 10" aria-hidden="true"><g class="phone s1 {}"><circle r="3.3"/><path d="{}"/></g></svg>'
    ).format(age, mark_path(1, 0, 0, 1.4))


def _flower_mark() -> Markup:
    return Markup('<svg viewBox="-5 -5 10 10" aria-hidden="true"><path class="flower s1" d="{}"/></svg>').format(
        mark_path(1, 0, 0, 2)
    )
