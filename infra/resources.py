"""Azure resources: what both environments share, and for each a web app with a slot; creating them is idempotent."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from infra.plan import Plan, Secret, Step, in_double_quotes
from infra.settings import (
    AGENTS,
    BASE_REPOSITORY,
    BASE_TAG,
    ENVIRONMENTS,
    MOUNT,
    NO_SHARE,
    REPOSITORY,
    SKU,
    SLOT,
    Settings,
    is_network,
)

SIGNING_KEY, PASSPHRASE = "signing-key", "presenter-passphrase"
"""Names of the secrets in the vault of an environment."""
_WEB_API, _VAULT_API, _DIAGNOSTICS_API = "2024-11-01", "2023-07-01", "2021-05-01-preview"
_WORDS = {"Average": "avg", "Total": "total", "LessThan": "<", "GreaterThan": ">"}
"""What the CLI calls the parts of a condition."""
_DOCKER_HUB = "docker.io/library/python"


@cache
def table() -> Mapping[str, Any]:
    """Return ``site.json``: the settings of a site that these commands and ``main.bicep`` have in common."""
    found: Mapping[str, Any] = json.loads(Path(__file__).with_name("site.json").read_text(encoding="utf-8"))
    return found


def app_settings(settings: Settings, environment: str) -> dict[str, str]:
    """Return the app settings of both sides, without those that stay with a side."""
    return {
        **table()["appSettings"],
        **({} if settings.workers is None else {"IRISML_WORKERS": str(settings.workers)}),
        "IRISML_SIGNING_KEY": reference(settings, environment, SIGNING_KEY),
    }


def reference(settings: Settings, environment: str, secret: str) -> str:
    """Return the app setting that App Service replaces by the newest value of a secret."""
    return f"@Microsoft.KeyVault(VaultName={settings.vault(environment)};SecretName={secret})"


def site_config() -> dict[str, object]:
    """Return the site configuration of both sides, as ARM's ``config/web`` names it; the image is set by a release.

    ``${client_id}`` stands for that of the identity that may pull.
    """
    return {**table()["siteConfig"], "acrUserManagedIdentityID": "${client_id}"}


def restrictions(settings: Settings) -> dict[str, object]:
    """Return the site configuration of those sides that are not for everybody."""
    rules = [
        {
            "name": f"allowed-{n}",
            "priority": 100 + n,
            "action": "Allow",
            **({"ipAddress": _range(source)} if is_network(source) else {"ipAddress": source, "tag": "ServiceTag"}),
        }
        for n, source in enumerate(settings.allow or (AGENTS,), 1)
    ]
    return {
        "ipSecurityRestrictions": rules,
        "ipSecurityRestrictionsDefaultAction": "Deny",
        "scmIpSecurityRestrictionsUseMain": True,
    }


def _range(source: str) -> str:
    return str(ip_network(source, strict=False))


def patch_site_config(
    why: str, settings: Settings, environment: str, side: str, properties: Mapping[str, object]
) -> Step:
    """Return the step that sets these properties of a site's configuration, and no other one.

    Not by ``az webapp config set``: that command reads the whole configuration and writes it back, a mount without its
    key included, which ARM has answered with "Required parameter AccessKey is missing" (azure-cli#21965).

    Parameters
    ----------
    why : str
        Purpose of the step.
    settings : Settings
    environment, side : str
        Which site: "live" or `infra.settings.SLOT` of an environment.
    properties : mapping
    """
    return _rest(why, "patch", f"{site_url(settings, environment, side)}/config/web", {"properties": properties})


def _rest(why: str, method: str, path: str, body: object, version: str = _WEB_API) -> Step:
    words = in_double_quotes(json.dumps(body))
    return Step(why, f"rest --method {method} --url '{path}?api-version={version}' --body {words} --output none")


def _arm(settings: Settings, environment: str, resource: str) -> str:
    group = settings.group(environment)
    return f"/subscriptions/{{subscriptionId}}/resourceGroups/{group}/providers/{resource}"


def site_url(settings: Settings, environment: str, side: str) -> str:
    """Return the address of one side of an app in ARM."""
    app = settings.app(environment)
    name = f"{app}/slots/{SLOT}" if side == SLOT else app
    return _arm(settings, environment, f"Microsoft.Web/sites/{name}")


def create(settings: Settings, *, with_roles: bool = True) -> Plan:
    """Return the steps that create all resources.

    Parameters
    ----------
    settings : Settings
    with_roles : bool
        False leaves out `roles`, which only an owner of the subscription or group may run.
    """
    steps = list(_shared(settings))
    for environment in ENVIRONMENTS:
        steps += _foundation(settings, environment)
        steps += _roles(settings, environment) if with_roles else ()
        steps += _app(settings, environment)
    return (*steps, *_alerts(settings))


def roles(settings: Settings) -> Plan:
    """Return the steps that an owner runs for somebody who is Contributor: what the identities may do."""
    return tuple(step for environment in ENVIRONMENTS for step in _roles(settings, environment))


def destroy(settings: Settings) -> Plan:
    """Return the steps that delete everything, trained versions and secrets included."""
    groups = [settings.group(environment) for environment in reversed(ENVIRONMENTS)]
    vaults = [settings.vault(environment) for environment in reversed(ENVIRONMENTS)]
    return (
        *(
            Step(
                f"Delete the resource group {group} and everything in it",
                f"group delete --name {group} --yes",
                only_if=f"""group list --query "[?name=='{group}'].id" --output tsv""",
            )
            for group in groups
        ),
        # Its name is taken for as long as it can be recovered.
        *(
            Step(
                f"Delete the secrets of {vault} for good",
                f"keyvault purge --name {vault}",
                only_if=f"""keyvault list-deleted --resource-type vault --query "[?name=='{vault}'].id" --output tsv""",
            )
            for vault in vaults
        ),
    )


def passphrase(settings: Settings, environment: str) -> Plan:
    """Return the steps that store the presenter's passphrase, and let both sides of an app read it."""
    name = f"--resource-group {settings.group(environment)} --name {settings.app(environment)}"
    return (
        Secret("The passphrase, which is typed and shown nowhere", "typed", "secret"),
        _secret(settings, environment, PASSPHRASE),
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
            _rest(
                f"{environment}, {side}: read it now, also if there was one before",
                "post",
                f"{site_url(settings, environment, side)}/config/configreferences/appsettings/refresh",
                {},
            )
            for side in ("live", SLOT)
        ),
    )


