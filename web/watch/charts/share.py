"""One share as a large number, with its n, its interval and a bar."""

from markupsafe import Markup

from irisml.monitoring.watch import Share
from web.html.interval_bar import interval_bar
from web.i18n.text import Language

_ENDS = (0.05, 0.1, 0.2, 0.5, 1.0)


def axis_end(share: Share) -> float:
    """Return the end of the axis: the first round share that the interval fits in.

    Examples
    --------
    >>> axis_end(Share(33, 812)), axis_end(Share(5, 8))
    (0.1, 1.0)
    """
    return next(end for end in _ENDS if share.interval[1] <= end)


def share_figure(share: Share, fact: str, language: Language) -> Markup:
    """Draw a share; *fact* says what k of n is."""
    most = axis_end(share)
    interval = language.text(
        "{confidence} interval: {low} to {high}",
        confidence=language.percentage(0.95),
        low=language.percentage(share.interval[0], 1),
        high=language.percentage(share.interval[1], 1),
    )
    return Markup(
        '<div class="share-of"><p class="big">{}</p><p>{}<br><span class="soft">{}</span></p>{}'
        '<p class="ends" aria-hidden="true"><span>{}</span><span>{}</span></p></div>'
    ).format(
        language.percentage(share.share, 1),
        fact,
        interval,
        interval_bar(share.share, share.interval, most),
        language.percentage(0),
        language.percentage(most),
    )
