"""Where versions of the model are kept."""

import os

from irisml.registry.folder import FolderRegistry
from irisml.registry.protocol import Registry

DEFAULT_LOCATION = "models"


def registry_location(location: str | None = None) -> str:
    """Return *location*, or where it is None the environment's IRISML_REGISTRY, else "models"."""
    return location or os.environ.get("IRISML_REGISTRY") or DEFAULT_LOCATION


def open_registry(location: str | None = None) -> Registry:
    """Open the registry at *location*.

    Parameters
    ----------
    location : str, optional
        A folder; by default the environment's IRISML_REGISTRY, else "models" in the working directory.

    Examples
    --------
    >>> open_registry("no/such/folder").versions()
    ()
    """
    return FolderRegistry(registry_location(location))


def image_registry() -> Registry | None:
    """Open the versions that the image brings along, which IRISML_SEED names; None outside of an image."""
    folder = os.environ.get("IRISML_SEED")
    return FolderRegistry(folder, signed=False) if folder else None


__all__ = ["DEFAULT_LOCATION", "FolderRegistry", "Registry", "image_registry", "open_registry", "registry_location"]
