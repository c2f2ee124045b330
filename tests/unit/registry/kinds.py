"""The kinds of registries that keep one contract: a folder, and tracking servers with ``--tracking-servers``."""

from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from irisml import FolderRegistry
from irisml.registry.mlflow.registry import MlflowRegistry
from irisml.registry.protocol import Registry


@dataclass(frozen=True)
class Kind:
    """How to make a registry that nobody has written to, and how to open it as another process does.

    Parameters
    ----------
    url : str or None
        Of a tracking server; None for a folder.
    """

    url: str | None

    def new(self, folder: Path) -> Registry:
        """*folder* does not exist."""
        if self.url is None:
            return FolderRegistry(folder)
        return MlflowRegistry(f"mlflow+{self.url}?name=t{uuid4().hex[:12]}", folder)

    def reopened(self, registry: Registry) -> Registry:
        """Without anything that the first one remembers."""
        if isinstance(registry, MlflowRegistry):
            return MlflowRegistry(registry.location, registry.folder.with_name(uuid4().hex))
        return FolderRegistry(registry.folder)
