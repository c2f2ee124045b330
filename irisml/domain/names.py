"""Names of the features and of the species, in their order: the one place to change for other data."""

FEATURES = ("sepal_length", "sepal_width", "petal_length", "petal_width")
SPECIES = ("setosa", "versicolor", "virginica")
