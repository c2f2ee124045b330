"""The port on which the app answers, from the environment."""

from collections.abc import Mapping

DEFAULT_PORT = 8000


def port(environment: Mapping[str, str], default: int = DEFAULT_PORT) -> int:
    """Return the port to listen on.

    Raises
    ------
    ValueError
        If PORT is not a valid port.

    Examples
    --------
    >>> port({}), port({"PORT": "8123"})
    (8000, 8123)
    """
    text = environment.get("PORT", "").strip()
    if not text:
        return default
    if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= 65535):
        raise ValueError(f'PORT is "{text}", which is not a port. Set it to a number from 1 to 65535, or unset it.')
    return int(text)
