"""Fitting one model on the training rows of a data set."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime

from irisml.config import TrainingConfig
from irisml.datasets import Dataset
from irisml.models import Estimator
from irisml.splits import Split, fixed_split


@dataclass(frozen=True, eq=False)
class TrainingRun:
    """A fitted model and how it came about.

    Parameters
    ----------
    config : TrainingConfig
    split : Split
        Rows that it learned from, and rows that it has not seen.
    data_fingerprint : str
        `Dataset.fingerprint` of the data it was trained on.
    estimator : scikit-learn classifier
        Fitted on the training rows.
    started : datetime
        In UTC.
    duration_s : float
        Seconds that fitting took.
    """

    config: TrainingConfig
    split: Split
    data_fingerprint: str
    estimator: Estimator
    started: datetime
    duration_s: float


def train(dataset: Dataset, config: TrainingConfig | None = None) -> TrainingRun:
    """Fit a model on the training rows of the fixed split.

    Parameters
    ----------
    dataset : Dataset
    config : TrainingConfig, optional
        A random forest of 100 trees if left out.

    Examples
    --------
    >>> from irisml import load_iris
    >>> run = train(load_iris(), TrainingConfig(n_estimators=10))
    >>> type(run.estimator).__name__, len(run.split.train)
    ('RandomForestClassifier', 120)
    """
    config = config or TrainingConfig()
    split = fixed_split(dataset)
    started, clock = datetime.now(UTC), time.perf_counter()
    estimator = config.unfitted().fit(dataset.X[split.train], dataset.y[split.train])
    return TrainingRun(config, split, dataset.fingerprint, estimator, started, time.perf_counter() - clock)
