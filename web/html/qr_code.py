"""QR code of an address."""

import segno
from markupsafe import Markup


def qr_code_figure(address: str, alt: str) -> Markup:
    """Draw the code as SVG, dark on white in both themes: many phones cannot read inverted codes.

    Examples
    --------
    >>> '<svg' in qr_code_figure("http://iris.example", "QR code")
    True
    """
    svg = _code(address).svg_inline(dark="#17241e", light="#fff", border=4, omitsize=True, svgclass="qr")
    return Markup('<div class="qr-code" role="img" aria-label="{alt}">{svg}</div>').format(alt=alt, svg=Markup(svg))  # noqa: S704 - made by segno of modules


def n_modules(address: str) -> int:
    """Return the modules in a row of the code: the fewer, the farther away it can be scanned.

    Examples
    --------
    >>> n_modules("https://iris.example/"), n_modules("https://iris.example/?" + "x" * 60)
    (25, 37)
    """
    return int(_code(address).symbol_size(border=0)[0])


def _code(address: str) -> segno.QRCode:
    # Fewer modules are readable from farther away; a clean screen needs only the lowest error correction.
    return segno.make(address, micro=False, error="l", boost_error=False)
