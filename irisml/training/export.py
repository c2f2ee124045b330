"""Exporting a fitted estimator as a `Forest`, with proof that both predict the same."""

from irisml.data.datasets import Dataset
from irisml.domain.errors import ForestMismatchError
from irisml.model.forest import Forest
from irisml.training.fitting import TrainingRun


def export_forest(run: TrainingRun, dataset: Dataset) -> Forest:
    """Export the trees of the estimator, and verify that their predictions are identical for every flower.

    Examples
    --------
    >>> from irisml import TrainingConfig, load_iris, train
    >>> iris = load_iris()
    >>> len(export_forest(train(iris, TrainingConfig(n_estimators=5)), iris).roots)
    5

    Raises
    ------
    ForestMismatchError
        If one probability differs in one bit.
    """
    known = dataset.X[run.split.train]
    forest = Forest.from_estimator(run.estimator, zip(known.min(axis=0), known.max(axis=0), strict=True))
    theirs = run.estimator.predict_proba(dataset.X).tolist()
    n = sum(list(ours) != row for ours, row in zip(forest.predict_proba_many(dataset.X), theirs, strict=True))
    if n:
        raise ForestMismatchError(n=n, n_rows=dataset.n_samples)
    return forest
