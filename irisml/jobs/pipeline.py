"""Training pipeline, from the data to a version in a registry.

The command line, the page, the image build and the delivery pipeline all run `train_version`.
"""

import logging
from hashlib import sha256

import msgspec

from irisml.data.datasets import Dataset, load_iris
from irisml.domain.errors import ChampionMovedError, InvalidTableError, IrisError, RegistryUnusableError
from irisml.domain.measurements import SPECIES
from irisml.jobs.events import Outcome, TrainingResult
from irisml.model.config import TrainingConfig
from irisml.model.flower_counts import DataStudy
from irisml.model.forest import Forest
from irisml.registry.actor import Actor
from irisml.registry.dataset_flowers import load_flowers
from irisml.registry.protocol import Candidate, Registry
from irisml.registry.version import REFERENCE_NUMBER, ModelVersion
from irisml.releases.champion import PASSED_THE_GATE, champion_to_beat, promote
from irisml.releases.gate import Challenger, gate
from irisml.training.evaluation import evaluate, n_fits
from irisml.training.export import export_forest
from irisml.training.fitting import train
from irisml.training.progress import OnProgress, Progress, ignore_progress
from irisml.training.splits import fixed_split
from irisml.training.study import n_study_fits, study_data
from irisml.training.yardsticks import measure_yardsticks

_log = logging.getLogger(__name__)


def train_version(
    registry: Registry,
    config: TrainingConfig | None = None,
    on_progress: OnProgress = ignore_progress,
    *,
    by: Actor | None = None,
    dataset: int = REFERENCE_NUMBER,
    as_challenger: bool = False,
) -> TrainingResult:
    """Load, train, evaluate, export, apply the gate, register; promote the version if it passed.

    A version may learn from any data set of the registry; it is judged by the reference.

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
    dataset : int, optional
        Number of the data set to learn from; by default the reference.
    as_challenger : bool
        Whether a version that passed waits instead: a shadow asks it the same as the champion until somebody decides.

    Raises
    ------
    DatasetNotFoundError, DamagedDatasetError
        If the data set cannot be used.
    InvalidTableError
        If it has no flower of a species to learn from.
    RegistryUnusableError
        If the registry cannot be written; raised before the training.
    InvalidConfigError, UnknownModelTypeError, ForestMismatchError
    """
    config = config or TrainingConfig()
    config.validate()
    registry.check_writable()
    data, reference = registry.dataset(dataset), load_iris()
    flowers = load_flowers(data)
    _refuse_missing_species(flowers, reference)
    n_more = 0 if registry.study(dataset) else n_study_fits(flowers, reference)

    def tell(progress: Progress) -> None:
        on_progress(msgspec.structs.replace(progress, of=n_fits() + n_more))

    def tell_study(progress: Progress) -> None:
        tell(msgspec.structs.replace(progress, done=n_fits() + progress.done))

    tell(Progress("fit", 0, 0))
    run = train(flowers, config, reference)
    tell(Progress("fit", 1, 0))
    evaluation = evaluate(run, flowers, on_progress=tell, reference=reference)
    yardsticks = measure_yardsticks(flowers, reference)
    forest = export_forest(run, flowers)
    study = study_data(flowers, reference, on_progress=tell_study) if n_more else None
    # Read before the gate compares: a later release was not compared with this model.
    seen = registry.releases().last
    champion = champion_to_beat(registry)
    report = gate(Challenger(forest, evaluation, reference.fingerprint, champion, yardsticks, data.record))
    twin = _twin(registry, forest)
    tell(Progress("save", n_fits() + n_more, 0))
    version = registry.register(Candidate(flowers, run, evaluation, yardsticks, forest, report, dataset))
    if study is not None:
        _save_study(registry, dataset, study)  # before the release, after which a server reads it
    waits = as_challenger and version.manifest.gate.passed
    outcome: Outcome
    outcome, problem = ("challenger", "") if waits else _released(registry, version, seen, by)
    return TrainingResult.of(version, outcome, problem=problem, same_trees_as=twin.number if twin else None)


def _refuse_missing_species(flowers: Dataset, reference: Dataset) -> None:
    counts = flowers.take(fixed_split(flowers, reference).train).class_counts
    if missing := [species for species, n in zip(SPECIES, counts, strict=True) if not n]:
        raise InvalidTableError(problem=f"There is no flower of {', '.join(missing)} to learn from.")


def _save_study(registry: Registry, dataset: int, study: DataStudy) -> None:
    try:
        registry.save_study(dataset, study)
    except RegistryUnusableError as error:
        # The version does not depend on it, and the next training on this data set makes it again.
        _log.warning("the study of data set %s could not be saved: %s", dataset, error)


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
