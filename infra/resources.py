"""Azure resources: what both environments share, and for each a web app with a slot; creating them is idempotent."""

from collections.abc import Iterator

from infra.alerts import alerts
from infra.plan import Plan, Secret, Step
from infra.settings import BASE_REPOSITORY, BASE_TAG, ENVIRONMENTS, REPOSITORY, SKU, SLOT, Settings
from infra.site import configuration, table
from infra.vault import signing_key

_DOCKER_HUB = "docker.io/library/python"


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
    # Last: where Docker Hub refuses, everything else is there.
    return (*steps, *alerts(settings), import_base(settings))


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
            # Azure refuses to create one again.
            unless=f"monitor log-analytics workspace saved-search list {workspace} "
            """--query "[?ends_with(id, '/irisml-problems')].id" --output tsv""",
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
    yield from signing_key(settings, environment)
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
    # Creating it is several requests: one that fails may be this.
    yield Step(f"{environment}: the app has its identity", f'webapp identity assign {app} --identities "${{identity}}"')
    yield from configuration(settings, environment, "live", app)
    yield Step(
        f"{environment}: the slot for deployments before the swap",
        f"webapp deployment slot create {slot}",
        unless=f"""webapp deployment slot list {app} --query "[?name=='{SLOT}'].id" --output tsv""",
    )
    yield Step(
        f"{environment}: the slot has the same identity",
        f'webapp identity assign {slot} --identities "${{identity}}"',
    )
    yield from configuration(settings, environment, SLOT, slot)
    # App Service replaces a machine whose sites are all unhealthy, and a slot takes memory from the sites beside it.
    yield Step(f"{environment}: stop the slot until a release needs it", f"webapp stop {slot}")
    yield Step(
        f"{environment}: stop the app until its first release",
        f"webapp stop {app}",
        unless=f"webapp config show {app} "
        """--query "contains(linuxFxVersion || '', '@sha256:') && 'yes' || ''" --output tsv""",
    )
