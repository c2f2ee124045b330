"""What happens to the model that an image brings along, when a server starts.

An image carries the version that was trained and passed the gate in its build. The registry
beside it outlives the image: it holds what was trained on the site, too. So the image's model
is a challenger like any other, once: it is added, compared with the champion of the day, and
serves if the gate lets it. An image that starts again, or brings trees that are known already,
changes nothing; what somebody has promoted since stays, and so does a champion that was trained
after the image's model.
"""

import logging

from irisml.domain.errors import ChampionMovedError, NothingServesError, VersionNotFoundError
from irisml.domain.settings import settings
from irisml.registry.actor import LONGEST_NAME, Actor
from irisml.registry.protocol import Registry
from irisml.registry.version import ModelVersion
from irisml.releases.champion import CAME_WITH_THE_IMAGE, promote, serving_version
from irisml.releases.gate import Challenger, Champion, gate

_log = logging.getLogger(__name__)


def adopt_bundled_model(registry: Registry, bundled: Registry) -> ModelVersion:
    """Add the champion of an image to a registry, unless its trees are there; promote it if the gate lets it.

    Several servers may do this at the same moment: there will be one version and one release. A server that is
    killed in between leaves the rest to the next start.

    Parameters
    ----------
    registry : Registry
        What outlives the image.
    bundled : Registry
        What the image holds; only read.

    Returns
    -------
    ModelVersion
        The image's model as a version of *registry*.

    Raises
    ------
    VersionNotFoundError
        If the image holds no version.
    RegistryUnusableError
        If the registry cannot be read or written.
    """
    carried = serving_version(bundled)
    log = registry.releases()
    serving = _serving(registry)
    held = registry.find(carried.forest_sha256)
    if held is None:
        champion = Champion.of(serving) if serving else None
        challenger = Challenger(carried.load_forest(), carried.evaluation, carried.manifest.data_fingerprint, champion)
        held = registry.adopt(carried, gate(challenger))
        _log.info("the image brought version %s", held.number)
    if held.manifest.gate.passed and not log.has_served(held.number) and _may_replace(held, serving, log.champion):
        by = Actor("image", (settings().image or "")[:LONGEST_NAME])
        try:
            promote(registry, held.number, CAME_WITH_THE_IMAGE, by=by, follows=log.last)
        except ChampionMovedError as error:
            _log.info("%s", error)  # another server that starts was quicker, or a person
    return held


def _serving(registry: Registry) -> ModelVersion | None:
    try:
        return serving_version(registry)
    except (VersionNotFoundError, NothingServesError):
        return None


def _may_replace(held: ModelVersion, serving: ModelVersion | None, champion: int | None) -> bool:
    if serving is None or serving.number == held.number:
        return champion is None
    if champion not in (None, serving.number):
        return False  # the champion cannot be read: it may be restored, and was compared with nothing
    was_compared = held.manifest.gate.champion == serving.number
    return was_compared and held.manifest.created > serving.manifest.created
