"""Where a registry is: a folder, or an MLflow tracking server."""

import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from irisml.domain.errors import InvalidSettingError
from irisml.domain.settings import settings

SCHEME = "mlflow+"
"""Before the address of a tracking server."""
DEFAULT_NAME = "iris"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_TAKEN = ("-releases", "-datasets")
"""Ends of the names of the other two registered models."""
_ALLOWED = "a folder, or mlflow+http://host:5000, with ?name=… for another registered model than iris"


@dataclass(frozen=True)
class MlflowAddress:
    """Address of a registry on a tracking server.

    Parameters
    ----------
    url : str
        Of the tracking server, as MLflow itself takes it.
    name : str
        Of the registered model; the releases and the data sets have names that begin with it.
    """

    url: str
    name: str = DEFAULT_NAME

    def __str__(self) -> str:
        return f"{SCHEME}{self.url}" + (f"?name={self.name}" if self.name != DEFAULT_NAME else "")

    @property
    def slug(self) -> str:
        """As the name of a folder; another one for each address."""
        words = re.sub(r"[^A-Za-z0-9]+", "-", f"{self.url} {self.name}").strip("-")
        return f"{words}-{sha256(str(self).encode()).hexdigest()[:8]}"


def mlflow_address(location: str) -> MlflowAddress | None:
    """Read the location of a registry; None if it is a folder.

    Raises
    ------
    InvalidSettingError
        If it is an address, but not that of a tracking server.

    Examples
    --------
    >>> mlflow_address("mlflow+http://mlflow:5000?name=roses")
    MlflowAddress(url='http://mlflow:5000', name='roses')
    >>> mlflow_address("models") is None
    True
    """
    if not location.startswith(SCHEME):
        if "://" in location:  # otherwise a folder of that name would be created
            raise InvalidSettingError(name="IRISML_REGISTRY", value=_without_password(location), allowed=_ALLOWED)
        return None
    try:
        parts = urlsplit(location.removeprefix(SCHEME))
        query = parse_qs(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
        name = query.pop("name", [DEFAULT_NAME])[-1]
        sound = (
            parts.scheme in ("http", "https") and parts.hostname and parts.port != 0 and not (query or parts.fragment)
        )
    except ValueError:
        sound = False
    if not sound or parts.username is not None or not _NAME.fullmatch(name) or name.endswith(_TAKEN):
        raise InvalidSettingError(name="IRISML_REGISTRY", value=_without_password(location), allowed=_ALLOWED)
    return MlflowAddress(f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}", name)


def _without_password(location: str) -> str:
    """Return an address for a message; a password belongs into one of MLflow's variables."""
    return re.sub(r"//.*@", "//…@", location).partition("?")[0]


def local_folder(location: str) -> Path:
    """Return the folder in which this machine keeps what belongs to a registry: events, sign-in, copies of files.

    For a registry in a folder it is that folder; for one on a server, a folder in IRISML_LOCAL.

    Examples
    --------
    >>> local_folder("models").name, local_folder("mlflow+http://mlflow:5000").name
    ('models', 'http-mlflow-5000-iris-...')
    """
    address = mlflow_address(location)
    return Path(location) if address is None else Path(settings().local) / address.slug


def shown_location(location: str) -> str:
    """Return a location for a person: the whole path of a folder, or the address of a server."""
    address = mlflow_address(location)
    return str(Path(location).absolute()) if address is None else str(address)
