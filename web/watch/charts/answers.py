"""What each version answered: the share of each species, with its interval."""

from dataclasses import dataclass

from markupsafe import Markup

from irisml.domain.measurements import SPECIES
from irisml.monitoring.watch import VersionAnswers
from web.html.head_row import head_row
from web.html.interval_bar import interval_bar
from web.html.species_mark import species_label
from web.i18n.text import Language

_MOST_VERSIONS = 2


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One species of one version; fractions in [0, 1]."""

    species: int
    version: int
    k: int
    n: int
    share: float
    interval: tuple[float, float]
    is_newest: bool


def answers_table(answers: tuple[VersionAnswers, ...]) -> tuple[AnswerRow, ...]:
    """Return a row for each species and each of the newest versions that answered, species by species."""
    newest = answers[-_MOST_VERSIONS:]
    return tuple(
        AnswerRow(
            species,
            one.version,
            one.shares[species].k,
            one.shares[species].n,
            one.shares[species].share,
            one.shares[species].interval,
            one is newest[-1],
        )
        for species in range(len(SPECIES))
        for one in newest
    )


def answers_figure(rows: tuple[AnswerRow, ...], language: Language) -> Markup:
    """Draw the rows as a table; the older of two versions is hollow."""
    most = min(1.0, max((row.interval[1] for row in rows), default=1.0) + 0.05)
    body = Markup("").join(
        _row(row, i > 0 and rows[i - 1].species == row.species, most, language) for i, row in enumerate(rows)
    )
    head = head_row(
        language.text("Species"),
        language.text("Version"),
        language.text("Answers"),
        language.text("{confidence} interval", confidence=language.percentage(0.95)),
        language.text("from {low} to {high}", low=language.percentage(0), high=language.percentage(most)),
    )
    return Markup('<table class="figures answered">{head}<tbody>{body}</tbody></table>').format(head=head, body=body)


def _row(row: AnswerRow, is_repeated: bool, most: float, language: Language) -> Markup:
    name = species_label(row.species)
    if is_repeated:
        name = Markup('<span class="repeated">{}</span>').format(name)
    return Markup(
        '<tr class="s{species} {age}"><th scope="row">{name}</th><td>v{version}</td>'
        "<td><b>{share}</b> <small>{count}</small></td>"
        '<td>{interval}</td><td class="bar-cell">{bar}</td></tr>'
    ).format(
        species=row.species,
        age="newer" if row.is_newest else "older",
        name=name,
        version=row.version,
        share=language.percentage(row.share),
        count=language.text("{n} of {of}", n=row.k, of=row.n),
        interval=language.interval(*row.interval),
        bar=interval_bar(row.share, row.interval, most),
    )
