"""What the browser may fill anew while a thumb moves: text, labels and sizes.

Each carries its template or its names beside it, so Python and live_answer.js fill the same
template, and the script holds no word of its own.
"""

from collections.abc import Mapping
from html import escape


def live_text(tag: str, attributes: str, template: str, values: Mapping[str, str]) -> str:
    """Return an element whose whole content is one filled template.

    Examples
    --------
    >>> live_text("b", 'class="x"', "{p0}", {"p0": "7%"})
    '<b class="x" data-text="{p0}">7%</b>'
    """
    text = escape(template.format_map(values))
    return f'<{tag} {attributes} data-text="{escape(template)}">{text}</{tag}>'


def live_label(template: str, values: Mapping[str, str]) -> str:
    """Return the attributes that name an element for who cannot see it.

    Examples
    --------
    >>> live_label("petal {w}", {"w": "1,4"})
    'data-label="petal {w}" aria-label="petal 1,4"'
    """
    return f'data-label="{escape(template)}" aria-label="{escape(template.format_map(values))}"'


def live_numbers(names: str, numbers: Mapping[str, float]) -> str:
    """Return custom properties for the very element that CSS sizes by them.

    On an ancestor they would be inherited, and each change would restyle the whole drawing.

    Examples
    --------
    >>> live_numbers("p0 p1", {"p0": 0.1, "p1": 0.9})
    'data-numbers="p0 p1" style="--p0:0.1;--p1:0.9"'
    """
    style = ";".join(f"--{name}:{numbers[name]!r}" for name in names.split())
    return f'data-numbers="{names}" style="{style}"'
