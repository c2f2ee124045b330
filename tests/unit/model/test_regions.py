"""Tests of irisml.model.regions."""

from itertools import pairwise

from irisml.model.regions import decision_regions

LENGTH, WIDTH = (1.0, 7.0), (0.1, 2.5)
FLOWER = [5.9, 2.8, 4.8, 1.6]


def test_the_regions_cover_the_plane_exactly(forest):
    """Their areas sum to that of the plane."""
    regions = decision_regions(forest, FLOWER, "petal_length", "petal_width", LENGTH, WIDTH)
    area = sum((r.x_high - r.x_low) * (r.y_high - r.y_low) for r in regions)
    assert round(area, 9) == round(6.0 * 2.4, 9)


def test_a_region_has_the_species_predicted_in_it(forest):
    """On a grid without thresholds; the other two lengths are those of the flower."""
    regions = decision_regions(forest, FLOWER, "sepal_width", "petal_width", (2.0, 4.5), WIDTH)
    for width in (2.03, 2.71, 3.33, 4.47):
        for petal_width in (0.13, 0.97, 1.61, 2.03, 2.49):
            shares = forest.predict_proba([5.9, width, 4.8, petal_width])
            (region,) = [r for r in regions if r.x_low < width < r.x_high and r.y_low < petal_width < r.y_high]
            assert region.species == ("setosa", "versicolor", "virginica")[shares.index(max(shares))]


def test_adjacent_regions_in_a_row_differ_in_species(forest):
    """Pieces of one species are joined."""
    regions = decision_regions(forest, FLOWER, "petal_length", "petal_width", LENGTH, WIDTH)
    for left, right in pairwise(regions):
        if left.y_low == right.y_low:
            assert left.species != right.species
            assert left.x_high == right.x_low
