"""Settings of a process: what the library reads from the environment, in one frozen value.

Limits for visitors (`web.limits`), the port (`ops.port`) and the name of the resources on Azure (`infra`) are read
where they are used. `docs/settings.md` lists all of them.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Self

from irisml.domain.errors import InvalidSettingError

DEFAULT_REGISTRY = "models"
DEFAULT_LOCAL = "local"
SHORTEST_PASSPHRASE = 8
"""Characters of the presenter's passphrase; with fewer, signing in is off."""
OLD_NAMES = {"IRISML_SEED": "IRISML_BUNDLED_MODELS"}
"""Names until irisml 0.1 that still work, and the name to use now."""
UNRESOLVED = "@Microsoft.KeyVault("
"""How a reference to a secret begins that App Service could not read: it then passes the reference itself."""
_YES, _NO = ("1", "true", "yes", "on"), ("", "0", "false", "no", "off")
_NAMES = (
    *("IRISML_REGISTRY", "IRISML_BUNDLED_MODELS", "IRISML_SIGNING_KEY", "IRISML_PUBLIC"),
    *("IRISML_PRESENTER_PASSPHRASE", "IRISML_COOKIE_KEY", "IRISML_COMMIT", "IRISML_BUILD", "IRISML_IMAGE"),
    *("IRISML_LOCAL", "MLFLOW_TRACKING_USERNAME", "MLFLOW_TRACKING_PASSWORD", "MLFLOW_TRACKING_TOKEN"),
    *("IRISML_TRUSTED_PROXIES", "IRISML_EVENTS", "IRISML_EVENTS_DAYS", "IRISML_METRICS_TOKEN", "IRISML_LOGS"),
    *("WEBSITE_SITE_NAME", "WEBSITE_SLOT_NAME", *OLD_NAMES),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of this process. An empty variable counts as one that is not set.

    Parameters
    ----------
    registry : str
        IRISML_REGISTRY: folder of the versions, or address of a tracking server, see `irisml.registry.location`.
    local : str
        IRISML_LOCAL: folder for what this machine keeps beside a registry on a server.
    mlflow_username, mlflow_password, mlflow_token : str
        MLFLOW_TRACKING_USERNAME and so on: MLflow's own variables to sign in to a tracking server.
    bundled_models : str or None
        IRISML_BUNDLED_MODELS: folder of the versions that a container image holds.
    signing_key : bytes or None
        IRISML_SIGNING_KEY: signs versions and releases; unsigned ones are refused.
    public : bool
        IRISML_PUBLIC: whether visitors are kept apart from the presenter; 1 or 0.
    presenter_passphrase : str
        IRISML_PRESENTER_PASSPHRASE; empty where it is not set.
    cookie_key : str or None
        IRISML_COOKIE_KEY: signs the presenter's cookie; by default a key kept in the registry.
    trusted_proxies : int
        IRISML_TRUSTED_PROXIES: proxies in front of the server that add to the header X-Forwarded-For.
    events : bool
        IRISML_EVENTS: whether predictions are kept as events; 1 or 0.
    events_days : int
        IRISML_EVENTS_DAYS: days that events are kept, 1 to 9999.
    metrics_token : str
        IRISML_METRICS_TOKEN: who sends it may read /metrics of a public server; empty where it is not set.
    logs : str
        IRISML_LOGS: "json" writes one object a line, "text" readable lines.
    commit, build, image : str or None
        IRISML_COMMIT, IRISML_BUILD, IRISML_IMAGE: provenance of the code that runs.
    azure_site, azure_slot : str or None
        WEBSITE_SITE_NAME, WEBSITE_SLOT_NAME: set by Azure App Service.
    old_names : tuple of str
        Variables of `OLD_NAMES` that are set.

    Raises
    ------
    InvalidSettingError
        See `of`.

    Examples
    --------
    >>> Settings.of({"IRISML_BUILD": "42"}).build, Settings.of({}).registry
    ('42', 'models')
    """

    registry: str = DEFAULT_REGISTRY
    local: str = DEFAULT_LOCAL
    mlflow_username: str = ""
    mlflow_password: str = field(default="", repr=False)
    mlflow_token: str = field(default="", repr=False)
    bundled_models: str | None = None
    signing_key: bytes | None = field(default=None, repr=False)
    public: bool = False
    presenter_passphrase: str = field(default="", repr=False)
    cookie_key: str | None = field(default=None, repr=False)
    trusted_proxies: int = 0
    events: bool = True
    events_days: int = 30
    metrics_token: str = field(default="", repr=False)
    logs: str = "text"
    commit: str | None = None
    build: str | None = None
    image: str | None = None
    azure_site: str | None = None
    azure_slot: str | None = None

    old_names: tuple[str, ...] = ()

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Self:
        """Read the settings of an environment.

        An old name takes precedence, also if it is empty: a container image sets the new names.

        Raises
        ------
        InvalidSettingError
            If a variable has a value that it cannot have.
        """
        old = {OLD_NAMES[name]: environment[name] for name in OLD_NAMES if name in environment}

        def read(name: str) -> str | None:
            value = old.get(name, environment.get(name)) or None
            if value is not None and value.startswith(UNRESOLVED):
                # Known to whoever knows the name of the vault, it must not serve as a secret.
                allowed = "a secret that the app's identity can read (docs/azure.md, When it does not start)"
                raise InvalidSettingError(name=name, value=value, allowed=allowed)
            return value

        key = read("IRISML_SIGNING_KEY")
        public = environment.get("IRISML_PUBLIC", "").strip().lower()
        if public not in (*_YES, *_NO):
            raise InvalidSettingError(name="IRISML_PUBLIC", value=environment["IRISML_PUBLIC"], allowed="1 or 0")
        proxies = environment.get("IRISML_TRUSTED_PROXIES", "").strip() or "0"
        if not (proxies.isascii() and proxies.isdecimal() and len(proxies) == 1):
            raise InvalidSettingError(name="IRISML_TRUSTED_PROXIES", value=proxies, allowed="0 to 9")
        events = environment.get("IRISML_EVENTS", "").strip().lower() or "1"
        if events not in (*_YES, *_NO):
            raise InvalidSettingError(name="IRISML_EVENTS", value=events, allowed="1 or 0")
        days = environment.get("IRISML_EVENTS_DAYS", "").strip() or "30"
        if not (days.isascii() and days.isdecimal() and len(days) <= 4 and int(days) >= 1):
            raise InvalidSettingError(name="IRISML_EVENTS_DAYS", value=days, allowed="a number of days, 1 to 9999")
        logs = environment.get("IRISML_LOGS", "").strip().lower() or "text"
        if logs not in ("text", "json"):
            raise InvalidSettingError(name="IRISML_LOGS", value=logs, allowed="text or json")
        return cls(
            registry=read("IRISML_REGISTRY") or DEFAULT_REGISTRY,
            local=read("IRISML_LOCAL") or DEFAULT_LOCAL,
            mlflow_username=read("MLFLOW_TRACKING_USERNAME") or "",
            mlflow_password=read("MLFLOW_TRACKING_PASSWORD") or "",
            mlflow_token=(read("MLFLOW_TRACKING_TOKEN") or "").strip(),  # a file of a secret ends with a line end
            bundled_models=read("IRISML_BUNDLED_MODELS"),
            signing_key=os.fsencode(key) if key else None,
            public=public in _YES,
            presenter_passphrase=read("IRISML_PRESENTER_PASSPHRASE") or "",
            cookie_key=read("IRISML_COOKIE_KEY"),
            trusted_proxies=int(proxies),
            events=events in _YES,
            events_days=int(days),
            metrics_token=read("IRISML_METRICS_TOKEN") or "",
            logs=logs,
            commit=read("IRISML_COMMIT"),
            build=read("IRISML_BUILD"),
            image=read("IRISML_IMAGE"),
            azure_site=read("WEBSITE_SITE_NAME"),
            azure_slot=read("WEBSITE_SLOT_NAME"),
            old_names=tuple(name for name in OLD_NAMES if name in environment),
        )


def settings() -> Settings:
    """Return the settings of this process's environment; cheap enough for every request.

    Raises
    ------
    InvalidSettingError
        See `Settings.of`.
    """
    return _settings(tuple(os.environ.get(name) for name in _NAMES))


@lru_cache(maxsize=4)
def _settings(values: tuple[str | None, ...]) -> Settings:
    return Settings.of({name: value for name, value in zip(_NAMES, values, strict=True) if value is not None})