def ask_identity(settings: Settings, environment: str) -> Step:
    """Return the step that queries the resource id of the identity of an environment."""
    named = f"--resource-group {settings.group(environment)} --name {settings.identity(environment)}"
    return Step("The resource id of the identity", f"identity show {named} --query id --output tsv", gives="identity")


def import_base(settings: Settings) -> Step:
    """Return the step that copies the newest base image into the own registry; a build names it by its digest.

    Docker Hub limits anonymous pulls by address, and build agents share addresses.
    """
    base = f"{BASE_REPOSITORY}:{BASE_TAG}"
    return Step(
        "The base image, from Docker Hub into the own registry",
        f"acr import --name {settings.registry} --source {_DOCKER_HUB}:{BASE_TAG} --image {base} --force",
    )


def _shared(settings: Settings) -> Plan:
    group = f"--resource-group {settings.shared_group}"
    plan = f"{group} --name {settings.plan}"
    workspace = f"{group} --workspace-name {settings.workspace}"
    size = f" --sku {settings.sku}" if settings.sku else ""
    size += f" --number-of-workers {settings.instances}" if settings.instances else ""
    return (
        # Most commands register the provider of a resource by themselves; az rest does not.
        Step(
            "What a subscription needs for alerts and diagnostic settings",
            "provider register --namespace Microsoft.Insights --wait",
            unless="provider show --namespace Microsoft.Insights "
            """--query "registrationState=='Registered' && 'yes' || ''" --output tsv""",
        ),
        _group(settings, "production"),
        Step(
            "The container registry, without a password",
            f"acr create {group} --name {settings.registry} --sku Basic --admin-enabled false "
            "--role-assignment-mode rbac",  # in the other mode, AcrPull means nothing
        ),
        import_base(settings),
        Step(
            "The App Service plan of all apps and slots",
            f"appservice plan create {plan} --is-linux --sku {settings.sku or SKU}",
            unless=f"""appservice plan list {group} --query "[?name=='{settings.plan}'].id" --output tsv""",
        ),
        # Creating a plan that exists changes nothing, and says nothing.
        *((Step("Its size, and the number of its machines", f"appservice plan update {plan}{size}"),) if size else ()),
        Step("Its resource id", f"appservice plan show {plan} --query id --output tsv", gives="plan_id"),
        Step(
            "The workspace of the logs",
            f"monitor log-analytics workspace create {workspace} --retention-time 30 --output none",
        ),
        Step(
            "Its resource id",
            f"monitor log-analytics workspace show {workspace} --query id --output tsv",
            gives="workspace_id",
        ),
        Step(
            "A query of the errors and warnings",
            f"monitor log-analytics workspace saved-search create {workspace} --name irisml-problems "
            f'--category irisml --display-name "irisml: errors and warnings" --saved-query "{table()["savedQuery"]}" '
            "--output none",
        ),
    )


