"""Text, labels and sizes that the browser updates while a slider is dragged.

Each element carries its template or its names as data attributes, so Python and live_answer.js
fill the same template, and the script contains no text.
"""

from collections.abc import Mapping

from markupsafe import Markup


def live_text(tag: str, attributes: Markup, template: str, values: Mapping[str, str]) -> Markup:
    """Return an element whose whole content is one filled template.

    Examples
    --------
    >>> str(live_text("b", Markup('class="x"'), "{p0}", {"p0": "7%"}))
    '<b class="x" data-text="{p0}">7%</b>'
    """
    text = template.format_map(values)
    return Markup('<{tag} {attributes} data-text="{template}">{text}</{tag}>').format(
        tag=tag, attributes=attributes, template=template, text=text
    )


def live_label(template: str, values: Mapping[str, str]) -> Markup:
    """Return the attributes that label an element for screen readers.

    Examples
    --------
    >>> str(live_label("petal {w}", {"w": "1,4"}))
    'data-label="petal {w}" aria-label="petal 1,4"'
    """
    return Markup('data-label="{template}" aria-label="{label}"').format(
        template=template, label=template.format_map(values)
    )


def live_numbers(names: str, numbers: Mapping[str, object]) -> Markup:
    """Return CSS custom properties for the element that is sized by them.

    On an ancestor they would be inherited, and each change would restyle the whole drawing.

    Examples
    --------
    >>> str(live_numbers("p0 p1", {"p0": 0.1, "p1": 0.9}))
    'data-numbers="p0 p1" style="--p0:0.1;--p1:0.9"'
    """
    style = ";".join(f"--{name}:{numbers[name]!r}" for name in names.split())
    return Markup('data-numbers="{names}" style="{style}"').format(names=names, style=style)
