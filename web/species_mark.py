"""How a species looks wherever it is named: a mark, a colour, a Latin name in italics.

The one place that says so: colours by the class s0, s1, s2 (styles/species.css), marks here,
in the order of `SPECIES`.
"""

from irisml.measurements import SPECIES

_SHAPES = (
    '<circle cx="8" cy="8" r="6"/>',
    '<path d="M8 .8 15.2 8 8 15.2.8 8Z"/>',
    '<path d="M8 1.2 15.4 14.2H.6Z"/>',
)


def species_mark(species: int) -> str:
    """Return the mark of a species: circle, diamond, triangle; the name beside it says it to screen readers."""
    return f'<svg class="mark s{species}" viewBox="0 0 16 16" aria-hidden="true">{_SHAPES[species]}</svg>'


def species_label(species: int) -> str:
    """Return mark and Latin name."""
    return f'{species_mark(species)}<i lang="la">{SPECIES[species]}</i>'
