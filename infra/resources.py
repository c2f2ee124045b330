"""Azure resources: registry, shares, plan, and per environment a web app with a slot; creating them is idempotent."""

import json

from infra.plan import Plan, Step
from infra.settings import ENVIRONMENTS, HEALTH_PATH, MOUNT, PORT, REPOSITORY, SLOT, Settings

_APP_SETTINGS = {
    "PORT": PORT,
    "WEBSITES_PORT": PORT,
    "WEBSITES_CONTAINER_START_TIME_LIMIT": 230,
    "WEBSITES_CONTAINER_STOP_TIME_LIMIT": 5,
    "WEBSITES_ENABLE_APP_SERVICE_STORAGE": "false",
    # Any status is accepted: the ping is plain HTTP and may be redirected to HTTPS. The probes of a deployment decide.
    "WEBSITE_SWAP_WARMUP_PING_PATH": HEALTH_PATH,
}
_WEB_API = "2024-11-01"


def app_settings(settings: Settings) -> dict[str, object]:
    """Return the app settings of both slots, without those that stay with a slot."""
    return {**_APP_SETTINGS, "IRISML_WORKERS": settings.workers}


def site_config(settings: Settings) -> dict[str, object]:
    """Return the site configuration of both slots, as ARM's ``config/web`` names it; the image is set by a release.

    ``${client_id}`` stands for that of the identity that may pull.
    """
    return {
        "alwaysOn": True,
        "webSocketsEnabled": True,
        "http20Enabled": True,
        "minTlsVersion": "1.2",
        "ftpsState": "Disabled",
        "healthCheckPath": HEALTH_PATH,
        "acrUseManagedIdentityCreds": True,
        "acrUserManagedIdentityID": "${client_id}",
    }


def patch_site_config(why: str, settings: Settings, site: str, properties: dict[str, object]) -> Step:
    """Return the step that sets these properties of a site's configuration, and no other one.

    Not by ``az webapp config set``: that command reads the whole configuration and writes it back, a mount without its
    key included, which ARM has answered with "Required parameter AccessKey is missing" (azure-cli#21965).

    Parameters
    ----------
    why : str
        Purpose of the step.
    settings : Settings
    site : str
        Name of an app, or ``NAME/slots/SLOT``.
    properties : dict
    """
    url = f"{_site_url(settings, site)}/config/web?api-version={_WEB_API}"
    # In double quotes of the shell, so that it fills in a value, too.
    body = json.dumps({"properties": properties}).replace('"', '\\"')
    return Step(why, f"rest --method patch --url '{url}' --body \"{body}\" --output none")


def _site_url(settings: Settings, site: str) -> str:
    return f"/subscriptions/{{subscriptionId}}/resourceGroups/{settings.group}/providers/Microsoft.Web/sites/{site}"


def create(settings: Settings) -> Plan:
    """Return the steps that create all resources."""
    apps = [step for environment in ENVIRONMENTS for step in _app(settings, environment)]
    return (*_foundation(settings), *apps)


def destroy(settings: Settings) -> Plan:
    """Return the step that deletes everything, trained versions included."""
    return (Step("Delete the resource group and everything in it", f"group delete --name {settings.group} --yes"),)


def ask_identity(settings: Settings) -> Step:
    """Return the step that queries the resource id of the identity that may pull images."""
    question = f"identity show --resource-group {settings.group} --name {settings.identity} --query id --output tsv"
    return Step("The resource id of the identity that may pull", question, gives="identity")


