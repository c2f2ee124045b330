"""Retention: which images of the registry are deleted. None that an app or a slot has, and none of the newest."""

import json
from collections.abc import Iterable, Mapping, Sequence

from infra.plan import Plan, Step
from infra.runner import output
from infra.settings import ENVIRONMENTS, REPOSITORY, SLOT, Settings


def to_delete(manifests: Sequence[Mapping[str, object]], in_use: Iterable[str], keep: int) -> list[str]:
    """Return the digests of the images to delete.

    Parameters
    ----------
    manifests : sequence of mapping
        As ``az acr manifest list-metadata`` prints them: ``digest``, ``createdTime`` and ``tags``.
    in_use : iterable of str
        Digests that an app or a slot has.
    keep : int
        Number of the newest images to keep, besides those; 1 or more.

    Raises
    ------
    ValueError
        If fewer are to be kept.

    Examples
    --------
    >>> old = {"digest": "sha256:a", "createdTime": "2026-01", "tags": ["41"]}
    >>> new = {"digest": "sha256:b", "createdTime": "2026-02", "tags": ["42"]}
    >>> to_delete([old, new], in_use=[], keep=1)
    ['sha256:a']
    >>> to_delete([old, new], in_use=["sha256:a"], keep=1)
    []
    """
    if keep < 1:
        raise ValueError(f"{keep} is not a number of images to keep. Give 1 or more.")
    # One without a tag can be a part of another image.
    tagged = [one for one in manifests if one.get("tags")]
    newest_first = sorted(tagged, key=lambda one: str(one["createdTime"]), reverse=True)
    used = set(in_use)
    return [digest for one in newest_first[keep:] if (digest := str(one["digest"])) not in used]


def retain(settings: Settings, keep: int) -> Plan:
    """Ask the registry and the sites; return the steps that delete the images of no use.

    Raises
    ------
    AzureError
        If a site or the registry cannot be asked: an image that might be in use is not deleted.
    """
    listed = output(
        f"acr manifest list-metadata --registry {settings.registry} --name {REPOSITORY} --output json".split()
    )
    in_use = [_digest(settings, environment, side) for environment in ENVIRONMENTS for side in ("live", SLOT)]
    return tuple(
        Step(
            "Delete an image that is old and in no app",
            f"acr repository delete --name {settings.registry} --image {REPOSITORY}@{digest} --yes --output none",
        )
        for digest in to_delete(json.loads(listed), in_use, keep)
    )


def _digest(settings: Settings, environment: str, side: str) -> str:
    app = f"--resource-group {settings.group(environment)} --name {settings.app(environment)}"
    slot = f"--slot {SLOT} " if side == SLOT else ""
    image = output(f"webapp config show {app} {slot}--query linuxFxVersion --output tsv".split())
    return image.rpartition("@")[2]
