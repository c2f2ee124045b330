"""The names and sizes of what runs on Azure: all derived from one name, so that nothing has to be looked up."""

import re
from dataclasses import dataclass

SLOT = "staging"
"""Where a release is tried before it goes live."""
PORT = 8000
MOUNT = "/registry"
"""Where the share with the versions appears in the container."""
REPOSITORY = "irisml"
ENVIRONMENTS = ("dev", "production")
_NAME = re.compile(r"[a-z][a-z0-9]{2,15}")
_WORD = re.compile(r"[A-Za-z0-9]+")
_DIGEST = re.compile(r"[a-z0-9.]+/[a-z0-9/]+@sha256:[0-9a-f]{64}")


@dataclass(frozen=True)
class Settings:
    """What is made on Azure, and where.

    Parameters
    ----------
    name : str
        3 to 16 lower-case letters and digits. It becomes part of public addresses, so it must be yours alone.
    location : str
        Region of Azure.
    sku : str
        Size of the plan. P0v3 is the cheapest that has slots.

    Raises
    ------
    ValueError
        If the name, the region or the size cannot be one.

    Examples
    --------
    >>> Settings("myirises").app("dev")
    'myirises-dev'
    """

    name: str
    location: str = "westeurope"
    sku: str = "P0v3"

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise ValueError(
                f'"{self.name}" cannot be the name: the registry and the storage account allow '
                "3 to 16 lower-case letters and digits, a letter first."
            )
        for word in (self.location, self.sku):
            if not _WORD.fullmatch(word):
                raise ValueError(f'"{word}" is neither a region nor a size. Give one like westeurope, or P0v3.')

    @property
    def group(self) -> str:
        """Resource group: everything is in it, and goes with it."""
        return f"rg-{self.name}"

    @property
    def registry(self) -> str:
        """Container registry."""
        return f"{self.name}images"

    @property
    def registry_host(self) -> str:
        """Where images are pushed to and pulled from."""
        return f"{self.registry}.azurecr.io"

    @property
    def identity(self) -> str:
        """Managed identity that may pull images."""
        return f"id-{self.name}"

    @property
    def storage(self) -> str:
        """Storage account of the shares."""
        return f"{self.name}models"

    @property
    def plan(self) -> str:
        """App Service plan: the machine that all apps and slots share."""
        return f"plan-{self.name}"

    @property
    def instance(self) -> str:
        """Container instance, the other way to run the image."""
        return f"{self.name}-instance"

    def app(self, environment: str) -> str:
        """Web app of an environment; the bare name is production."""
        return self.name if environment == "production" else f"{self.name}-{environment}"


def checked_image(image: str) -> str:
    """Return the name of an image if it names one image for ever: by its digest.

    Raises
    ------
    ValueError
        If it names a tag, which may be another image tomorrow.

    Examples
    --------
    >>> checked_image("myirisesimages.azurecr.io/irisml:latest")
    Traceback (most recent call last):
    ValueError: "myirisesimages.azurecr.io/irisml:latest" names no digest. Give registry/repository@sha256:...
    """
    if not _DIGEST.fullmatch(image):
        raise ValueError(f'"{image}" names no digest. Give registry/repository@sha256:... as the push printed it.')
    return image
