"""Styles of the pages: the files beside the code as one, served under an address with a hash of its content.

The document links them, so a browser has them before Streamlit draws, and keeps them; as an element of the page they
were three quarters of what each visitor was sent.
"""

from functools import cache
from hashlib import sha256
from pathlib import Path

_WEB = Path(__file__).parents[1]


@cache
def styles() -> bytes:
    """Return the styles."""
    files = sorted(_WEB.rglob("*.css"), key=lambda file: file.name)
    return b"\n".join(file.read_bytes() for file in files)


@cache
def styles_address() -> str:
    """Return their address, relative to the document.

    Examples
    --------
    >>> styles_address().startswith("api/live/")
    True
    """
    return f"api/live/{sha256(styles()).hexdigest()[:16]}.css"
