"""Marks an English sentence that a screen may show, so that the catalogues can find it."""


def sentence(text: str) -> str:
    """Return *text* as it is; the message extractor looks for calls of this function.

    The library speaks English only. A screen looks *text* up in its catalogue
    before it fills in the values.

    Examples
    --------
    >>> sentence("No version {version}.")
    'No version {version}.'
    """
    return text
