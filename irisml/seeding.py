"""What happens to the model that an image brings along, when a server starts.

An image carries the version that was trained and passed the gate in its build. The registry
beside it outlives the image: it holds what was trained on the site, too. So the image's model
is a challenger like any other, once: it is added, compared with the champion of the day, and
serves if the gate lets it. An image that starts again, or brings trees that are known already,
changes nothing; what somebody has promoted since stays, and so does a champion that was trained
after the image's model.
"""

import logging
from contextlib import suppress

from irisml.errors import ChampionMovedError
from irisml.promotion import Trial, gate
from irisml.registry.protocol import CHALLENGER, CHAMPION, Registry
from irisml.registry.version import ModelVersion
from irisml.releases import CAME_WITH_THE_IMAGE, champion_to_beat, promote, serving_version

_log = logging.getLogger(__name__)


def seed(registry: Registry, image: Registry) -> ModelVersion:
    """Add the champion of an image to a registry, unless its trees are there; promote it if the gate lets it.

    Several servers may do this at the same moment: there will be one version and one champion, if perhaps
    several lines in the history. A server that is killed in between leaves the rest to the next start.

    Parameters
    ----------
    registry : Registry
        What outlives the image.
    image : Registry
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
    carried = serving_version(image)
    judged_against = registry.alias(CHAMPION)
    champion = champion_to_beat(registry)
    held = registry.find(carried.forest_sha256)
    is_new = held is None
    if held is None:
        trial = Trial(carried.forest, carried.evaluation, carried.manifest.data_fingerprint, champion)
        held = registry.adopt(carried, gate(trial))
        _log.info("the image brought version %s", held.number)
    verdict = held.manifest.gate
    # A champion that cannot be read may be well again in a moment, and has been compared with nothing.
    readable = (champion.version if champion else None) == judged_against
    compared = readable and verdict.champion == judged_against == registry.alias(CHAMPION)
    if verdict.passed and compared and not _has_served(registry, held) and _is_newer(carried, registry, judged_against):
        # Another server that starts may have been quicker: then this is done already.
        with suppress(ChampionMovedError):
            promote(registry, held.number, CAME_WITH_THE_IMAGE, replacing=judged_against)
    if is_new and registry.alias(CHAMPION) != held.number:
        registry.set_alias(CHALLENGER, held.number)
    return held


def _is_newer(carried: ModelVersion, registry: Registry, champion: int | None) -> bool:
    return champion is None or carried.manifest.created > registry.get(champion).manifest.created


def _has_served(registry: Registry, version: ModelVersion) -> bool:
    # Also what was replaced: a promotion that was killed before it was recorded is seen by what came after it.
    return any(version.number in (change.version, change.replaced) for change in registry.history())
