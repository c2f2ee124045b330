"""SVG plot of two lengths in cm, shared by the scatter plot and the decision map."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from web.html.species_mark import mark_path
from web.i18n.text import Language
from web.i18n.vocabulary import feature_name

_LEFT, _TOP, _WIDTH, _HEIGHT = 26.0, 16.0, 288.0, 150.0
_VIEW = "0 0 320 192"
_MARK_SIZE = 2.6


@dataclass(frozen=True, slots=True)
class Plane:
    """Two features and the visible range of each.

    Parameters
    ----------
    x_feature, y_feature : str
        Of `irisml.FEATURES`.
    x_limits, y_limits : tuple of (float, float)
        In cm.
    """

    x_feature: str
    y_feature: str
    x_limits: tuple[float, float]
    y_limits: tuple[float, float]

    def x(self, cm: float) -> float:
        """Return the x coordinate of a length, in units of the drawing."""
        low, high = self.x_limits
        return round(_LEFT + _WIDTH * (cm - low) / (high - low), 1)

    def y(self, cm: float) -> float:
        """Return the y coordinate of a length, in units of the drawing."""
        low, high = self.y_limits
        return round(_TOP + _HEIGHT * (high - cm) / (high - low), 1)

    def svg(self, content: Markup, alt: str, language: Language) -> Markup:
        """Return the SVG with its axes; *alt* is the text alternative."""
        return Markup(
            '<svg class="plane" viewBox="{_VIEW}" role="img" aria-label="{alt}">'
            '<rect class="ground" x="{_LEFT:g}" y="{_TOP:g}" width="{_WIDTH:g}" '
            'height="{_HEIGHT:g}"/>{content}{}</svg>'
        ).format(
            self._axes(language),
            _VIEW=_VIEW,
            alt=alt,
            _LEFT=_LEFT,
            _TOP=_TOP,
            _WIDTH=_WIDTH,
            _HEIGHT=_HEIGHT,
            content=content,
        )

    def marks(self, points: Sequence[tuple[float, float, int]], size: float = _MARK_SIZE) -> Markup:
        """Draw a mark for each (x in cm, y in cm, species): one path per species, because 150 nodes would be slow."""
        paths = []
        for species in sorted({point[2] for point in points}):
            data = "".join(mark_path(k, self.x(x), self.y(y), size) for x, y, k in points if k == species)
            paths.append(Markup('<path class="flower s{species}" d="{data}"/>').format(species=species, data=data))
        return Markup("").join(paths)

    def rings(self, points: Sequence[tuple[float, float]]) -> Markup:
        """Draw a ring in the error colour around each (x in cm, y in cm)."""
        return Markup("").join(
            Markup('<circle class="missed" cx="{:g}" cy="{:g}" r="5.5"/>').format(self.x(x), self.y(y))
            for x, y in points
        )

    def here(self, numbers: Mapping[str, float]) -> Markup:
        """Draw the visitor's flower; live_answer.js moves it during a slider drag by its CSS custom properties."""
        x_unit = _WIDTH / (self.x_limits[1] - self.x_limits[0])
        y_unit = _HEIGHT / (self.y_limits[1] - self.y_limits[0])
        x = f"calc({_LEFT:g}px + (var(--{self.x_feature}) - {self.x_limits[0]:g})*{x_unit:g}px)"
        y = f"calc({_TOP:g}px + ({self.y_limits[1]:g} - var(--{self.y_feature}))*{y_unit:g}px)"
        own = f"--{self.x_feature}:{numbers[self.x_feature]!r};--{self.y_feature}:{numbers[self.y_feature]!r}"
        return Markup(
            '<g class="here" data-numbers="{} {}" style="{own};transform:translate({x},{y})"><circle r="7"/>'
            '<circle r="2.5"/></g>'
        ).format(self.x_feature, self.y_feature, own=own, x=x, y=y)

    def _axes(self, language: Language) -> Markup:
        below = Markup("").join(
            Markup('<text x="{:g}" y="{:g}" text-anchor="middle">{}</text>').format(
                self.x(cm), _TOP + _HEIGHT + 11, language.number(cm, 0)
            )
            for cm in _whole_centimetres(self.x_limits)
        )
        beside = Markup("").join(
            Markup('<text x="{:g}" y="{:g}" text-anchor="end">{}</text>').format(
                _LEFT - 5, self.y(cm) + 3, language.number(cm, 0)
            )
            for cm in _whole_centimetres(self.y_limits)
        )
        x_name = f"{feature_name(self.x_feature, language)} (cm)"
        y_name = f"{feature_name(self.y_feature, language)} (cm)"
        return Markup(
            '<g class="axes" aria-hidden="true">{below}{beside}<text x="{:g}" y="{:g}" '
            'text-anchor="end">{x_name}</text>'
            '<text x="{_LEFT:g}" y="{:g}">{y_name}</text></g>'
        ).format(
            _LEFT + _WIDTH,
            _TOP + _HEIGHT + 22,
            _TOP - 6,
            below=below,
            beside=beside,
            x_name=x_name,
            _LEFT=_LEFT,
            y_name=y_name,
        )


def _whole_centimetres(limits: tuple[float, float]) -> range:
    low, high = limits
    return range(int(low) if low == int(low) else int(low) + 1, int(high) + 1)
