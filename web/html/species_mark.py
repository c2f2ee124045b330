"""Appearance of a species: a mark, a colour, a Latin name in italics.

Colours are set by the classes s0, s1, s2 (styles/species.css), and by colour names of the theme in
Streamlit widgets; the marks are defined here, in the order of `SPECIES`.
"""

from functools import cache

from markupsafe import Markup

from irisml.domain.measurements import SPECIES

_SHAPES = (
    Markup('<circle cx="8" cy="8" r="6"/>'),
    Markup('<path d="M8 .8 15.2 8 8 15.2.8 8Z"/>'),
    Markup('<path d="M8 1.2 15.4 14.2H.6Z"/>'),
)
_CHARACTERS = ("●", "◆", "▲")
_THEME_COLOURS = ("orange", "violet", "blue")  # .streamlit/config.toml maps them to the species' colours
PLOTLY_SYMBOLS = ("circle", "diamond", "triangle-up")


@cache
def species_mark(species: int) -> Markup:
    """Return the mark of a species: circle, diamond, triangle; hidden from screen readers (the name follows)."""
    return Markup('<svg class="mark s{species}" viewBox="0 0 16 16" aria-hidden="true">{}</svg>').format(
        _SHAPES[species], species=species
    )


@cache
def species_label(species: int) -> Markup:
    """Return mark and Latin name as HTML."""
    return Markup('{}<i lang="la">{}</i>').format(species_mark(species), SPECIES[species])


def species_markdown(species: int) -> str:
    """Return mark and Latin name for a widget label, which supports Markdown only.

    Examples
    --------
    >>> species_markdown(0)
    ':orange[●] *setosa*'
    """
    return f":{_THEME_COLOURS[species]}[{_CHARACTERS[species]}] *{SPECIES[species]}*"


def mark_path(species: int, x: float, y: float, size: float) -> str:
    """Return the mark as SVG path data around (x, y); all three have about the same area for the same *size*.

    Examples
    --------
    >>> mark_path(1, 10, 20, 2)
    'M10 17.5l2.5 2.5-2.5 2.5-2.5-2.5Z'
    """
    if species == 0:
        return f"M{x - size:g} {y:g}a{size:g} {size:g} 0 1 0 {2 * size:g} 0a{size:g} {size:g} 0 1 0-{2 * size:g} 0Z"
    if species == 1:
        half = 1.25 * size
        return f"M{x:g} {y - half:g}l{half:g} {half:g}-{half:g} {half:g}-{half:g}-{half:g}Z"
    half = 1.3 * size
    return f"M{x:g} {y - half:g}l{half:g} {1.85 * half:g}h-{2 * half:g}Z"
