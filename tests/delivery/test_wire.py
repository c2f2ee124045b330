"""What the real az sends to Azure for each plan of infra, and what infra makes of Azure's answers."""

import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from infra import release, resources, runner, vault
from infra.runner import AzureError, run
from infra.settings import Settings
from tests.delivery.conftest import BUILDS, IMAGE, IRISES, OLD_IMAGE

GROUPS = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups"
GROUP, DEV_GROUP = f"{GROUPS}/rg-myirises/providers", f"{GROUPS}/rg-myirises-dev/providers"
SITES, DEV_SITES = f"{GROUP}/Microsoft.Web/sites", f"{DEV_GROUP}/Microsoft.Web/sites"
SIDES = [
    *(f"{DEV_SITES}/{name}" for name in ("myirises-dev", "myirises-dev/slots/staging")),
    *(f"{SITES}/{name}" for name in ("myirises", "myirises/slots/staging")),
]
IDENTITIES = "Microsoft.ManagedIdentity/userAssignedIdentities"


@dataclass
class Wire:
    """The real az, in one process, with a pretended ARM behind it; as `infra.runner` calls it."""

    process: subprocess.Popen
    calls: list[dict] = field(default_factory=list)
    faults: list[dict] = field(default_factory=list)

    def ask(self, **question) -> dict:
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def az(self, words, stdin=None):
        answer = self.ask(words=list(words), stdin=stdin, faults=self.faults)
        self.calls += answer["calls"]
        return subprocess.CompletedProcess(words, answer["code"], answer["out"], answer["err"])

    def fail(self, method, path, status):
        self.faults.append({"method": method, "path": path, "status": status})

    def sent(self, method, path) -> list[dict]:
        """The bodies that were sent to this path, from its beginning to its end, whatever its case."""
        return [c["body"] for c in self.calls if c["method"] == method and c["path"].lower() == path.lower()]

    def writes(self) -> list[tuple[str, str]]:
        """Everything that changes something, as method and path below the providers of its resource group."""
        reads = ("listkeys", "/list", "/publishxml")
        return [
            (call["method"], call["path"].partition("/providers")[2] or call["path"])
            for call in self.calls
            if call["method"] != "GET" and not call["path"].lower().endswith(reads)
        ]

    def config(self, site) -> dict:
        return json.loads(self.az(["rest", "--method", "get", "--url", f"{site}/config/web?api-version=x"]).stdout)[
            "properties"
        ]


