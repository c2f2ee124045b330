"""A flower in a question: to scale, with its four lengths, and in no colour that would be the answer."""

from markupsafe import Markup

from irisml.domain.measurements import FEATURES
from irisml.monitoring.events import Lengths
from web.html.flower import flower
from web.i18n.text import Language
from web.i18n.vocabulary import feature_name


def progress_figure(place: int, n: int, language: Language) -> Markup:
    """Draw which of *n* questions this is; *place* counts from 0."""
    words = language.text("Flower {place} of {n}", place=place + 1, n=n)
    bars = Markup("").join(
        Markup('<span class="{}"></span>').format("now" if k == place else "done" if k < place else "next")
        for k in range(n)
    )
    return Markup('<div class="progress-of"><div aria-hidden="true">{}</div><p>{}</p></div>').format(bars, words)


def question_figure(x: Lengths, language: Language) -> Markup:
    """Draw the flower and its lengths."""
    numbers = dict(zip(FEATURES, x, strict=True))
    values = {name: language.number(value) for name, value in numbers.items()}
    lengths = Markup("").join(
        Markup("<div><dt>{}</dt><dd><b>{}</b> cm</dd></div>").format(feature_name(feature, language), values[feature])
        for feature in FEATURES
    )
    return Markup('<div class="question s9">{}<dl>{}</dl></div>').format(flower(numbers, values, language), lengths)
