"""On start-up, add the model bundled in the container image to the registry.

The bundled model was trained and passed the gate in the image build. The registry outlives the
image and also holds versions trained on the site. The bundled model is therefore a challenger,
once: it is added, compared with the serving version, and promoted if it passes the gate. An image
that starts again, or whose trees are already in the registry, changes nothing. A champion that
was promoted since then, or was trained after the bundled model, stays champion.
"""

import logging

from irisml.domain.errors import ChampionMovedError
from irisml.domain.settings import settings
from irisml.registry.actor import LONGEST_NAME, Actor
from irisml.registry.protocol import Registry
from irisml.registry.version import REFERENCE_NUMBER, ModelVersion
from irisml.releases.champion import CAME_WITH_THE_IMAGE, champion_of, promote, serving_version
from irisml.releases.gate import Challenger, Champion, gate

_log = logging.getLogger(__name__)


def adopt_bundled_model(registry: Registry, bundled: Registry) -> ModelVersion:
    """Add the bundled model to a registry, unless its trees are there; promote it if it passes the gate.

    Several servers may do this at the same time: the result is one version and one release. If a server is
    killed in between, the next start completes the work.

    Parameters
    ----------
    registry : Registry
        The registry that outlives the image.
    bundled : Registry
        The registry in the image; only read.

    Returns
    -------
    ModelVersion
        The bundled model as a version of *registry*.

    Raises
    ------
    VersionNotFoundError
        If the image contains no version.
    RegistryUnusableError
        If the registry cannot be read or written.
    """
    candidate = serving_version(bundled)
    log = registry.releases()
    serving = champion_of(registry)
    held = registry.find(candidate.forest_sha256)
    if held is None:
        manifest = candidate.manifest
        dataset = _adopt_dataset(registry, bundled, manifest.dataset)
        challenger = Challenger(
            candidate.load_forest(),
            candidate.evaluation,
            manifest.judged_by,
            Champion.of(serving) if serving else None,
            manifest.yardsticks,
            registry.dataset(dataset).record,
        )
        held = registry.adopt(candidate, gate(challenger), dataset)
        if (study := bundled.study(manifest.dataset)) is not None and registry.study(dataset) is None:
            registry.save_study(dataset, study)
        _log.info("added the bundled model as version %s", held.number)
    if held.manifest.gate.passed and not log.has_served(held.number) and _may_replace(held, serving, log.champion):
        by = Actor("image", (settings().image or "")[:LONGEST_NAME])
        try:
            promote(registry, held.number, CAME_WITH_THE_IMAGE, by=by, follows=log.last)
        except ChampionMovedError as error:
            _log.info("%s", error)  # another server or a person was faster
    return held


def _adopt_dataset(registry: Registry, bundled: Registry, number: int) -> int:
    """Copy a data set of the image and those that it was made from; return its number in *registry*."""
    if number == REFERENCE_NUMBER:
        return number
    dataset = bundled.dataset(number)
    parent = _adopt_dataset(registry, bundled, dataset.record.parent or REFERENCE_NUMBER)
    return registry.adopt_dataset(dataset, parent)


def _may_replace(held: ModelVersion, serving: ModelVersion | None, champion: int | None) -> bool:
    if serving is None or serving.number == held.number:
        return champion is None
    if champion not in (None, serving.number):
        return False  # the champion cannot be read: it may be restored, and was not compared with *held*
    was_compared = held.manifest.gate.champion == serving.number
    return was_compared and held.manifest.created > serving.manifest.created
