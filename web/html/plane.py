"""SVG plot of two lengths in cm, shared by the scatter plot and the decision map."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

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

    def svg(self, content: str, alt: str, language: Language) -> str:
        """Return the SVG with its axes; *alt* is the text alternative."""
        return (
            f'<svg class="plane" viewBox="{_VIEW}" role="img" aria-label="{escape(alt)}">'
            f'<rect class="ground" x="{_LEFT:g}" y="{_TOP:g}" width="{_WIDTH:g}" height="{_HEIGHT:g}"/>'
            f"{content}{self._axes(language)}</svg>"
        )

    def marks(self, points: Sequence[tuple[float, float, int]]) -> str:
        """Draw a mark for each (x in cm, y in cm, species): one path per species, because 150 nodes would be slow."""
        paths = []
        for species in sorted({point[2] for point in points}):
            data = "".join(mark_path(k, self.x(x), self.y(y), _MARK_SIZE) for x, y, k in points if k == species)
            paths.append(f'<path class="flower s{species}" d="{data}"/>')
        return "".join(paths)

    def rings(self, points: Sequence[tuple[float, float]]) -> str:
        """Draw a ring in the error colour around each (x in cm, y in cm)."""
        return "".join(f'<circle class="missed" cx="{self.x(x):g}" cy="{self.y(y):g}" r="5.5"/>' for x, y in points)

    def here(self, numbers: Mapping[str, float]) -> str:
        """Draw the visitor's flower; live_answer.js moves it during a slider drag by its CSS custom properties."""
        x_unit = _WIDTH / (self.x_limits[1] - self.x_limits[0])
        y_unit = _HEIGHT / (self.y_limits[1] - self.y_limits[0])
        x = f"calc({_LEFT:g}px + (var(--{self.x_feature}) - {self.x_limits[0]:g})*{x_unit:g}px)"
        y = f"calc({_TOP:g}px + ({self.y_limits[1]:g} - var(--{self.y_feature}))*{y_unit:g}px)"
        own = f"--{self.x_feature}:{numbers[self.x_feature]!r};--{self.y_feature}:{numbers[self.y_feature]!r}"
        return (
            f'<g class="here" data-numbers="{self.x_feature} {self.y_feature}" '
            f'style="{own};transform:translate({x},{y})"><circle r="7"/><circle r="2.5"/></g>'
        )

    def _axes(self, language: Language) -> str:
        below = "".join(
            f'<text x="{self.x(cm):g}" y="{_TOP + _HEIGHT + 11:g}" text-anchor="middle">{language.number(cm, 0)}</text>'
            for cm in _whole_centimetres(self.x_limits)
        )
        beside = "".join(
            f'<text x="{_LEFT - 5:g}" y="{self.y(cm) + 3:g}" text-anchor="end">{language.number(cm, 0)}</text>'
            for cm in _whole_centimetres(self.y_limits)
        )
        x_name = f"{feature_name(self.x_feature, language)} (cm)"
        y_name = f"{feature_name(self.y_feature, language)} (cm)"
        return (
            f'<g class="axes" aria-hidden="true">{below}{beside}'
            f'<text x="{_LEFT + _WIDTH:g}" y="{_TOP + _HEIGHT + 22:g}" text-anchor="end">{x_name}</text>'
            f'<text x="{_LEFT:g}" y="{_TOP - 6:g}">{y_name}</text></g>'
        )


def _whole_centimetres(limits: tuple[float, float]) -> range:
    low, high = limits
    return range(int(low) if low == int(low) else int(low) + 1, int(high) + 1)
