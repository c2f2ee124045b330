"""Actor of a release: the person or program that changed the champion."""

import getpass
from typing import Literal

import msgspec

from irisml.domain.settings import settings

LONGEST_NAME = 200


class Actor(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who changed the champion.

    Parameters
    ----------
    kind : str
        "presenter" (on the page), "command line", "pipeline", "image" (the bundled model, on start-up), "server"
        (the automatic first training), "MLflow" (the alias was moved there) or "older irisml" (not recorded then).
    name : str
        User, build or image, if it is known.

    Examples
    --------
    >>> str(Actor("pipeline", "build 42")), str(Actor("presenter"))
    ('the pipeline (build 42)', 'the presenter')
    """

    kind: Literal["presenter", "command line", "pipeline", "image", "server", "MLflow", "older irisml"]
    name: str = ""

    def __post_init__(self) -> None:
        if len(self.name) > LONGEST_NAME:
            raise ValueError(f"the name of an actor has {len(self.name)} characters, at most {LONGEST_NAME}")

    def __str__(self) -> str:
        own = {"older irisml": "an older irisml", "MLflow": "MLflow"}
        words = own.get(self.kind) or f"the {self.kind}"
        return f"{words} ({self.name})" if self.name else words


def current_actor() -> Actor:
    """Return who runs this process: the pipeline where IRISML_BUILD names its build, else a user at a command line."""
    if build := settings().build:
        return Actor("pipeline", build[:LONGEST_NAME])
    try:
        user = getpass.getuser()
    except (OSError, KeyError, ImportError):  # a container's user may have no name; the exception varies
        user = ""
    # A name that is not text in this locale must not make the release fail.
    return Actor("command line", user.encode(errors="replace").decode()[:LONGEST_NAME])