def _group(settings: Settings, environment: str) -> Step:
    group = settings.group(environment)
    return Step(
        f"{environment}: its resource group",
        f"group create --name {group} --location {settings.location}",
        unless=f"""group list --query "[?name=='{group}'].id" --output tsv""",
    )


def _foundation(settings: Settings, environment: str) -> Iterator[Step | Secret]:
    """Yield the steps for identity, secrets and share of an environment."""
    group = f"--resource-group {settings.group(environment)}"
    identity = f"{group} --name {settings.identity(environment)}"
    vault, storage = settings.vault(environment), settings.storage(environment)
    if environment != "production":
        yield _group(settings, environment)
    yield Step(f"{environment}: the identity that pulls images", f"identity create {identity}")
    yield ask_identity(settings, environment)
    yield Step(
        "Its client id, by which a site names it",
        f"identity show {identity} --query clientId --output tsv",
        gives="client_id",
    )
    yield Step(
        f"{environment}: the vault of its secrets",
        f"keyvault create {group} --name {vault} --enable-rbac-authorization true --retention-days 7 "
        "--no-self-perms true --output none",
        unless=f"""keyvault list {group} --query "[?name=='{vault}'].id" --output tsv""",
    )
    secrets = f"{_arm(settings, environment, f'Microsoft.KeyVault/vaults/{vault}')}/secrets?api-version={_VAULT_API}"
    yield Secret(f"{environment}: a key that signs its versions", "random", "secret")
    yield _secret(
        settings,
        environment,
        SIGNING_KEY,
        unless=f"rest --method get --url '{secrets}' "
        f"""--query "value[?ends_with(id, '/{SIGNING_KEY}')].id" --output tsv""",
    )
    if not settings.share:
        return
    yield Step(
        f"{environment}: the storage account of the versions, which outlive the containers",
        f"storage account create {group} --name {storage} --sku Standard_LRS "
        "--kind StorageV2 --min-tls-version TLS1_2 --allow-blob-public-access false --https-only true",
    )
    yield Step(
        f"{environment}: the share of its versions",
        f"storage share-rm create {group} --storage-account {storage} --name versions --quota 5",
    )
    yield Step(
        "The storage key: App Service can mount a share only with it",
        f"storage account keys list {group} --account-name {storage} --query '[0].value' --output tsv",
        gives="key",
    )


