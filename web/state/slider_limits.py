"""Where the four sliders begin and end, and where they stand at first."""

from irisml.domain.measurements import FEATURES

SLIDER_CM = {
    "sepal_length": (4.0, 8.0),
    "sepal_width": (2.0, 4.5),
    "petal_length": (1.0, 7.0),
    "petal_width": (0.1, 2.5),
}
"""Smallest and largest value of each slider in cm: the span of the 150 flowers, rounded outwards."""
FIRST_FLOWER = dict(zip(FEATURES, (5.9, 2.8, 4.8, 1.6), strict=True))
"""Where the sliders stand at first, in cm: a flower that is hard to tell, so that each of them matters."""
DIGITS = 1
"""A thumb stands on a tenth of a centimetre, as the flowers were measured."""
