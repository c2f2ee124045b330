"""Secrets of an environment: stored in its vault, and read by App Service for both sides of its app."""

from collections.abc import Iterator

from infra.arm import resource_url, rest, site_url
from infra.plan import Plan, Secret, Step
from infra.settings import SLOT, Settings

SIGNING_KEY, PASSPHRASE = "signing-key", "presenter-passphrase"
"""Names of the secrets in the vault of an environment."""
_API = "2023-07-01"


def reference(settings: Settings, environment: str, secret: str) -> str:
    """Return the app setting that App Service replaces by the newest value of a secret."""
    return f"@Microsoft.KeyVault(VaultName={settings.vault(environment)};SecretName={secret})"


def signing_key(settings: Settings, environment: str) -> Iterator[Step | Secret]:
    """Yield the steps that make a signing key, unless there is one: another one would refuse every version."""
    url = f"{_secrets(settings, environment)}?api-version={_API}"
    yield Secret(f"{environment}: a key that signs its versions", "random", "secret")
    yield _store(
        settings,
        environment,
        SIGNING_KEY,
        unless=f"rest --method get --url '{url}' "
        f"""--query "value[?ends_with(id, '/{SIGNING_KEY}')].id" --output tsv""",
    )


def _secrets(settings: Settings, environment: str) -> str:
    return resource_url(settings, environment, f"Microsoft.KeyVault/vaults/{settings.vault(environment)}/secrets")


def _store(settings: Settings, environment: str, name: str, unless: str | None = None) -> Step:
    """Store ``${secret}`` in the vault; over ARM, which needs no role in the vault."""
    url = f"{_secrets(settings, environment)}/{name}?api-version={_API}"
    return Step(
        f"{environment}: store it in the vault",
        f"rest --method put --url '{url}' --body @- --output none",
        stdin='{"properties": {"value": "${secret}"}}',
        unless=unless,
    )


def passphrase(settings: Settings, environment: str) -> Plan:
    """Return the steps that store the presenter's passphrase, and let both sides of an app read it."""
    name = f"--resource-group {settings.group(environment)} --name {settings.app(environment)}"
    return (
        Secret("The passphrase, which is typed and shown nowhere", "typed", "secret"),
        _store(settings, environment, PASSPHRASE),
        *(
            # A change of the settings also lets App Service read a secret again at once; by itself within a day.
            Step(
                f"{environment}, {side}: read the passphrase from the vault",
                f"webapp config appsettings set {app} --settings "
                f'"IRISML_PRESENTER_PASSPHRASE={reference(settings, environment, PASSPHRASE)}" --output none',
            )
            for side, app in (("live", name), (SLOT, f"{name} --slot {SLOT}"))
        ),
        *(
            rest(
                f"{environment}, {side}: read it now, also if there was one before",
                "post",
                f"{site_url(settings, environment, side)}/config/configreferences/appsettings/refresh",
                {},
            )
            for side in ("live", SLOT)
        ),
    )
