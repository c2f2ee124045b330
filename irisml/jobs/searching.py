"""Search for a better configuration, and train what it has found: a challenger through the same gate as any other."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext

import msgspec

from irisml.data.datasets import load_iris
from irisml.jobs.events import TrainingResult
from irisml.jobs.pipeline import train_version
from irisml.model.search_result import SearchResult
from irisml.registry.actor import Actor
from irisml.registry.dataset_flowers import load_flowers
from irisml.registry.protocol import Registry
from irisml.registry.version import REFERENCE_NUMBER
from irisml.training.cluster import Cluster
from irisml.training.progress import OnProgress, Progress, ignore_progress
from irisml.training.search import N_CANDIDATES, search
from irisml.training.search_space import SPACE


def search_version(
    registry: Registry,
    on_progress: OnProgress = ignore_progress,
    on_found: Callable[[SearchResult], None] = lambda found: None,
    *,
    by: Actor | None = None,
    dataset: int = REFERENCE_NUMBER,
    n_candidates: int = N_CANDIDATES,
    random_state: int = 0,
    n_jobs: int | None = -1,
    space: Sequence[Mapping[str, Sequence[object]]] = SPACE,
    cluster: str | None = None,
) -> TrainingResult:
    """Search, then train the configuration that was found; if it passes the gate, it waits as challenger.

    Parameters
    ----------
    registry : Registry
    on_progress : callable, optional
        Called with `Progress` after each search and each fit.
    on_found : callable, optional
        Called with the result of the search, before the training.
    by, dataset
        See `irisml.jobs.pipeline.train_version`.
    n_candidates, random_state, n_jobs, space
        See `irisml.training.search.search`.
    cluster : str, optional
        Address of a Dask scheduler; by default the search runs here.

    Raises
    ------
    ClusterError, DifferentVersionsError, NotInstalledError
        If the cluster cannot be used, or is lost.
    DatasetNotFoundError, DamagedDatasetError, InvalidTableError, RegistryUnusableError
        See `irisml.jobs.pipeline.train_version`.
    """
    registry.check_writable()
    flowers, reference = load_flowers(registry.dataset(dataset)), load_iris()
    engine = Cluster(cluster) if cluster else None
    n_searched = 0

    def tell(progress: Progress) -> None:
        nonlocal n_searched
        n_searched = progress.of
        on_progress(progress)

    def tell_training(progress: Progress) -> None:
        on_progress(msgspec.structs.replace(progress, done=n_searched + progress.done, of=n_searched + progress.of))

    with engine.connected() if engine else nullcontext():
        found = search(
            flowers,
            reference,
            n_candidates=n_candidates,
            random_state=random_state,
            n_jobs=n_jobs,
            space=space,
            where=engine.fits if engine else nullcontext,
            on_progress=tell,
        )
    on_found(found)
    return train_version(registry, found.config, tell_training, by=by, dataset=dataset, as_challenger=True)
