"""Calibration: predicted probability against accuracy."""

from markupsafe import Markup

from irisml.model.calibration import ConfidenceGroup
from web.i18n.text import Language


def calibration_figure(groups: tuple[ConfidenceGroup, ...], language: Language) -> Markup:
    """Draw one row per group: a bar for the interval of its accuracy, a tick at its mean probability."""
    heads = (
        language.text("Predicted probability"),
        language.text("Accuracy"),
        language.text("Flowers"),
    )
    first, second, third = (Markup('<th scope="col">{words}</th>').format(words=words) for words in heads)
    body = Markup("").join(_row(group, language) for group in groups)
    return Markup(
        '<table class="bars calibration"><thead><tr>{first}<td></td>{second}{third}</tr></thead>'
        "<tbody>{body}</tbody></table>"
    ).format(first=first, second=second, third=third, body=body)


def _row(group: ConfidenceGroup, language: Language) -> Markup:
    low, high = group.interval
    sure = (
        language.interval(group.low, group.high)
        if group.low
        else language.text("less than {high}", high=language.percentage(group.high))
    )
    flowers = language.text("{n_correct} of {n} flowers", n_correct=group.n_correct, n=group.n)
    return Markup(
        '<tr><th scope="row">{sure}</th><td class="track" aria-hidden="true">'
        '<span style="left:{:.1f}%;width:{:.1f}%"></span><b style="left:{:.1f}%"></b></td><td>{}</td>'
        "<td>{flowers}</td></tr>"
    ).format(
        100 * low,
        100 * (high - low),
        100 * group.confidence,
        language.percentage(group.accuracy),
        sure=sure,
        flowers=flowers,
    )
