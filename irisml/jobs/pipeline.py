"""Training pipeline, from the data to a version in a registry.

The command line, the page, the image build and the delivery pipeline all run `train_version`.
"""

import logging
from hashlib import sha256

from irisml.data.datasets import load_iris
from irisml.domain.errors import ChampionMovedError, IrisError, RegistryUnusableError
from irisml.jobs.events import Outcome, TrainingResult
from irisml.model.config import TrainingConfig
from irisml.model.forest import Forest
from irisml.registry.actor import Actor
from irisml.registry.protocol import Candidate, Registry
from irisml.registry.version import ModelVersion
from irisml.releases.champion import PASSED_THE_GATE, champion_to_beat, promote
from irisml.releases.gate import Challenger, gate
from irisml.training.evaluation import evaluate, n_fits
from irisml.training.export import export_forest
from irisml.training.fitting import train
from irisml.training.progress import OnProgress, Progress, ignore_progress

_log = logging.getLogger(__name__)


def train_version(
    registry: Registry,
    config: TrainingConfig | None = None,
    on_progress: OnProgress = ignore_progress,
    *,
    by: Actor | None = None,
) -> TrainingResult:
    """Load, train, evaluate, export, apply the gate, register; promote the version if it passed.

    Nothing is saved before the version is registered, so this can be killed at any time. Once it is
    registered, a result is returned, even if the promotion fails.

    Parameters
    ----------
    registry : Registry
    config : TrainingConfig, optional
        A random forest of 100 trees if left out.
    on_progress : callable, optional
        Called with `Progress` after each fit.
    by : Actor, optional
        Who trains; by default the user of this process.

    Raises
    ------
    RegistryUnusableError
        If the registry cannot be written; raised before the training.
    InvalidConfigError, UnknownModelTypeError, ForestMismatchError
    """
    config = config or TrainingConfig()
    config.validate()
    registry.check_writable()
    dataset = load_iris()
    on_progress(Progress("fit", 0, n_fits()))
    run = train(dataset, config)
    on_progress(Progress("fit", 1, n_fits()))
    evaluation = evaluate(run, dataset, on_progress=on_progress)
    forest = export_forest(run, dataset)
    # Read before the gate compares: a later release was not compared with this model.
    seen = registry.releases().last
    report = gate(Challenger(forest, evaluation, dataset.fingerprint, champion_to_beat(registry)))
    twin = _twin(registry, forest)
    on_progress(Progress("save", n_fits(), n_fits()))
    version = registry.register(Candidate(dataset, run, evaluation, forest, report))
    outcome, problem = _released(registry, version, seen, by)
    return TrainingResult.of(version, outcome, problem=problem, same_trees_as=twin.number if twin else None)


def _twin(registry: Registry, forest: Forest) -> ModelVersion | None:
    try:
        return registry.find(sha256(forest.to_json()).hexdigest())
    except RegistryUnusableError as error:
        # Only a remark depends on it: an old version that cannot be read now must not fail the training.
        _log.warning("cannot check whether an older version has the same trees: %s", error)
        return None


def _released(registry: Registry, version: ModelVersion, seen: int, by: Actor | None) -> tuple[Outcome, str]:
    if not version.manifest.gate.passed:
        return "refused", ""
    try:
        promote(registry, version.number, PASSED_THE_GATE, by=by, follows=seen)
    except ChampionMovedError as error:
        return "champion_moved", str(error)
    except IrisError as error:
        # The version exists; an error would mean that there is none.
        _log.error("version %s was registered, but not promoted: %s", version.number, error)
        return "not_released", str(error)
    return "promoted", ""
