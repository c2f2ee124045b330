"""Labels of the hall: each flower with how many phones named which species, and whether it can be learned from."""

from markupsafe import Markup

from irisml.domain.measurements import FEATURES, SPECIES
from irisml.monitoring.agreement import LabelledFlower
from web.html.head_row import head_row
from web.html.interval_bar import interval_bar
from web.html.species_mark import species_label
from web.i18n.text import Language
from web.i18n.vocabulary import SHORT_FEATURE_NAMES


def labels_figure(flowers: tuple[LabelledFlower, ...], language: Language) -> Markup:
    """Draw a row for each flower, those that can be learned from first."""
    head = head_row(
        language.text("Species"),
        *(language.text(SHORT_FEATURE_NAMES[feature]) for feature in FEATURES),
        language.text("Agreement"),
        "",
    )
    ordered = sorted(flowers, key=lambda flower: (not flower.is_agreed, -flower.n))
    body = Markup("").join(_row(flower, language) for flower in ordered)
    return Markup('<table class="figures labels">{}<tbody>{}</tbody></table>').format(head, body)


def _row(flower: LabelledFlower, language: Language) -> Markup:
    lengths = Markup("").join(Markup("<td>{}</td>").format(language.number(value)) for value in flower.x)
    if not flower.n:
        agreement, bar, name = language.text("no label"), Markup(""), Markup("–")
    else:
        agreement = language.text(
            "{k} of {n} ({interval})", k=max(flower.counts), n=flower.n, interval=language.interval(*flower.interval)
        )
        bar, name = interval_bar(flower.agreement, flower.interval), species_label(flower.species)
    return Markup(
        '<tr class="{kind} s{k}"><th scope="row">{name}</th>{lengths}<td>{agreement}</td>'
        '<td class="bar-cell">{bar}</td></tr>'
    ).format(
        kind="agreed" if flower.is_agreed else "open",
        k=flower.species if flower.n else len(SPECIES),
        name=name,
        lengths=lengths,
        agreement=agreement,
        bar=bar,
    )
