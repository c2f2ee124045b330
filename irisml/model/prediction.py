"""Predict the species of flowers with a forest. Does not import scikit-learn."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from irisml.domain.measurements import FEATURES, Measurement, predicted_species
from irisml.model.forest import Forest


@dataclass(frozen=True, slots=True)
class Prediction:
    """Prediction of a forest for one flower.

    Parameters
    ----------
    measurement : Measurement
        The flower, in cm.
    probabilities : tuple of float, length 3
        In the order of `SPECIES`, in [0, 1]; they sum to 1.
    votes : tuple of int, length 3
        Number of trees for each species.
    outside_training_range : tuple of str
        Features in which the flower is smaller or larger than every training flower.
    """

    measurement: Measurement
    probabilities: tuple[float, float, float]
    votes: tuple[int, int, int]
    outside_training_range: tuple[str, ...]

    @property
    def species(self) -> str:
        """The most probable species; a tie goes to the first, as in scikit-learn."""
        return predicted_species(self.probabilities)


def predict(forest: Forest, x: Measurement | Sequence[float]) -> Prediction:
    """Predict the species of one flower.

    Parameters
    ----------
    forest : Forest
    x : Measurement or sequence of float, length 4
        Lengths in cm in the order of `FEATURES`, like ``[5.1, 3.5, 1.4, 0.2]``.

    Raises
    ------
    WrongLengthError, NotANumberError, OutOfRangeError
        If *x* is not a valid measurement.

    Examples
    --------
    >>> from irisml import Forest, TrainingConfig, load_iris, train
    >>> run = train(load_iris(), TrainingConfig(n_estimators=10))
    >>> forest = Forest.from_estimator(run.estimator, [(4.3, 7.9), (2.0, 4.4), (1.0, 6.9), (0.1, 2.5)])
    >>> prediction = predict(forest, [5.1, 3.5, 1.4, 0.2])
    >>> prediction.species, prediction.probabilities, prediction.votes
    ('setosa', (1.0, 0.0, 0.0), (10, 0, 0))
    """
    measurement = x if isinstance(x, Measurement) else Measurement.from_vector(x)
    vector = tuple(measurement)
    reached = forest.apply(vector)
    outside = tuple(
        feature
        for feature, value, (low, high) in zip(FEATURES, vector, forest.training_range, strict=True)
        if not low <= value <= high
    )
    return Prediction(measurement, forest.probabilities(reached), forest.votes(reached), outside)


def predict_table(forest: Forest, X: Iterable[Measurement | Sequence[float]]) -> list[Prediction]:
    """Predict every row of a table.

    Parameters
    ----------
    forest : Forest
    X : iterable of Measurement or of sequence of float
        One flower per row, as in `predict`; also an array of shape (n_samples, 4).

    Examples
    --------
    >>> from irisml import Forest, TrainingConfig, load_iris, train
    >>> iris = load_iris()
    >>> run = train(iris, TrainingConfig(n_estimators=10))
    >>> forest = Forest.from_estimator(run.estimator, [(4.3, 7.9), (2.0, 4.4), (1.0, 6.9), (0.1, 2.5)])
    >>> [prediction.species for prediction in predict_table(forest, iris.X[[0, 50, 100]])]
    ['setosa', 'versicolor', 'virginica']
    """
    return [predict(forest, x) for x in X]
