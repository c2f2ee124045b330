"""Configuration of a site: of both sides of an app alike, so that a swap changes the image only."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from infra.arm import WEB_API, rest, site_url
from infra.plan import Step
from infra.settings import AGENTS, MOUNT, NO_SHARE, SLOT, Settings, is_network
from infra.vault import SIGNING_KEY, reference

_DIAGNOSTICS_API = "2021-05-01-preview"


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
    return rest(why, "patch", f"{site_url(settings, environment, side)}/config/web", {"properties": properties})


def configuration(settings: Settings, environment: str, side: str, app: str) -> Iterator[Step]:
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
        yield rest(
            f"{environment}, {side}: no password for {kind}",
            "put",
            f"{site}/basicPublishingCredentialsPolicies/{kind}",
            {"properties": {"allow": False}},
        )
    yield rest(
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
    yield rest(
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
    url = f"{site_url(settings, environment, side)}/config/azurestorageaccounts?api-version={WEB_API}"
    return Step(
        f"{environment}, {side}: mount the share",
        f"rest --method put --url '{url}' --body @- --output none",
        stdin=json.dumps({"properties": {"registry": mount}}),
    )
