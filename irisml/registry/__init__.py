"""Registry of versions of the model."""

from irisml.domain.settings import settings
from irisml.registry.folder import FolderRegistry
from irisml.registry.protocol import Registry


def registry_location(location: str | None = None) -> str:
    """Return *location*; by default the environment variable IRISML_REGISTRY, else "models"."""
    return location or settings().registry


def open_registry(location: str | None = None) -> Registry:
    """Open the registry at *location*.

    Parameters
    ----------
    location : str, optional
        A folder; by default the environment variable IRISML_REGISTRY, else "models" in the working directory.

    Examples
    --------
    >>> open_registry("no/such/folder").versions()
    ()
    """
    return FolderRegistry(registry_location(location))


def bundled_registry() -> Registry | None:
    """Open the bundled versions of the container image, in IRISML_BUNDLED_MODELS; None outside of an image."""
    folder = settings().bundled_models
    return FolderRegistry(folder, signed=False) if folder else None


__all__ = ["FolderRegistry", "Registry", "bundled_registry", "open_registry", "registry_location"]
