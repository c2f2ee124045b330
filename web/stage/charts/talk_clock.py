"""Clock of the talk, and the lines to say now and next; talk_clock.js lets it run."""

from markupsafe import Markup

from web.i18n.text import Language
from web.stage.talk_script import MINUTES, TalkLine, line_at


def talk_clock_figure(
    lines: tuple[TalkLine, ...], started: int | None, minute: int, serving: str, language: Language
) -> Markup:
    """Draw the clock.

    Parameters
    ----------
    lines : tuple of TalkLine
    started : int or None
        When the talk began, in seconds since 1970; None before.
    minute : int
        Of the talk, when this is drawn.
    serving : str
        Which version serves, as a sentence.
    """
    now = line_at(lines, minute)
    ticks = Markup("").join(
        Markup('<i style="left:{:.1f}%"></i>').format(100 * line.minute / MINUTES) for line in lines if line.minute
    )
    items = Markup("").join(
        Markup(
            '<li data-minute="{minute}" data-place="{place}"><b>{minute}</b><div><p class="say">{say}</p>'
            '<p class="screen">{screen}</p></div></li>'
        ).format(minute=line.minute, place=_place(i - now), say=line.say, screen=line.screen)
        for i, line in enumerate(lines)
    )
    return Markup(
        '<div class="talk" data-started="{started}" data-minutes="{minutes}"><p class="wall"><time data-clock>–</time>'
        '<span>{serving}</span></p><p class="minute"><b data-now>{minute}</b><span>{of}</span></p>'
        '<div class="ran" aria-hidden="true"><span style="width:{share:.1f}%"></span>{ticks}</div>'
        "<ol>{items}</ol></div>"
    ).format(
        started="" if started is None else started,
        minutes=MINUTES,
        serving=serving,
        minute=minute,
        of=language.text("of {n} minutes", n=MINUTES),
        share=100 * min(1, minute / MINUTES),
        ticks=ticks,
        items=items,
    )


def _place(distance: int) -> str:
    return "now" if distance == 0 else "next" if distance in (1, 2) else "later" if distance > 0 else "past"
