"""A phone's own answers after the reveal, beside those of the model to the same flowers."""

from collections.abc import Mapping

from markupsafe import Markup

from web.html.head_row import head_row
from web.html.species_mark import species_label
from web.i18n.text import Language
from web.state.hall import Activity


def own_score_table(activity: Activity, given: Mapping[int, int]) -> tuple[tuple[int, int, int], ...]:
    """Return truth, own answer and the model's answer for each flower that was answered."""
    return tuple((activity.truth[place], choice, activity.model[place]) for place, choice in given.items())


def own_score_figure(rows: tuple[tuple[int, int, int], ...], language: Language) -> Markup:
    """Draw a row for each flower; a wrong answer is crossed out and said to be wrong."""
    head = head_row(language.text("It is"), language.text("You"), language.text("Model"))
    body = Markup("").join(
        Markup('<tr><th scope="row">{}</th>{}{}</tr>').format(
            species_label(truth), _cell(own, truth, language), _cell(model, truth, language)
        )
        for truth, own, model in rows
    )
    return Markup('<table class="figures own-score">{}<tbody>{}</tbody></table>').format(head, body)


def _cell(said: int, truth: int, language: Language) -> Markup:
    if said == truth:
        return Markup("<td>✓ {}</td>").format(language.text("right"))
    return Markup('<td class="wrong">✗ {}</td>').format(species_label(said))
