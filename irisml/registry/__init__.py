"""Registry of versions of the model."""

from irisml.domain.settings import settings
from irisml.registry.folder import FolderRegistry
from irisml.registry.location import local_folder, mlflow_address, shown_location
from irisml.registry.protocol import Registry


def registry_location(location: str | None = None) -> str:
    """Return *location*; by default the environment variable IRISML_REGISTRY, else "models"."""
    return location or settings().registry


def open_registry(location: str | None = None) -> Registry:
    """Open the registry at *location*.

    Parameters
    ----------
    location : str, optional
        A folder, or ``mlflow+http://…``, a tracking server; by default the environment variable IRISML_REGISTRY, else
        "models" in the working directory.

    Raises
    ------
    InvalidSettingError
        If it begins as the address of a tracking server, but is none.

    Examples
    --------
    >>> open_registry("no/such/folder").versions()
    ()
    """
    where = registry_location(location)
    if mlflow_address(where) is None:
        return FolderRegistry(where)
    from irisml.registry.mlflow.registry import MlflowRegistry  # 20 ms of imports that a folder does not need

    return MlflowRegistry(where)


def bundled_registry() -> Registry | None:
    """Open the bundled versions of the container image, in IRISML_BUNDLED_MODELS; None outside of an image."""
    folder = settings().bundled_models
    return FolderRegistry(folder, signed=False) if folder else None


__all__ = [
    "FolderRegistry",
    "Registry",
    "bundled_registry",
    "local_folder",
    "open_registry",
    "registry_location",
    "shown_location",
]
