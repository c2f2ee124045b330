"""Limits and initial values of the four sliders."""

from irisml.domain.measurements import FEATURES

SLIDER_CM = {
    "sepal_length": (4.0, 8.0),
    "sepal_width": (2.0, 4.5),
    "petal_length": (1.0, 7.0),
    "petal_width": (0.1, 2.5),
}
"""Minimum and maximum of each slider in cm: the range of the 150 flowers, rounded outwards."""
FIRST_FLOWER = dict(zip(FEATURES, (5.9, 2.8, 4.8, 1.6), strict=True))
"""Initial values in cm: a flower near the decision boundary, so that every slider has an effect."""
LAST_FLOWER = 150
"""Number of the last flower of the data set, counted from 1."""
