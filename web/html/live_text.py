"""Text, labels and sizes that the browser updates while a slider is dragged.

Each element carries its template or its names as data attributes, so Python and live_answer.js
fill the same template, and the script contains no text.
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
    """Return the attributes that label an element for screen readers.

    Examples
    --------
    >>> live_label("petal {w}", {"w": "1,4"})
    'data-label="petal {w}" aria-label="petal 1,4"'
    """
    return f'data-label="{escape(template)}" aria-label="{escape(template.format_map(values))}"'


def live_numbers(names: str, numbers: Mapping[str, float]) -> str:
    """Return CSS custom properties for the element that is sized by them.

    On an ancestor they would be inherited, and each change would restyle the whole drawing.

    Examples
    --------
    >>> live_numbers("p0 p1", {"p0": 0.1, "p1": 0.9})
    'data-numbers="p0 p1" style="--p0:0.1;--p1:0.9"'
    """
    style = ";".join(f"--{name}:{numbers[name]!r}" for name in names.split())
    return f'data-numbers="{names}" style="{style}"'
