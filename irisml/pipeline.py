"""A whole training, from data to a version in a registry: the same one everywhere.

The command line, the page, the image build and the delivery pipeline all run `train_version`.
"""

from irisml.config import TrainingConfig
from irisml.datasets import Dataset, load_iris
from irisml.errors import ForestMismatchError
from irisml.evaluation import evaluate, n_fits
from irisml.forest import Forest
from irisml.progress import OnProgress, Progress, ignore_progress
from irisml.promotion import Trial, gate
from irisml.registry.protocol import CHALLENGER, CHAMPION, Candidate, Registry
from irisml.releases import PASSED_THE_GATE, champion_to_beat, promote
from irisml.result import TrainingResult
from irisml.training import TrainingRun, train


def export_forest(run: TrainingRun, dataset: Dataset) -> Forest:
    """Take the trees out of the estimator, and prove on every flower that they answer as it does.

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


def train_version(
    registry: Registry,
    config: TrainingConfig | None = None,
    on_progress: OnProgress = ignore_progress,
) -> TrainingResult:
    """Load, train, evaluate, export, pass the gate, register; promote what passed.

    Until the version is registered nothing is written, so this can be killed at any moment.

    Parameters
    ----------
    registry : Registry
    config : TrainingConfig, optional
        A random forest of 100 trees if left out.
    on_progress : callable, optional
        Called with `Progress` after each fit.
    """
    config = config or TrainingConfig()
    dataset = load_iris()
    on_progress(Progress("fit", 0, n_fits()))
    run = train(dataset, config)
    on_progress(Progress("fit", 1, n_fits()))
    evaluation = evaluate(run, dataset, on_progress=on_progress)
    forest = export_forest(run, dataset)
    judged_against = registry.alias(CHAMPION)
    report = gate(Trial(forest, evaluation, dataset.fingerprint, champion_to_beat(registry)))
    on_progress(Progress("save", n_fits(), n_fits()))
    version = registry.register(Candidate(dataset, run, evaluation, forest, report))
    # Somebody else's training may have ended in the meantime: its champion was never compared with this one.
    promoted = report.passed and registry.alias(CHAMPION) == judged_against
    if promoted:
        promote(registry, version.number, PASSED_THE_GATE)
    else:
        registry.set_alias(CHALLENGER, version.number)
    return TrainingResult.of(version, promoted=promoted)
