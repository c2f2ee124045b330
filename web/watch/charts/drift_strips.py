"""Drift of the four lengths: two histograms back to back for each, what was learned above and what was asked below."""

from collections.abc import Sequence

from markupsafe import Markup

from irisml.domain.i18n import sentence
from irisml.domain.measurements import SPECIES
from irisml.monitoring.drift import FEWEST, LengthDrift
from web.html.species_mark import species_label
from web.i18n.text import Language
from web.i18n.vocabulary import feature_name

_WIDTH, _HALF, _MIDDLE = 320.0, 34.0, 36.0


def drift_figure(drifts: Sequence[LengthDrift], language: Language) -> Markup:
    """Draw a strip for each length with its verdict; only a drift is bold."""
    items = Markup("").join(_strip(drift, language) for drift in drifts)
    return Markup('<ul class="drifts">{items}</ul>').format(items=items)


def drift_words(drift: LengthDrift, language: Language) -> Markup:
    """Return the verdict on a length: what was found, and its p-value."""
    if drift.p is None:
        return language.markup("too few to say")
    below, p = drift.p < _SMALLEST_P, language.number(max(drift.p, _SMALLEST_P), 2 if drift.p >= _PLAIN_P else 3)
    values = {"p": Markup("<i>p</i> {sign} {p}").format(sign="<" if below else "=", p=p)}
    if drift.species is not None and drift.drifted:
        values["species"] = species_label(SPECIES.index(drift.species))
        return language.markup(_WITHIN[drift.direction], **values)
    return language.markup(_FOUND[drift.direction], **values)


_SMALLEST_P, _PLAIN_P = 0.001, 0.1
_FOUND = {
    "none": sentence("no drift found, {p}"),
    "larger": sentence("larger, {p}"),
    "smaller": sentence("smaller, {p}"),
    "spread": sentence("spread otherwise, {p}"),
}
_WITHIN = {
    "larger": sentence("larger for {species}, {p}"),
    "smaller": sentence("smaller for {species}, {p}"),
    "spread": sentence("spread otherwise for {species}, {p}"),
}


def _strip(drift: LengthDrift, language: Language) -> Markup:
    n = language.text("n = {n}, below {fewest}", n=drift.n, fewest=FEWEST) if drift.p is None else f"n = {drift.n}"
    medians = language.text(
        "{n}, median {asked} for {learned} cm",
        n=n,
        asked=language.number(drift.median),
        learned=language.number(drift.median_learned),
    )
    return Markup(
        '<li class="{kind}"><div><p class="name" role="heading" aria-level="3">{name}</p>'
        '<p class="verdict-of">{words}</p><p class="soft">{medians}</p></div>'
        '<div>{svg}<p class="ends" aria-hidden="true"><span>{low}</span><span>{high} cm</span></p></div></li>'
    ).format(
        kind="drifted" if drift.drifted else "steady",
        name=feature_name(drift.feature, language),
        words=drift_words(drift, language),
        medians=medians,
        svg=_histograms(drift),
        low=language.number(drift.edges[0]),
        high=language.number(drift.edges[-1]),
    )


def _histograms(drift: LengthDrift) -> Markup:
    above = _bars(drift.learned_counts, "learned", up=True)
    below = _values(drift) if drift.values else _bars(drift.counts, "asked", up=False)
    ticks = Markup('<path class="tick" d="M{:.1f} 0V{:g}M{:.1f} {:g}V{:g}"/>').format(
        _x(drift.median_learned, drift), _MIDDLE, _x(drift.median, drift), _MIDDLE, 2 * _MIDDLE
    )
    return Markup('<svg viewBox="0 0 {w:g} {h:g}" aria-hidden="true">{above}{below}{ticks}</svg>').format(
        w=_WIDTH, h=2 * _MIDDLE, above=above, below=below, ticks=ticks
    )


def _bars(counts: Sequence[int], name: str, *, up: bool) -> Markup:
    width, tallest = _WIDTH / len(counts), max(counts)
    path = ""
    for place, count in enumerate(counts):
        height = _HALF * count / tallest
        top = _MIDDLE - 1 - height if up else _MIDDLE + 1
        path += f"M{place * width + 0.5:.1f} {top:.1f}h{width - 1:.1f}v{height:.1f}h-{width - 1:.1f}Z"
    return Markup('<path class="{name}" d="{path}"/>').format(name=name, path=path)


def _values(drift: LengthDrift) -> Markup:
    """Each value as a ring: too few for a distribution."""
    return Markup("").join(
        Markup('<circle class="value" cx="{:.1f}" cy="{:g}" r="3.5"/>').format(
            _x(value, drift), _MIDDLE + 8 + 7 * (place % 4)
        )
        for place, value in enumerate(drift.values)
    )


def _x(cm: float, drift: LengthDrift) -> float:
    low, high = drift.edges[0], drift.edges[-1]
    return _WIDTH * min(1.0, max(0.0, (cm - low) / (high - low)))