@pytest.fixture(scope="module")
def process(tmp_path_factory):
    """The real az with a pretended Azure; it takes a second to be imported."""
    folder = tmp_path_factory.mktemp("wire")
    program = os.environ.get("AZ") or shutil.which("az")
    python = shutil.which("python", path=Path(program).parent) if program else None
    if python is None or subprocess.run([python, "-c", "import azure.cli.core"], capture_output=True).returncode:
        reason = "the Azure CLI of pip is not installed; .ci/run installs it"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    environment = {"AZURE_CONFIG_DIR": str(folder / "azure"), "HOME": str(folder), "PATH": os.environ["PATH"]}
    process = subprocess.Popen(
        [python, Path(__file__).with_name("pretended_arm.py")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )
    yield process
    process.stdin.close()
    process.wait(20)
    process.stdout.close()


@pytest.fixture
def wire(process, monkeypatch) -> Wire:
    """An empty pretended subscription."""
    made = Wire(process)
    made.ask(state="empty")
    monkeypatch.setattr(runner, "_az", made.az)
    return made


@pytest.fixture(scope="module")
def calls_of_create(process) -> list[dict]:
    """What creating everything in an empty subscription has sent; the state after it is kept."""
    made = Wire(process)
    made.ask(state="empty")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(runner, "_az", made.az)
        run(resources.create(Settings("myirises", workers=1, alert_email="me@example.org")))
    made.ask(state="created")
    return made.calls


@pytest.fixture
def created(calls_of_create, wire) -> Wire:
    """A subscription in which everything is created."""
    wire.ask(state="created")
    wire.calls += calls_of_create
    return wire


def swaps(wire) -> int:
    return sum(call["path"].endswith("slotsswap") for call in wire.calls)


# --- create -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("site", SIDES)
def test_each_side_has_its_configuration_mount_and_settings(created, site):
    """As ARM names them: misspelt, ARM would ignore a property without a word."""
    sent = [body["properties"] for body in created.sent("PATCH", f"{site}/config/web")]
    assert {
        "alwaysOn": True,
        "webSocketsEnabled": True,
        "http20Enabled": True,
        "minTlsVersion": "1.2",
        "ftpsState": "Disabled",
        "healthCheckPath": "/healthz",
        "acrUseManagedIdentityCreds": True,
        "acrUserManagedIdentityID": "client-1",
    } in sent
    agents = {"name": "allowed-1", "priority": 101, "action": "Allow", "ipAddress": "AzureCloud", "tag": "ServiceTag"}
    restricted = {
        "ipSecurityRestrictions": [agents],
        "ipSecurityRestrictionsDefaultAction": "Deny",
        "scmIpSecurityRestrictionsUseMain": True,
    }
    assert (restricted in sent) == (site != SIDES[2])  # production is for everybody
    [mounts] = created.sent("PUT", f"{site}/config/azurestorageaccounts")
    assert mounts["properties"]["registry"] == {
        "type": "AzureFiles",
        "accountName": "myirisesdevmodels" if "-dev" in site else "myirisesmodels",
        "shareName": "versions",
        "mountPath": "/registry",
        "accessKey": "c2VjcmV0",
    }
    settings = created.sent("PUT", f"{site}/config/appsettings")[-1]["properties"]
    side = "staging" if "/slots/" in site else "live"
    assert (settings["WEBSITES_PORT"], settings["IRISML_REGISTRY"]) == ("8000", f"/registry/{side}")
    vault = "myirises-dev-vault" if "-dev" in site else "myirises-vault"
    assert settings["IRISML_SIGNING_KEY"] == f"@Microsoft.KeyVault(VaultName={vault};SecretName=signing-key)"
    [patched] = created.sent("PATCH", site)
    assert (
        patched["properties"]
        .pop("keyVaultReferenceIdentity")
        .endswith(f"{IDENTITIES}/id-myirises{'-dev' * ('-dev' in site)}")
    )
    assert patched == {"properties": {"httpsOnly": True, "clientAffinityEnabled": True}}


@pytest.mark.parametrize("site", SIDES)
def test_no_side_takes_a_password_for_deployments(created, site):
    for kind in ("ftp", "scm"):
        assert created.sent("PUT", f"{site}/basicPublishingCredentialsPolicies/{kind}") == [
            {"properties": {"allow": False}}
        ]


def test_the_registry_folder_stays_with_its_side_in_a_swap(created):
    for root in (SIDES[0], SIDES[2]):
        names = created.sent("PUT", f"{root}/config/slotConfigNames")[-1]
        assert names["properties"]["appSettingNames"] == ["IRISML_REGISTRY"]


def test_the_registry_has_no_password_and_an_identity_may_pull_and_read_its_secrets(created):
    [registry] = created.sent("PUT", f"{GROUP}/Microsoft.ContainerRegistry/registries/myirisesimages")
    assert registry["properties"]["adminUserEnabled"] is False
    assert registry["properties"]["roleAssignmentMode"] == "LegacyRegistryPermissions"
    roles = [call for call in created.calls if call["method"] == "PUT" and "/roleAssignments/" in call["path"]]
    given = [
        (
            call["path"].partition("/providers/Microsoft.Authorization")[0].rpartition("/")[2],
            role.rpartition("role-")[2],
        )
        for call in roles
        if (role := call["body"]["properties"]["roleDefinitionId"])
    ]
    assert sorted(given) == [
        ("myirises-dev-vault", "Key Vault Secrets User"),
        ("myirises-vault", "Key Vault Secrets User"),
        ("myirisesimages", "AcrPull"),
        ("myirisesimages", "AcrPull"),
    ]


@pytest.mark.parametrize(("group", "vault"), [(GROUP, "myirises-vault"), (DEV_GROUP, "myirises-dev-vault")])
def test_a_vault_is_opened_by_roles_and_has_the_signing_key(created, group, vault):
    [properties] = [body["properties"] for body in created.sent("PUT", f"{group}/Microsoft.KeyVault/vaults/{vault}")]
    assert properties["enableRbacAuthorization"] is True
    assert properties["accessPolicies"] == []
    [secret] = created.sent("PUT", f"{group}/Microsoft.KeyVault/vaults/{vault}/secrets/signing-key")
    assert len(secret["properties"]["value"]) == 64


def test_what_was_changed_by_hand_in_a_mount_is_set_right(created):
    """Another key and share, as after a rotation of the keys."""
    wrong = {"type": "AzureFiles", "accountName": "other", "shareName": "x", "mountPath": "/registry", "accessKey": "b"}
    body = json.dumps({"properties": {"registry": wrong}})
    url = f"{SIDES[2]}/config/azurestorageaccounts?api-version=x"
    created.az(["rest", "--method", "put", "--url", url, "--body", body])
    run(resources.create(IRISES))
    mount = created.config(SIDES[2])["azureStorageAccounts"]["registry"]
    assert (mount["accountName"], mount["shareName"]) == ("myirisesmodels", "versions")


def test_a_second_create_keeps_the_signing_key(created):
    """Another key would refuse every version that the first one has signed."""
    created.calls.clear()
    run(resources.create(IRISES))
    assert not [path for _, path in created.writes() if "/secrets/" in path]


@pytest.mark.parametrize(
    "resource",
    [
        "registries/myirisesimages",
        "serverfarms/plan-myirises",
        "storageAccounts/myirisesmodels",
        "vaults/myirises-vault",
        "sites/myirises",
        "sites/myirises/slots/staging",
    ],
)
def test_create_can_be_run_again_after_an_answer_was_lost(wire, resource):
    """The operation goes on in Azure although the client has given up; it is found, and the rest is done."""
    wire.fail("PUT", f"/{resource}$", 0)
    with pytest.raises(AzureError):
        run(resources.create(IRISES))
    wire.faults.clear()
    run(resources.create(IRISES))
    for site in SIDES:
        assert wire.config(site)["azureStorageAccounts"]["registry"]["shareName"] == "versions"
        assert wire.config(site)["healthCheckPath"] == "/healthz"


def test_somebody_is_told_when_production_is_unhealthy_or_answers_with_errors(created):
    alerts = f"{GROUP}/Microsoft.Insights/metricAlerts"
    for name, metric in (("unhealthy", "HealthCheckStatus"), ("errors", "Http5xx")):
        [alert] = [body["properties"] for body in created.sent("PUT", f"{alerts}/myirises-{name}")]
        assert [each["metricName"] for each in alert["criteria"]["allOf"]] == [metric]
        assert alert["scopes"] == [SIDES[2]]
        assert [each["actionGroupId"].rpartition("/")[2] for each in alert["actions"]] == ["alert-myirises"]
    [receivers] = created.sent("PUT", f"{GROUP}/Microsoft.Insights/actionGroups/alert-myirises")
    assert receivers["properties"]["emailReceivers"][0]["emailAddress"] == "me@example.org"


@pytest.mark.parametrize("site", SIDES)
def test_the_logs_of_each_side_go_to_the_workspace(created, site):
    [sent] = created.sent("PUT", f"{site}/providers/Microsoft.Insights/diagnosticSettings/to-workspace")
    assert sent["properties"]["workspaceId"].endswith("/workspaces/log-myirises")
    assert "AppServiceConsoleLogs" in [each["category"] for each in sent["properties"]["logs"]]


def test_the_base_image_is_copied_into_the_own_registry(created):
    [sent] = created.sent("POST", f"{GROUP}/Microsoft.ContainerRegistry/registries/myirisesimages/importImage")
    assert sent["source"] == {"registryUri": "docker.io", "sourceImage": "library/python:3.13-slim"}
    assert sent["targetTags"] == ["base/python:3.13-slim"]
    assert sent["mode"] == "Force"  # a newer one replaces it


def test_before_the_first_release_nothing_runs(created):
    """App Service replaces a machine whose sites are all unhealthy."""
    for site in SIDES:
        assert [call for call in created.calls if call["path"].lower() == f"{site}/stop".lower()]


def test_the_passphrase_goes_to_the_vault_and_both_sides_read_it(created, monkeypatch):
    monkeypatch.setattr("infra.runner._typed_or_made", lambda kind: "petals in the rain")
    created.calls.clear()
    run(vault.passphrase(IRISES, "production"))
    [sent] = created.sent("PUT", f"{GROUP}/Microsoft.KeyVault/vaults/myirises-vault/secrets/presenter-passphrase")
    assert sent == {"properties": {"value": "petals in the rain"}}
    for site in SIDES[2:]:
        settings = created.sent("PUT", f"{site}/config/appsettings")[-1]["properties"]
        assert settings["IRISML_PRESENTER_PASSPHRASE"].startswith("@Microsoft.KeyVault(VaultName=myirises-vault;")
        assert len(settings) > 8
        assert created.sent("POST", f"{site}/config/configreferences/appsettings/refresh") == [{}]


def test_a_second_create_creates_nothing_and_keeps_the_image(created):
    """The image is that of the last release."""
    run(release.release(IRISES, "dev", IMAGE, "42")[:3])
    created.calls.clear()
    run(resources.create(IRISES))
    made = [
        path for method, path in created.writes() if method == "PUT" and re.search(r"/sites/[^/]+(/slots/\w+)?$", path)
    ]
    for site in made:  # az webapp identity assign sends the site again, without its configuration
        assert all("linuxFxVersion" not in json.dumps(body) for body in created.sent("PUT", GROUP + site))
    assert created.config(SIDES[1])["linuxFxVersion"] == f"DOCKER|{IMAGE}"


def test_a_second_create_sets_size_and_machines(created):
    created.calls.clear()
    run(resources.create(Settings("myirises", sku="P1v3", instances=2)))
    plan = created.sent("PUT", f"{GROUP}/Microsoft.Web/serverfarms/plan-myirises")[-1]
    assert (plan["sku"]["name"], plan["sku"]["capacity"]) == ("P1V3", 2)


def test_a_request_that_is_limited_is_repeated(wire):
    """429, which az repeats after the time that Azure names: not for ever."""
    wire.fail("PUT", r"/registries/myirisesimages$", 429)
    with pytest.raises(AzureError, match="az acr create failed"):
        run(resources.create(IRISES))
    assert len(wire.sent("PUT", f"{GROUP}/Microsoft.ContainerRegistry/registries/myirisesimages")) > 1


# --- release ----------------------------------------------------------------------------------------------


@pytest.fixture
def sites(wire, monkeypatch):
    """Sites that respond with the build of the image that they have."""

    def wait(address, build, _):
        name = address.removeprefix("https://").removesuffix(".azurewebsites.net")
        found = [site for site in SIDES if site.partition("/sites/")[2].replace("/slots/", "-") == name]
        site = found[0]
        found = BUILDS.get(wire.config(site).get("linuxFxVersion", "").removeprefix("DOCKER|"))
        return found is not None and build in (found, None)

    monkeypatch.setattr("infra.runner.probe.wait", wait)


def test_a_release_changes_the_image_of_the_slot_and_nothing_else(created, sites):
    """ARM refuses a mount without its key, as it does in answer to az webapp config set."""
    created.calls.clear()
    run(release.release(IRISES, "production", IMAGE, "42"))
    slot = "/Microsoft.Web/sites/myirises/slots/staging"
    assert created.writes() == [
        ("PATCH", f"{slot}/config/web"),
        ("POST", f"{slot}/start"),
        ("POST", "/Microsoft.Web/sites/myirises/start"),
        ("POST", f"{slot}/slotsswap"),
        ("POST", f"{slot}/stop"),
    ]
    assert created.sent("PATCH", f"{GROUP}{slot}/config/web") == [{"properties": {"linuxFxVersion": f"DOCKER|{IMAGE}"}}]
    assert created.sent("POST", f"{GROUP}{slot}/slotsswap") == [{"targetSlot": "production", "preserveVnet": True}]


def test_the_mount_survives_a_release(created, sites):
    run(release.release(IRISES, "production", IMAGE, "42"))
    for site in SIDES[2:]:
        mounts = created.config(site)["azureStorageAccounts"]
        assert mounts["registry"]["shareName"] == "versions"


def test_the_control_that_a_whole_configuration_is_refused(created):
    """What az webapp config set sends, which this test is about."""
    words = ["webapp", "config", "set", "--resource-group", "rg-myirises", "--name", "myirises", "--slot", "staging"]
    ran = created.az([*words, "--generic-configurations", json.dumps({"linuxFxVersion": f"DOCKER|{IMAGE}"})])
    assert ran.returncode != 0
    assert (created.calls[-1]["method"], created.calls[-1]["status"]) == ("PATCH", 400)


def test_a_swap_whose_answer_is_lost_is_not_done_twice(created, sites):
    """The second one would bring the old build back."""
    run(release.release(IRISES, "dev", OLD_IMAGE, "41"))
    created.fail("POST", "/slotsswap$", 0)
    before = swaps(created)
    run(release.release(IRISES, "dev", IMAGE, "42"))
    assert swaps(created) - before == 1
    assert created.config(SIDES[0])["linuxFxVersion"] == f"DOCKER|{IMAGE}"


@pytest.mark.parametrize("status", [409, 500])
def test_a_swap_that_azure_refuses_twice_is_an_error_and_changes_nothing(created, sites, status):
    run(release.release(IRISES, "dev", OLD_IMAGE, "41"))
    created.fail("POST", "/slotsswap$", status)
    with pytest.raises(AzureError, match="az webapp deployment slot swap failed"):
        run(release.release(IRISES, "dev", IMAGE, "42"))
    assert created.config(SIDES[0])["linuxFxVersion"] == f"DOCKER|{OLD_IMAGE}"


def test_roll_back_starts_the_slot_and_swaps(created, sites):
    run(release.release(IRISES, "dev", OLD_IMAGE, "41"))
    run(release.release(IRISES, "dev", IMAGE, "42"))
    created.calls.clear()
    run(release.roll_back(IRISES, "dev", "41"))
    assert [path.rpartition("/")[2] for _, path in created.writes()] == ["start", "slotsswap", "stop"]
    assert created.config(SIDES[0])["linuxFxVersion"] == f"DOCKER|{OLD_IMAGE}"


# --- what is left -----------------------------------------------------------------------------------------


def test_the_logs_of_the_slot_are_downloaded_without_a_password(created, tmp_path):
    """Passwords are switched off; az then sends the token of the login."""
    created.calls.clear()
    run(release.logs(IRISES, "production", "staging", str(tmp_path / "logs.zip")))
    assert created.writes() == []
    [dump] = [call for call in created.calls if call["path"] == "/dump"]
    assert (dump["host"], dump["credential"]) == ("myirises-staging.scm.azurewebsites.net", "Bearer")
    assert (tmp_path / "logs.zip").read_bytes() == b"the logs"


def test_an_instance_pulls_by_the_identity(created):
    run(release.instance(IRISES, IMAGE, "42")[:2])
    [group] = created.sent("PUT", f"{DEV_GROUP}/Microsoft.ContainerInstance/containerGroups/myirises-instance")
    [container] = group["properties"]["containers"]
    assert container["properties"]["image"] == IMAGE
    credentials = group["properties"]["imageRegistryCredentials"]
    assert [(each["server"], "password" in each) for each in credentials] == [("myirisesimages.azurecr.io", False)]
    assert group["properties"]["restartPolicy"] == "Always"
    assert [each["port"] for each in container["properties"]["ports"]] == [8000]
    variables = {each["name"]: each["value"] for each in container["properties"]["environmentVariables"]}
    assert variables == {"PORT": "8000"}


def test_an_instance_is_deleted_in_the_end(created):
    run(release.instance(IRISES, IMAGE, "42")[:2])
    created.calls.clear()
    run(release.end_instance(IRISES))
    assert created.writes() == [("DELETE", "/Microsoft.ContainerInstance/containerGroups/myirises-instance")]


def test_destroy_deletes_both_groups_and_nothing_else(created):
    created.calls.clear()
    run(resources.destroy(IRISES))
    assert [(method, path.rpartition("/")[2]) for method, path in created.writes()] == [
        ("DELETE", "rg-myirises-dev"),
        ("DELETE", "rg-myirises"),
    ]
