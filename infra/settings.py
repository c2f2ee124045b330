"""Names and sizes of the Azure resources, all derived from one name, so that nothing has to be looked up."""

import re
from dataclasses import dataclass
from ipaddress import ip_network

SLOT = "staging"
"""Slot in which a deployment is probed before the swap."""
PORT = 8000
HEALTH_PATH = "/healthz"
MOUNT = "/registry"
"""Mount path of the share with the versions in the container."""
NO_SHARE = "/tmp/models"  # noqa: S108 - in the container
REPOSITORY = "irisml"
ENVIRONMENTS = ("production", "dev")
"""In the order of creation: production's resource group holds what both share."""
BASE_REPOSITORY, BASE_TAG = "base/python", "3.13-slim"
"""Own copy of the base image of the Dockerfile."""
SKU = "P0v3"
AGENTS = "AzureCloud"
"""Service tag of everything that runs in Azure: Microsoft-hosted agents and the Cloud Shell among it."""
_NAME = re.compile(r"[a-z][a-z0-9]{2,13}")
_TAG = re.compile(r"[A-Z][A-Za-z]+(?:\.[A-Za-z0-9]+)?")
_BUILD = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_WORD = re.compile(r"[A-Za-z0-9]+")
_NAME_PART = r"[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*"  # of a repository, as the distribution specification has it
_DIGEST = re.compile(rf"[a-z0-9-]+(?:\.[a-z0-9-]+)+/{_NAME_PART}(?:/{_NAME_PART})*@sha256:[0-9a-f]{{64}}")


@dataclass(frozen=True)
class Settings:
    """Name, region and size of the Azure resources. None leaves what there is, or takes the default at the creation.

    Parameters
    ----------
    name : str
        3 to 14 lower-case letters and digits. It becomes part of public addresses, so it must be globally unique.
    location : str
        Azure region of resource groups that do not exist; everything in a group is in its region.
    sku : str, optional
        Size of the App Service plan. P0v3 is the cheapest that has slots.
    instances : int, optional
        Machines of the plan, 1 to 30. With more than one, each has a hall of its own, see ``docs/scaling.md``.
    workers : int, optional
        Server processes in each container, 1 to 16: IRISML_WORKERS.
    allow : tuple of str
        Who reaches Dev and the staging slots: addresses, ranges, or service tags of Azure. Empty: those who are
        allowed already, at the creation `AGENTS`. Production is open to all.
    alert_email : str, optional
        Who is told when production is unhealthy. At the creation None: the alerts are shown in the portal only.
    share : bool
        False where a policy forbids keys of storage accounts: then there is no share, and a container keeps what is
        trained on it until it restarts.

    Raises
    ------
    ValueError
        If one of them is invalid.

    Examples
    --------
    >>> Settings("myirises").app("dev")
    'myirises-dev'
    """

    name: str
    location: str = "westeurope"
    sku: str | None = None
    instances: int | None = None
    workers: int | None = None
    allow: tuple[str, ...] = ()
    alert_email: str | None = None
    share: bool = True

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise ValueError(
                f'"{self.name}" cannot be the name: the registry and the storage account allow '
                "3 to 14 lower-case letters and digits, a letter first."
            )
        for word in (self.location, self.sku):
            if word is not None and not _WORD.fullmatch(word):
                raise ValueError(f'"{word}" is neither a region nor a size. Give one like westeurope, or P0v3.')

        for count, most, what in ((self.instances, 30, "machines"), (self.workers, 16, "processes")):
            if count is not None and not 1 <= count <= most:
                raise ValueError(f"{count} is not a number of {what}. Give one from 1 to {most}.")
        for source in self.allow:
            if not _TAG.fullmatch(source) and not is_network(source):
                raise ValueError(f'"{source}" is neither an address nor a service tag. Give one like 203.0.113.7/32.')
        if self.alert_email is not None and not _MAIL.fullmatch(self.alert_email):
            raise ValueError(f'"{self.alert_email}" is not a mail address.')

    def stem(self, environment: str) -> str:
        """Begin the names of an environment; the bare name is production."""
        return self.name if environment == "production" else f"{self.name}-{environment}"

    def group(self, environment: str) -> str:
        """Resource group of an environment: who may deploy to one may do nothing in the other."""
        return f"rg-{self.stem(environment)}"

    @property
    def shared_group(self) -> str:
        """Resource group of what both environments use: production's."""
        return self.group("production")

    @property
    def registry(self) -> str:
        """Container registry."""
        return f"{self.name}images"

    @property
    def registry_host(self) -> str:
        """Host of the container registry."""
        return f"{self.registry}.azurecr.io"

    @property
    def workspace(self) -> str:
        """Log Analytics workspace of both environments."""
        return f"log-{self.name}"

    def identity(self, environment: str) -> str:
        """Managed identity that may pull images, and read the secrets of its environment."""
        return f"id-{self.stem(environment)}"

    def storage(self, environment: str) -> str:
        """Storage account of the share."""
        return f"{self.stem(environment)}models".replace("-", "")

    def vault(self, environment: str) -> str:
        """Key vault of the secrets."""
        return f"{self.stem(environment)}-vault"

    @property
    def plan(self) -> str:
        """App Service plan: the machine that all apps and slots share."""
        return f"plan-{self.name}"

    @property
    def instance(self) -> str:
        """Container instance, the alternative to the web apps."""
        return f"{self.name}-instance"

    def app(self, environment: str) -> str:
        """Web app of an environment."""
        return self.stem(environment)


def is_network(source: str) -> bool:
    """Whether a source is an address or a range, and no service tag."""
    try:
        ip_network(source, strict=False)
    except ValueError:
        return False
    return True


def checked_build(build: str) -> str:
    """Return a build if it can be one: letters, digits, dots, hyphens.

    Raises
    ------
    ValueError
        If it is empty or has other characters.
    """
    if not _BUILD.fullmatch(build):
        raise ValueError(f'"{build}" cannot be a build. Give what /healthz reports, like 42 or hand-1.')
    return build


def checked_image(image: str) -> str:
    """Return the name of an image if it has a digest, which identifies one image permanently.

    Raises
    ------
    ValueError
        If it has a tag, which can be moved to another image.

    Examples
    --------
    >>> checked_image("myirisesimages.azurecr.io/irisml:latest")
    Traceback (most recent call last):
    ValueError: "myirisesimages.azurecr.io/irisml:latest" names no digest. Give registry/repository@sha256:...
    """
    if not _DIGEST.fullmatch(image):
        raise ValueError(f'"{image}" names no digest. Give registry/repository@sha256:... as the push printed it.')
    return image