def _secret(settings: Settings, environment: str, name: str, unless: str | None = None) -> Step:
    """Store ``${secret}`` in the vault; over ARM, which needs no role in the vault."""
    path = _arm(settings, environment, f"Microsoft.KeyVault/vaults/{settings.vault(environment)}/secrets/{name}")
    return Step(
        f"{environment}: store it in the vault",
        f"rest --method put --url '{path}?api-version={_VAULT_API}' --body @- --output none",
        stdin='{"properties": {"value": "${secret}"}}',
        unless=unless,
    )


def _roles(settings: Settings, environment: str) -> Iterator[Step]:
    group = f"--resource-group {settings.group(environment)}"
    assign = '--assignee-object-id "${principal}" --assignee-principal-type ServicePrincipal'
    yield Step(
        "The resource id of the container registry",
        f"acr show --name {settings.registry} --query id --output tsv",
        gives="registry_id",
    )
    yield Step(
        "The resource id of the vault",
        f"keyvault show {group} --name {settings.vault(environment)} --query id --output tsv",
        gives="vault_id",
    )
    yield Step(
        "The principal id of the identity",
        f"identity show {group} --name {settings.identity(environment)} --query principalId --output tsv",
        gives="principal",
    )
    for role, scope, what in (
        ("AcrPull", "${registry_id}", "pull images"),
        ("Key Vault Secrets User", "${vault_id}", "read secrets"),
    ):
        yield Step(
            f"{environment}: the identity may {what}",
            f'role assignment create --role "{role}" --scope "{scope}" {assign}',
            # Somebody who may not assign it can still run this, once an owner has.
            unless=f'role assignment list --role "{role}" --scope "{scope}" --fill-principal-name false '
            """--query "[?principalId=='${principal}'].id" --output tsv""",
        )


def _app(settings: Settings, environment: str) -> Iterator[Step]:
    group, name = f"--resource-group {settings.group(environment)}", settings.app(environment)
    app = f"{group} --name {name}"
    slot = f"{app} --slot {SLOT}"
    # Creating it again would reset its image to this one.
    yield Step(
        f"{environment}: the app; it responds after its first deployment",
        f'webapp create {app} --plan "${{plan_id}}" --https-only true '
        f"--container-image-name {settings.registry_host}/{REPOSITORY}:none "
        '--assign-identity "${identity}" --acr-use-identity --acr-identity "${identity}"',
        unless=f"""webapp list {group} --query "[?name=='{name}'].id" --output tsv""",
    )
    yield from _configuration(settings, environment, "live", app)
    yield Step(
        f"{environment}: the slot for deployments before the swap",
        f"webapp deployment slot create {slot}",
        unless=f"""webapp deployment slot list {app} --query "[?name=='{SLOT}'].id" --output tsv""",
    )
    yield Step(
        f"{environment}: the slot has the same identity",
        f'webapp identity assign {slot} --identities "${{identity}}"',
    )
    yield from _configuration(settings, environment, SLOT, slot)
    # App Service replaces a machine whose sites are all unhealthy, and a slot takes memory from the sites beside it.
    yield Step(f"{environment}: stop the slot until a release needs it", f"webapp stop {slot}")
    yield Step(
        f"{environment}: stop the app until its first release",
        f"webapp stop {app}",
        unless=f"webapp config show {app} "
        """--query "contains(linuxFxVersion, '@sha256:') && 'yes' || ''" --output tsv""",
    )


