"""The prediction as HTML: the flower drawn to scale, its species, and three bars. A pure function.

While a slider is dragged, live_answer.js updates only data-species of the outer section (colour,
mark, larger row), its data-outside (the warning), and the elements that live_text.py created.
"""

import json
from functools import lru_cache
from typing import Self

from markupsafe import Markup, escape

from irisml.domain.i18n import sentence
from irisml.domain.measurements import DIGITS, FEATURES, SPECIES
from irisml.model.prediction import Prediction
from irisml.registry.version import ModelVersion
from web.html.flower import flower
from web.html.live_text import live_numbers, live_text
from web.html.species_mark import species_label, species_mark
from web.i18n.text import Language, whole_percents
from web.i18n.vocabulary import model_type_name


def template_values(prediction: Prediction, language: Language) -> dict[str, str]:
    """Return the values of the template placeholders; `values` in live_answer.js must match.

    Examples
    --------
    >>> from irisml.domain.measurements import TALK_SAMPLE
    >>> from web.i18n.text import language
    >>> values = template_values(Prediction(TALK_SAMPLE, (0.98, 0.02, 0.0), (98, 2, 0), ()), language("en"))
    >>> values["petal_length"], values["p1"], values["species"], values["top"]
    ('1.4', '2%', 'setosa', '98%')
    """
    shares = [language.whole_percent(n) for n in whole_percents(prediction.probabilities)]
    return {
        **{name: language.number(value) for name, value in zip(FEATURES, prediction.measurement, strict=True)},
        **{f"p{i}": share for i, share in enumerate(shares)},
        "species": prediction.species,
        "top": shares[SPECIES.index(prediction.species)],
    }


def answer(prediction: Prediction, version: ModelVersion, forest_address: str, language: Language) -> Markup:
    """Draw the prediction.

    Parameters
    ----------
    prediction : Prediction
    version : ModelVersion
        Version that made the prediction.
    forest_address : str
        URL of the trees of that version, relative to the page.
    """
    values = template_values(prediction, language)
    outside = bool(prediction.outside_training_range)
    filled = {
        **values,
        **{_number(name): repr(value) for name, value in _numbers(prediction).items()},
        "k": str(SPECIES.index(prediction.species)),
        "x": json.dumps(list(prediction.measurement)),
        "p": json.dumps(prediction.probabilities),
        "outside": str(int(outside)),
        "heard_outside": f". {language.text(_OUTSIDE)}" if outside else "",
    }
    drawing = _drawing(
        version.number,
        version.manifest.config.model_type,
        version.load_forest().training_range,
        forest_address,
        language,
    )
    # The parts alternate between what is the same for every flower of this version, and the name of a value.
    return Markup("".join(escape(filled[part]) if i % 2 else part for i, part in enumerate(drawing)))  # noqa: S704


_OUTSIDE = sentence("Outside the training range: unreliable.")
_GAP = "\0"


class _Gap(str):
    """Stands for a value while a drawing is made; unchanged also where a number is written by its `repr`."""

    __slots__ = ()

    def __new__(cls, name: str) -> Self:
        return super().__new__(cls, f"{_GAP}{name}{_GAP}")

    def __repr__(self) -> str:
        return str(self)


def _number(name: str) -> str:
    return f"number of {name}"


def _numbers(prediction: Prediction) -> dict[str, float]:
    return {
        **dict(zip(FEATURES, prediction.measurement, strict=True)),
        **{f"p{i}": p for i, p in enumerate(prediction.probabilities)},
    }


@lru_cache(maxsize=16)
def _drawing(
    version: int,
    model_type: str,
    training_range: tuple[tuple[float, float], ...],
    forest_address: str,
    language: Language,
) -> tuple[str, ...]:
    """Draw everything but the values, once for a version and a language: half a millisecond of each slider change."""
    rows_of = range(len(SPECIES))
    names = [*FEATURES, *(f"p{i}" for i in rows_of)]
    values = {name: _Gap(name) for name in (*names, "species", "top")}
    numbers = {name: _Gap(_number(name)) for name in names}
    data = {
        "species": _Gap("k"),
        "x": _Gap("x"),
        "p": _Gap("p"),
        "seen": json.dumps(training_range),
        "outside": _Gap("outside"),
        "forest": forest_address,
        "sliders": json.dumps(FEATURES),
        "names": json.dumps(SPECIES),
        "digits": DIGITS,
        "decimal": language.decimal,
        "percent": language.percent,
    }
    attributes = Markup(" ".join(f'data-{name}="{escape(value)}"' for name, value in data.items()))  # noqa: S704 - escaped
    rows = Markup("").join(
        Markup('<li class="s{i}">{}{}<span class="bar" aria-hidden="true"><span {}></span></span></li>').format(
            species_label(i),
            live_text("b", Markup(), f"{{p{i}}}", values),
            live_numbers(f"p{i}", numbers),
            i=i,
        )
        for i in rows_of
    )
    # Nodes are never added or removed, because the live script must not: all three marks and the warning are always
    # in the document, and CSS shows or hides them. "heard" is written by Python only, so a screen reader reads one
    # sentence per slider change and none during a drag.
    html = Markup(
        '<section class="answer" data-answer aria-label="{label}" {attributes}>'
        '<div class="plate">{plate}</div>'
        '<div class="says"><p class="eyebrow">{eyebrow}</p>'
        '<p class="name">{marks}{name}</p>'
        '<ul class="probabilities">{rows}</ul><p class="determined">{determined}</p>'
        '<p class="outside" aria-hidden="true">{warning}</p></div>'
        '<p class="heard" role="status">{heard}{heard_outside}</p></section>'
    ).format(
        label=language.text("Prediction"),
        attributes=attributes,
        plate=flower(numbers, values, language),
        eyebrow=language.text("Most likely"),
        marks=Markup("").join(map(species_mark, rows_of)),
        name=live_text("em", Markup('lang="la"'), "Iris {species}", values),
        rows=rows,
        determined=language.text(
            "Predicted by model v{version}, {model_type}",
            version=version,
            model_type=model_type_name(model_type, language),
        ),
        warning=language.text(_OUTSIDE),
        heard=language.template("Iris {species}, {top}").format_map(values),
        heard_outside=_Gap("heard_outside"),
    )
    return tuple(str(html).split(_GAP))
