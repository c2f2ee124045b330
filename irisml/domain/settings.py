"""Settings of a process: all that irisml reads from the environment, in one frozen value.

The limits of the app (`web.server`'s business) and the name of the resources on Azure (`infra`) are read where
they are used. `docs/settings.md` lists all of them.
"""

import os
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

DEFAULT_REGISTRY = "models"
SHORTEST_PASSPHRASE = 8
"""Characters of the presenter's passphrase; with fewer, signing in is off."""
_OLD_NAMES = {"IRISML_BUNDLED_MODELS": "IRISML_SEED"}
"""Names that still work, by the name to use now."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of this process. An empty variable counts as one that is not set.

    Parameters
    ----------
    registry : str
        IRISML_REGISTRY: folder of the versions.
    bundled_models : str or None
        IRISML_BUNDLED_MODELS: folder of the versions that a container image holds.
    signing_key : bytes or None
        IRISML_SIGNING_KEY: signs versions and releases; unsigned ones are refused.
    public : bool
        IRISML_PUBLIC: whether visitors are kept apart from the presenter. "" and "0" mean no.
    presenter_passphrase : str
        IRISML_PRESENTER_PASSPHRASE; empty where it is not set.
    commit, build, image : str or None
        IRISML_COMMIT, IRISML_BUILD, IRISML_IMAGE: provenance of the code that runs.
    azure_site, azure_slot : str or None
        WEBSITE_SITE_NAME, WEBSITE_SLOT_NAME: set by Azure App Service.

    Examples
    --------
    >>> Settings.of({"IRISML_BUILD": "42"}).build, Settings.of({}).registry
    ('42', 'models')
    """

    registry: str = DEFAULT_REGISTRY
    bundled_models: str | None = None
    signing_key: bytes | None = field(default=None, repr=False)
    public: bool = False
    presenter_passphrase: str = field(default="", repr=False)
    commit: str | None = None
    build: str | None = None
    image: str | None = None
    azure_site: str | None = None
    azure_slot: str | None = None

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Self:
        """Read the settings of an environment.

        Warns
        -----
        DeprecationWarning
            If a variable has a name of an older irisml.
        """

        def read(name: str) -> str | None:
            if value := environment.get(name):
                return value
            old = _OLD_NAMES.get(name)
            if value := environment.get(old or ""):
                warnings.warn(f"{old} is called {name} now. Rename the variable.", DeprecationWarning, stacklevel=3)
            return value or None

        key = read("IRISML_SIGNING_KEY")
        return cls(
            registry=read("IRISML_REGISTRY") or DEFAULT_REGISTRY,
            bundled_models=read("IRISML_BUNDLED_MODELS"),
            signing_key=os.fsencode(key) if key else None,
            public=read("IRISML_PUBLIC") not in (None, "0"),
            presenter_passphrase=read("IRISML_PRESENTER_PASSPHRASE") or "",
            commit=read("IRISML_COMMIT"),
            build=read("IRISML_BUILD"),
            image=read("IRISML_IMAGE"),
            azure_site=read("WEBSITE_SITE_NAME"),
            azure_slot=read("WEBSITE_SLOT_NAME"),
        )


def settings() -> Settings:
    """Return the settings of this process's environment."""
    return Settings.of(os.environ)
