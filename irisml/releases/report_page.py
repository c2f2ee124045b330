"""Report of a version as one HTML file that works offline: sliders, drawing, prediction, why, and the findings."""

from html import escape
from importlib.resources import files
from string import Template

import msgspec

from irisml.domain.errors import NoCountsError
from irisml.domain.measurements import FEATURES, POSSIBLE_CM, SPECIES, STEP_CM, TYPICAL_FLOWERS
from irisml.model.forest import Forest
from irisml.releases.report import Report, Section

_MARKS = (
    '<circle cx="8" cy="8" r="6"/>',
    '<path d="M8 1 15 8 8 15 1 8Z"/>',
    '<path d="M8 2 15 14H1Z"/>',
)
_PETAL = "M0 0C.25-.12.35-.5.7-.5.95-.5 1-.2 1 0 1 .2.95.5.7.5.35.5.25.12 0 0Z"
"""In a unit box, from the throat to the tip; scaled to length and width in cm."""
_START = "versicolor"
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
"""The page may not ask anyone for anything."""

_PAGE = Template("""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="$policy">
<title>$title · irisml</title><style>$css</style></head><body>
<h1>$title</h1><p>$verdict</p>
<main><section class="sheet" aria-label="Prediction"><div>
<svg class="iris" viewBox="-85 -85 170 170" role="img" aria-label="The flower, to scale">$petals</svg></div>
<div><p class="name" role="status"></p><p class="outside"></p>$probabilities$sliders</div></section>
<p class="note">The prediction is made in this page, with the trees of the version: no server, no network.</p>
<h2>Why?</h2><p id="why"></p><div class="scroll"><table><tbody>$why</tbody></table></div>
$sections<details><summary>Model card</summary><pre>$card</pre></details></main>
<script type="application/json" id="forest">$forest</script><script type="application/json" id="names">$names</script>
<script>$js</script></body></html>
""")


def report_page(report: Report, forest: Forest, card: str) -> bytes:
    """Return the page.

    Parameters
    ----------
    report : Report
    forest : Forest
        The trees of the version, with `n_node_samples`.
    card : str
        The model card, as Markdown.

    Raises
    ------
    NoCountsError
        If the trees are of an older format: their predictions cannot be explained.
    """
    if not forest.n_node_samples:
        raise NoCountsError
    names = {"features": FEATURES, "species": SPECIES, "start": list(TYPICAL_FLOWERS[_START])}
    page = files("irisml.releases") / "page"
    return _PAGE.substitute(
        policy=_POLICY,
        title=escape(report.title),
        verdict=escape(report.verdict),
        css=(page / "report.css").read_text(encoding="utf-8"),
        js=(page / "report.js").read_text(encoding="utf-8"),
        petals="".join(
            f'<path class="{shape}" data-turn="{turn}" d="{_PETAL}" vector-effect="non-scaling-stroke"/>'
            for shape, turns in (("fall", (90, 210, 330)), ("standard", (30, 150, 270)))
            for turn in turns
        ),
        probabilities="".join(
            f'<div class="p s{k}" data-p="{k}"><em>'
            f'<svg class="mark" viewBox="0 0 16 16" aria-hidden="true">{mark}</svg>{species}</em>'
            '<div class="bar"><span></span></div><b></b></div>'
            for k, (species, mark) in enumerate(zip(SPECIES, _MARKS, strict=True))
        ),
        sliders="".join(map(_slider, FEATURES)),
        why='<tr><th scope="row">All training flowers</th><td id="base"></td></tr>'
        + "".join(f'<tr><th scope="row">{_words(feature)}</th><td data-why></td></tr>' for feature in FEATURES),
        card=escape(card),
        sections="".join(map(_section, report.sections)),
        # In a script, only "</" could end it: JSON may write it as "<\\/".
        forest=forest.to_json().decode().replace("</", "<\\/"),
        names=msgspec.json.encode(names).decode(),
    ).encode()


def _words(feature: str) -> str:
    return feature.replace("_", " ").capitalize()


def _slider(feature: str) -> str:
    low, high = POSSIBLE_CM[feature]
    return (
        f'<label>{_words(feature)} <input type="range" min="{max(STEP_CM, round(low, 1))}" max="{high}" '
        f'step="{STEP_CM}" name="{feature}"><output></output></label>'
    )


def _section(section: Section) -> str:
    lines = "".join(f"<p>{escape(line)}</p>" for line in section.lines)
    if not section.head:
        return f"<h2>{escape(section.title)}</h2>{lines}"
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in section.head)
    rows = "".join(map(_row, section.rows))
    kind = "scroll wide" if len(section.head) > _FITS_A_PHONE else "scroll"
    table = f'<div class="{kind}"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
    return f"<h2>{escape(section.title)}</h2>{lines}{table}"


_FITS_A_PHONE = 2
"""Columns; a table with more is scrolled sideways in its own frame."""


def _row(row: tuple[str, ...]) -> str:
    cells = "".join(f"<td>{escape(cell)}</td>" for cell in row)
    return f'<tr class="refused">{cells}</tr>' if "refused" in row else f"<tr>{cells}</tr>"
