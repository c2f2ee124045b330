"""The prediction as HTML: the flower drawn to scale, its species, and three bars. A pure function.

While a slider is dragged, live_answer.js updates only data-species of the outer section (colour,
mark, larger row), its data-outside (the warning), and the elements that live_text.py created.
"""

import json

from markupsafe import Markup, escape

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
    numbers = {
        **dict(zip(FEATURES, prediction.measurement, strict=True)),
        **{f"p{i}": p for i, p in enumerate(prediction.probabilities)},
    }
    data = {
        "species": SPECIES.index(prediction.species),
        "x": json.dumps(list(prediction.measurement)),
        "p": json.dumps(prediction.probabilities),
        "seen": json.dumps(version.load_forest().training_range),
        "outside": int(bool(prediction.outside_training_range)),
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
        for i in range(len(SPECIES))
    )
    said = language.template("Iris {species}, {top}").format_map(values)
    warning = language.text("Outside the training range: unreliable.")
    # Nodes are never added or removed, because the live script must not: all three marks and the warning are always
    # in the document, and CSS shows or hides them. "heard" is written by Python only, so a screen reader reads one
    # sentence per slider change and none during a drag.
    return Markup(
        '<section class="answer" data-answer aria-label="{label}" {attributes}>'
        '<div class="plate">{plate}</div>'
        '<div class="says"><p class="eyebrow">{eyebrow}</p>'
        '<p class="name">{marks}{name}</p>'
        '<ul class="probabilities">{rows}</ul><p class="determined">{determined}</p>'
        '<p class="outside" aria-hidden="true">{warning}</p></div>'
        '<p class="heard" role="status">{heard}</p></section>'
    ).format(
        label=language.text("Prediction"),
        attributes=attributes,
        plate=flower(numbers, values, language),
        eyebrow=language.text("Most likely"),
        marks=Markup("").join(map(species_mark, range(len(SPECIES)))),
        name=live_text("em", Markup('lang="la"'), "Iris {species}", values),
        rows=rows,
        determined=language.text(
            "Predicted by model v{version}, {model_type}",
            version=version.number,
            model_type=model_type_name(version.manifest.config.model_type, language),
        ),
        warning=warning,
        heard=f"{said}. {warning}" if prediction.outside_training_range else said,
    )