def _configuration(settings: Settings, environment: str, side: str, app: str) -> Iterator[Step]:
    """Configure one side of an app in the same way as the other: a swap then changes the image only."""
    site = site_url(settings, environment, side)
    variables = " ".join(f'"{name}={value}"' for name, value in app_settings(settings, environment).items())
    yield patch_site_config(
        f"{environment}, {side}: always on, websockets, health check; pulls by identity",
        settings,
        environment,
        side,
        site_config(),
    )
    if environment != "production" or side == SLOT:
        restricted = patch_site_config(
            f"{environment}, {side}: not for everybody", settings, environment, side, restrictions(settings)
        )
        known = """--query "ipSecurityRestrictionsDefaultAction=='Deny' && 'yes' || ''" --output tsv"""
        yield replace(restricted, unless=None if settings.allow else f"webapp config show {app} {known}")
    for kind in ("ftp", "scm"):
        yield _rest(
            f"{environment}, {side}: no password for {kind}",
            "put",
            f"{site}/basicPublishingCredentialsPolicies/{kind}",
            {"properties": {"allow": False}},
        )
    yield _rest(
        f"{environment}, {side}: a visitor stays on one instance, and on HTTPS; the identity reads the secrets",
        "patch",
        site,
        {"properties": {"httpsOnly": True, "clientAffinityEnabled": True, "keyVaultReferenceIdentity": "${identity}"}},
    )
    yield Step(
        f"{environment}, {side}: port and limits; in a swap each side keeps its own folder of versions",
        f"webapp config appsettings set {app} --settings {variables} "
        f"--slot-settings IRISML_REGISTRY={f'{MOUNT}/{side}' if settings.share else NO_SHARE} --output none",
    )
    if settings.share:
        yield _mount(settings, environment, side)
    yield Step(
        f"{environment}, {side}: keep the container logs",
        f"webapp log config {app} --docker-container-logging filesystem --output none",
    )
    logs = [{"category": name, "enabled": True} for name in table()["logs"]]
    yield _rest(
        f"{environment}, {side}: and send them to the workspace",
        "put",
        f"{site}/providers/Microsoft.Insights/diagnosticSettings/to-workspace",
        {"properties": {"workspaceId": "${workspace_id}", "logs": logs}},
        _DIAGNOSTICS_API,
    )


def _mount(settings: Settings, environment: str, side: str) -> Step:
    # All mounts in one request, so that one with another key or share is set right.
    mount = {
        "type": "AzureFiles",
        "accountName": settings.storage(environment),
        "shareName": "versions",
        "mountPath": MOUNT,
        "accessKey": "${key}",
    }
    url = f"{site_url(settings, environment, side)}/config/azurestorageaccounts?api-version={_WEB_API}"
    return Step(
        f"{environment}, {side}: mount the share",
        f"rest --method put --url '{url}' --body @- --output none",
        stdin=json.dumps({"properties": {"registry": mount}}),
    )


def _alerts(settings: Settings) -> Iterator[Step]:
    """Yield the steps that tell somebody when production is unhealthy or answers with errors."""
    group = f"--resource-group {settings.shared_group}"
    action = f"alert-{settings.name}"
    if settings.alert_email:
        yield Step(
            "Who is told of an alert",
            f"monitor action-group create {group} --name {action} --short-name irisml "
            f"--action email irisml {settings.alert_email} --output none",
        )
    yield Step(
        "production: its resource id",
        f"webapp show {group} --name {settings.app('production')} --query id --output tsv",
        gives="site_id",
    )
    for alert in table()["alerts"]:
        condition = f"{_WORDS[alert['aggregation']]} {alert['metric']} {_WORDS[alert['operator']]} {alert['threshold']}"
        yield Step(
            f"production: an alert if {condition}",
            f'monitor metrics alert create {group} --name {settings.name}-{alert["name"]} --scopes "${{site_id}}" '
            f'--condition "{condition}" --window-size 5m --evaluation-frequency 1m --severity 1 '
            + (f"--action {action} " if settings.alert_email else "")
            + "--output none",
            # Without an address: the alert that there is may tell somebody, and would not any more.
            unless=None
            if settings.alert_email
            else f"monitor metrics alert list {group} "
            f"""--query "[?name=='{settings.name}-{alert["name"]}'].id" --output tsv""",
        )
