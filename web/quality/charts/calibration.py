"""Calibration: predicted probability against accuracy."""

from irisml.model.calibration import ConfidenceGroup
from web.i18n.text import Language


def calibration_figure(groups: tuple[ConfidenceGroup, ...], language: Language) -> str:
    """Draw one row per group: a bar for the interval of its accuracy, a tick at its mean probability."""
    heads = (
        language.text("When it was this sure"),
        language.text("it was right"),
        language.text("for"),
    )
    first, second, third = (f'<th scope="col">{words}</th>' for words in heads)
    body = "".join(_row(group, language) for group in groups)
    return (
        f'<table class="bars calibration"><thead><tr>{first}<td></td>{second}{third}</tr></thead>'
        f"<tbody>{body}</tbody></table>"
    )


def _row(group: ConfidenceGroup, language: Language) -> str:
    low, high = group.interval
    sure = (
        language.interval(group.low, group.high)
        if group.low
        else language.text("less than {high}", high=language.percentage(group.high))
    )
    flowers = language.text("{n_correct} of {n} flowers", n_correct=group.n_correct, n=group.n)
    return (
        f'<tr><th scope="row">{sure}</th><td class="track" aria-hidden="true">'
        f'<span style="left:{100 * low:.1f}%;width:{100 * (high - low):.1f}%"></span>'
        f'<b style="left:{100 * group.confidence:.1f}%"></b></td>'
        f"<td>{language.percentage(group.accuracy)}</td><td>{flowers}</td></tr>"
    )
