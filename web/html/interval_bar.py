"""A share with its interval: a pale bar from low to high, a tick at the value. The same on every page."""

from markupsafe import Markup


def interval_bar(share: float, interval: tuple[float, float], most: float = 1.0, least: float = 0.0) -> Markup:
    """Draw a share; hidden from screen readers, because the numbers stand beside it.

    Parameters
    ----------
    share : float
    interval : tuple of (float, float)
    most, least : float
        Ends of the axis; what lies outside is cut off.

    Examples
    --------
    >>> "left:50.0%" in interval_bar(0.5, (0.4, 0.6))
    True
    """

    def place(value: float) -> float:
        return 100 * min(1.0, max(0.0, (value - least) / (most - least)))

    low, high = interval
    return Markup(
        '<div class="interval" aria-hidden="true"><span style="left:{:.1f}%;right:{:.1f}%"></span>'
        '<b style="left:{:.1f}%"></b></div>'
    ).format(place(low), 100 - place(high), place(share))