def _foundation(settings: Settings) -> Plan:
    group, location = f"--resource-group {settings.group}", f"--location {settings.location}"
    identity = f"{group} --name {settings.identity}"
    plan = f"{group} --name {settings.plan}"
    return (
        Step("The resource group of everything", f"group create --name {settings.group} {location}"),
        Step(
            "The container registry, without a password",
            f"acr create {group} {location} --name {settings.registry} --sku Basic --admin-enabled false "
            "--role-assignment-mode rbac",  # in the other mode, AcrPull means nothing
        ),
        Step(
            "The resource id of the container registry",
            f"acr show --name {settings.registry} --query id --output tsv",
            gives="registry_id",
        ),
        Step("The identity that pulls images", f"identity create {identity} {location}"),
        Step(
            "The principal id of the identity",
            f"identity show {identity} --query principalId --output tsv",
            gives="principal",
        ),
        Step(
            "The identity may pull, and nothing else",
            'role assignment create --role AcrPull --scope "${registry_id}" '
            '--assignee-object-id "${principal}" --assignee-principal-type ServicePrincipal',
        ),
        ask_identity(settings),
        Step(
            "The client id of the identity, by which a site names it",
            f"identity show {identity} --query clientId --output tsv",
            gives="client_id",
        ),
        Step(
            "The storage account of the versions, which outlive the containers",
            f"storage account create {group} {location} --name {settings.storage} --sku Standard_LRS "
            "--kind StorageV2 --min-tls-version TLS1_2 --allow-blob-public-access false",
        ),
        Step(
            "The storage key: App Service can mount a share only with it",
            f"storage account keys list {group} --account-name {settings.storage} --query '[0].value' --output tsv",
            gives="key",
        ),
        Step(
            "The App Service plan of all apps and slots",
            f"appservice plan create {plan} {location} --is-linux --sku {settings.sku}",
            unless=f"""appservice plan list {group} --query "[?name=='{settings.plan}'].id" --output tsv""",
        ),
        # Creating a plan that exists changes nothing, and says nothing.
        Step(
            "Its size, and the number of its machines",
            f"appservice plan update {plan} --sku {settings.sku} --number-of-workers {settings.instances}",
        ),
    )


def _app(settings: Settings, environment: str) -> Plan:
    group, name = f"--resource-group {settings.group}", settings.app(environment)
    app = f"{group} --name {name}"
    slot = f"{app} --slot {SLOT}"
    return (
        Step(
            f"{environment}: the share of its versions",
            f"storage share-rm create {group} --storage-account {settings.storage} --name {environment} --quota 5",
        ),
        # Creating it again would reset its image to this one.
        Step(
            f"{environment}: the app; it responds after its first deployment",
            f"webapp create {app} --plan {settings.plan} --https-only true "
            f"--container-image-name {settings.registry_host}/{REPOSITORY}:none "
            '--assign-identity "${identity}" --acr-use-identity --acr-identity "${identity}"',
            unless=f"""webapp list {group} --query "[?name=='{name}'].id" --output tsv""",
        ),
        *_configuration(settings, environment, "live", app),
        Step(
            f"{environment}: the slot for deployments before the swap",
            f"webapp deployment slot create {slot}",
            unless=f"""webapp deployment slot list {app} --query "[?name=='{SLOT}'].id" --output tsv""",
        ),
        Step(
            f"{environment}: the slot pulls with the same identity",
            f'webapp identity assign {slot} --identities "${{identity}}"',
        ),
        *_configuration(settings, environment, SLOT, slot),
    )


def site_of(settings: Settings, environment: str, side: str) -> str:
    """Return the name of one side of an app in the address of a resource."""
    app = settings.app(environment)
    return f"{app}/slots/{SLOT}" if side == SLOT else app


def _configuration(settings: Settings, environment: str, side: str, app: str) -> Plan:
    """Configure one slot of an app, production or staging, in the same way: a swap then changes the image only."""
    variables = " ".join(f"{name}={value}" for name, value in app_settings(settings).items())
    return (
        patch_site_config(
            f"{environment}, {side}: always on, websockets, health check; pulls by identity",
            settings,
            site_of(settings, environment, side),
            site_config(settings),
        ),
        *(
            Step(
                f"{environment}, {side}: no password for {kind}",
                f"rest --method put --url '{_site_url(settings, site_of(settings, environment, side))}"
                f"/basicPublishingCredentialsPolicies/{kind}?api-version={_WEB_API}' "
                """--body '{"properties": {"allow": false}}' --output none""",
            )
            for kind in ("ftp", "scm")
        ),
        Step(
            f"{environment}, {side}: a visitor stays on one instance, and on HTTPS",
            f"webapp update {app} --client-affinity-enabled true --https-only true",
        ),
        Step(
            f"{environment}, {side}: port and limits; in a swap each slot keeps its own folder of versions",
            f"webapp config appsettings set {app} --settings {variables} "
            f"--slot-settings IRISML_REGISTRY={MOUNT}/{side} --output none",
        ),
        Step(
            f"{environment}, {side}: mount the share",
            f"webapp config storage-account add {app} --custom-id registry --storage-type AzureFiles "
            f"--account-name {settings.storage} --share-name {environment} --mount-path {MOUNT} "
            '--access-key "${key}" --output none',
            unless=f"""webapp config storage-account list {app} --query "[?name=='registry'].name" --output tsv""",
        ),
        Step(
            f"{environment}, {side}: keep the container logs",
            f"webapp log config {app} --docker-container-logging filesystem --output none",
        ),
    )
