"""Fitting one model on the training rows of a data set."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from irisml.data.datasets import Dataset
from irisml.model.config import TrainingConfig
from irisml.model.estimators import Estimator
from irisml.training.splits import Split, fixed_split


@dataclass(frozen=True, eq=False)
class TrainingRun:
    """A fitted model with its configuration, split and fitting time.

    Parameters
    ----------
    config : TrainingConfig
    split : Split
        Training rows and test rows.
    data_fingerprint, reference_fingerprint : str
        `Dataset.fingerprint` of the flowers that it learned from, and of those that it is judged by.
    estimator : scikit-learn classifier
        Fitted on the training rows.
    started : datetime
        In UTC.
    duration_s : float
        Fitting time in seconds.
    """

    config: TrainingConfig
    split: Split
    data_fingerprint: str
    reference_fingerprint: str
    estimator: Estimator
    started: datetime
    duration_s: float


def random_forest(n_estimators: int, max_depth: int | None, min_samples_leaf: int, random_state: int) -> Estimator:
    """Trees grown on bootstrap samples, each split the best of two random features."""
    from sklearn.ensemble import RandomForestClassifier

    return RandomForestClassifier(
        n_estimators, max_depth=max_depth, min_samples_leaf=min_samples_leaf, random_state=random_state
    )


def extra_trees(n_estimators: int, max_depth: int | None, min_samples_leaf: int, random_state: int) -> Estimator:
    """Trees grown on all flowers, each split at a random threshold."""
    from sklearn.ensemble import ExtraTreesClassifier

    return ExtraTreesClassifier(
        n_estimators, max_depth=max_depth, min_samples_leaf=min_samples_leaf, random_state=random_state
    )


def decision_tree(n_estimators: int, max_depth: int | None, min_samples_leaf: int, random_state: int) -> Estimator:
    """One tree that can be read as a whole; *n_estimators* is ignored."""
    from sklearn.tree import DecisionTreeClassifier

    return DecisionTreeClassifier(max_depth=max_depth, min_samples_leaf=min_samples_leaf, random_state=random_state)


ESTIMATORS: dict[str, Callable[[int, int | None, int, int], Estimator]] = {
    "random_forest": random_forest,
    "extra_trees": extra_trees,
    "decision_tree": decision_tree,
}
"""Function that makes the unfitted estimator, for each of `irisml.model.estimators.MODEL_TYPES`."""


def unfitted_estimator(config: TrainingConfig) -> Estimator:
    """Make the scikit-learn estimator that a configuration describes, not fitted yet.

    Raises
    ------
    InvalidConfigError, UnknownModelTypeError
        See `TrainingConfig.validate`.

    Examples
    --------
    >>> unfitted_estimator(TrainingConfig("decision_tree", max_depth=3))
    DecisionTreeClassifier(max_depth=3, random_state=0)
    """
    config.validate()
    make = ESTIMATORS[config.model_type]
    return make(config.n_estimators, config.max_depth, config.min_samples_leaf, config.random_state)


def train(dataset: Dataset, config: TrainingConfig | None = None, reference: Dataset | None = None) -> TrainingRun:
    """Fit a model on the training rows of the fixed split.

    Parameters
    ----------
    dataset : Dataset
        What the model learns from.
    config : TrainingConfig, optional
        A random forest of 100 trees if left out.
    reference : Dataset, optional
        What it will be judged by; by default the data set itself.

    Examples
    --------
    >>> from irisml import load_iris
    >>> run = train(load_iris(), TrainingConfig(n_estimators=10))
    >>> type(run.estimator).__name__, len(run.split.train)
    ('RandomForestClassifier', 120)
    """
    config = config or TrainingConfig()
    reference = dataset if reference is None else reference
    split = fixed_split(dataset, reference)
    started, clock = datetime.now(UTC), time.perf_counter()
    estimator = unfitted_estimator(config).fit(dataset.X[split.train], dataset.y[split.train])
    duration_s = time.perf_counter() - clock
    return TrainingRun(config, split, dataset.fingerprint, reference.fingerprint, estimator, started, duration_s)
