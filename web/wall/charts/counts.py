"""What the projector shows while an activity is open: phones, answers, and a field of strokes that wall.js draws."""

from markupsafe import Markup

from web.i18n.text import Language


def counts_figure(language: Language) -> Markup:
    """Draw two numbers, which wall.js keeps up to date."""
    return Markup(
        '<div class="wall-counts"><div><p class="big" data-wall="phones">0</p><p>{phones}</p></div>'
        '<div><p class="big" data-wall="answers">0</p><p data-wall="of">{answers}</p></div></div>'
    ).format(phones=language.text("phones"), answers=language.text("answers"))
