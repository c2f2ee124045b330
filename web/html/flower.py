"""An iris seen from above, to scale (1 cm = 10 units), as a string of SVG."""

from collections.abc import Mapping
from functools import cache

from markupsafe import Markup

from web.html.live_text import live_label, live_numbers, live_text
from web.i18n.text import Language

# One sepal and one petal in a unit box: x from 0 (throat) to 1 (tip), half-width 0.5.
_FALL = (
    "M0-.07C.2-.1.3-.2.42-.37.52-.5.68-.54.82-.47.94-.41.98-.28 1-.16.99-.07.97-.04.97 0 "
    ".97.04.99.07 1 .16.98.28.94.41.82.47.68.54.52.5.42.37.3.2.2.1 0 .07Z"
)
_STANDARD = (
    "M0-.12C.2-.16.36-.3.5-.42.64-.53.82-.51.91-.38.97-.29.98-.16 1 0 "
    ".98.16.97.29.91.38.82.51.64.53.5.42.36.3.2.16 0 .12Z"
)
_FALL_VEINS = (
    "M.05 0H.9M.1-.03Q.4-.08.84-.2M.1.03Q.4.08.84.2M.14-.05Q.4-.18.74-.36M.14.05Q.4.18.74.36"
    "M.2-.08Q.4-.26.57-.43M.2.08Q.4.26.57.43"
)
_STANDARD_VEINS = "M.06 0H.92M.2-.06Q.5-.2.86-.3M.2.06Q.5.2.86.3"
_FALL_ANGLES, _STANDARD_ANGLES = (90, 210, 330), (30, 150, 270)


def flower(numbers: Mapping[str, object], values: Mapping[str, str], language: Language) -> Markup:
    """Draw an iris; sepals hang as falls, petals stand as standards.

    Parameters
    ----------
    numbers : mapping of str to float
        The four `FEATURES` in cm, or what stands for them and has their `repr`.
    values : mapping of str to str
        The same, formatted in the visitor's language.
    """
    label = language.template(
        "Drawing of an iris from above, to scale: sepals {sepal_length} by {sepal_width} cm, "
        "petals {petal_length} by {petal_width} cm"
    )
    petal = language.template("petal {petal_length} × {petal_width}")
    sepal = language.template("sepal {sepal_length} × {sepal_width}")
    return Markup(
        '<svg class="iris" viewBox="-77 -72 154 160" role="img" {label}>{shapes}'
        '<g class="falls" {sepal_size}>{falls}</g><g class="standards" {petal_size}>{standards}</g>'
        '<g class="heart"><path d="M0 0V7M0 0L-6-3.5M0 0L6-3.5"/><circle r="2.2"/></g>'
        '<g class="captions"><path d="M-76 81H-66M-76 79V83M-66 79V83"/><text x="-62" y="83.4">1 cm</text>'
        "{petal}{sepal}</g></svg>"
    ).format(
        label=live_label(label, values),
        shapes=_shapes(),
        sepal_size=live_numbers("sepal_length sepal_width", numbers),
        falls=_whorl("fall", _FALL_ANGLES),
        petal_size=live_numbers("petal_length petal_width", numbers),
        standards=_whorl("standard", _STANDARD_ANGLES),
        petal=live_text("text", Markup('x="76" y="-64" text-anchor="end"'), petal, values),
        sepal=live_text("text", Markup('x="76" y="83.4" text-anchor="end"'), sepal, values),
    )


@cache
def _shapes() -> Markup:
    return Markup(
        '<defs><linearGradient id="fall-paint"><stop class="paint0" offset=".05"/>'
        '<stop class="paint1" offset=".42"/><stop class="paint2" offset="1"/></linearGradient>'
        '<linearGradient id="standard-paint"><stop class="paint1" offset="0"/><stop class="paint3" offset=".9"/>'
        '</linearGradient><g id="fall"><path fill="url(#fall-paint)" class="iris-edge" d="{fall}"/>'
        '<path class="iris-vein" d="{fall_veins}"/><path class="iris-signal" d="M.12 0H.4"/></g>'
        '<g id="standard"><path fill="url(#standard-paint)" class="iris-edge" d="{standard}"/>'
        '<path class="iris-vein" d="{standard_veins}"/></g></defs><circle class="ring" r="20"/>'
        '<circle class="ring" r="40"/><circle class="ring" r="60"/>'
    ).format(fall=_FALL, fall_veins=_FALL_VEINS, standard=_STANDARD, standard_veins=_STANDARD_VEINS)


@cache
def _whorl(shape: str, angles: tuple[int, ...]) -> Markup:
    return Markup("").join(
        Markup('<use href="#{shape}" style="--turn:{angle}deg"/>').format(shape=shape, angle=angle) for angle in angles
    )
