"""The plane of the wall: petal length and petal width, over all that the sliders can reach."""

from irisml.domain.measurements import MAP_FEATURES
from web.html.plane import Plane

_LIMITS = {"petal_length": (0.7, 7.1), "petal_width": (0.0, 2.7)}
PLANE = Plane(*MAP_FEATURES, *(_LIMITS[feature] for feature in MAP_FEATURES))
