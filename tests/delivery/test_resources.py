"""infra.resources: the resources created on Azure."""

import json
import re
import subprocess

import pytest

from infra import resources, site, vault
from infra.__main__ import main
from infra.plan import Step
from infra.runner import AzureError, run
from infra.settings import PORT, Settings
from ops.port import DEFAULT_PORT
from tests.delivery.conftest import IRISES


def test_all_resources_are_created_in_an_empty_subscription(az):
    """The key of the storage account is passed to each mount, on no command line."""
    run(resources.create(IRISES))
    groups = [call[3] for call in az.calls if call[:2] == ["group", "create"]]
    assert groups == ["rg-myirises", "rg-myirises-dev"]
    assert len([call for call in az.calls if call[:2] == ["webapp", "create"]]) == 2
    assert len([call for call in az.calls if call[:4] == ["webapp", "deployment", "slot", "create"]]) == 2
    mounts = [given["properties"]["registry"] for given in az.inputs if "registry" in given["properties"]]
    assert [mount["accessKey"] for mount in mounts] == ["secret-key=="] * 4
    assert "secret-key" not in json.dumps(az.calls)


def test_a_second_run_creates_nothing_again(az):
    """Creating again would lose an app's image and a plan's instances, and fail for an existing vault."""
    run(resources.create(IRISES))
    az.forget()
    run(resources.create(IRISES))
    commands = {" ".join(word for word in call[:4] if not word.startswith("--")) for call in az.calls}
    for command in commands:
        assert not command.startswith(("webapp create", "webapp deployment slot create", "appservice plan create"))
        assert not command.startswith("keyvault create")
    assert [given for given in az.inputs if "value" in given["properties"]] == []  # the signing key stays
    assert "webapp config appsettings set" in commands  # settings changed by hand are reset


def test_a_failed_step_ends_the_run_with_the_message_of_az(az):
    az.fail("storage account create")
    with pytest.raises(AzureError, match=r"az storage account create failed \(1\): ERROR: not today"):
        run(resources.create(IRISES))
    assert az.calls[-1][:3] == ["storage", "account", "create"]


@pytest.mark.parametrize("question", ["webapp list", "webapp deployment slot list", "appservice plan list"])
def test_a_failed_existence_query_creates_nothing(az, question):
    """Creating an app that exists would lose its image."""
    run(resources.create(IRISES))
    az.forget()
    az.fail(question)
    with pytest.raises(AzureError, match="not today"):
        run(resources.create(IRISES))
    assert [call for call in az.calls if call[:2] == ["webapp", "create"]] == []


def test_the_storage_key_is_not_printed(az, capsys):
    """az prints it, too, unless called with --output none."""
    run(resources.create(IRISES))
    assert "secret-key" not in capsys.readouterr().out
    for call in az.calls:
        if "@-" in call:
            assert call[call.index("--output") + 1] == "none"


def test_each_environment_has_a_signing_key_of_its_own(az, capsys):
    """It is in no command, and not printed."""
    run(resources.create(IRISES))
    keys = [given["properties"]["value"] for given in az.inputs if "value" in given["properties"]]
    assert len(set(keys)) == 2
    assert all(re.fullmatch("[0-9a-f]{64}", key) for key in keys)
    said = json.dumps(az.calls) + capsys.readouterr().out
    assert not [key for key in keys if key in said]


def test_the_dry_run_prints_a_script_that_makes_the_same_calls(az, capsys, tmp_path):
    """A real shell runs it: the same calls in the same order."""
    assert main(["create", "--name", "myirises", "--dry-run"]) == 0
    script = capsys.readouterr().out
    assert az.calls == []
    run(resources.create(IRISES))
    ours, our_inputs = az.calls, az.inputs
    az.forget()
    (az.folder / "state.json").unlink()
    subprocess.run(["bash", "-c", script], check=True, capture_output=True)
    assert az.calls == ours
    random = re.compile("[0-9a-f]{64}")
    assert [random.sub("random", str(one)) for one in az.inputs] == [
        random.sub("random", str(one)) for one in our_inputs
    ]


@pytest.mark.parametrize("environment", ["dev", "production"])
def test_an_app_and_its_slot_have_the_same_settings(environment):
    """So a swap changes the image only. The registry folder is a slot setting and differs, and who may reach it."""
    steps = [step for step in resources.create(IRISES) if step.why.startswith(f"{environment}, ")]
    steps = [step for step in steps if "not for everybody" not in step.why]
    live = [step.command for step in steps if step.why.startswith(f"{environment}, live")]
    slot = [step.command for step in steps if step.why.startswith(f"{environment}, staging")]
    assert len(live) == 8
    without = [*live, *slot]
    for part in ("/slots/staging", " --slot staging"):
        without = [one.replace(part, "") for one in without]
    assert without[8:] == [one.replace("/registry/live", "/registry/staging") for one in without[:8]]


@pytest.mark.parametrize(
    ("words", "n"),
    [
        ("--admin-enabled false --role-assignment-mode rbac", 1),
        ('create --role "AcrPull"', 2),
        ('--role "Key Vault Secrets User"', 2),
        (r"\"alwaysOn\": true", 4),
        (r"\"webSocketsEnabled\": true", 4),
        (r"\"healthCheckPath\": \"/healthz\"", 4),
        (r"\"acrUseManagedIdentityCreds\": true", 4),
        (r"\"acrUserManagedIdentityID\": \"${client_id}\"", 4),
        (r"\"httpsOnly\": true, \"clientAffinityEnabled\": true", 4),
        (r"\"keyVaultReferenceIdentity\": \"${identity}\"", 4),
        (r"\"ipSecurityRestrictionsDefaultAction\": \"Deny\"", 3),
        ("WEBSITES_CONTAINER_START_TIME_LIMIT=230", 4),
        ("WEBSITE_SWAP_WARMUP_PING_PATH=/healthz", 4),
        ("--slot-settings IRISML_REGISTRY=/registry/live", 2),
        ("--slot-settings IRISML_REGISTRY=/registry/staging", 2),
        ("webapp identity assign", 4),
        ("monitor metrics alert create", 2),
        ("diagnosticSettings/to-workspace", 4),
    ],
)
def test_required_site_settings_are_set(words, n):
    """az accepts other values, too. Expected: once, once per environment, or for both sides of both apps."""
    assert sum(words in step.command for step in resources.create(IRISES) if isinstance(step, Step)) == n


def test_app_service_and_the_app_use_the_same_port():
    """PORT is for the container, WEBSITES_PORT for App Service."""
    commands = [step.command for step in resources.create(IRISES) if "port and limits" in step.why]
    assert len(commands) == 4
    for command in commands:
        assert f' "PORT={DEFAULT_PORT}" "WEBSITES_PORT={DEFAULT_PORT}" ' in command
    assert DEFAULT_PORT == PORT


def test_the_size_and_the_number_of_machines_are_set_on_a_plan_that_exists(az):
    """Creating it again with another size changes nothing, and az does not say so."""
    run(resources.create(IRISES))
    az.forget()
    run(resources.create(Settings("myirises", sku="P1v3", instances=2, workers=2)))
    updates = [call for call in az.calls if call[:3] == ["appservice", "plan", "update"]]
    assert [call[-4:] for call in updates] == [["--sku", "P1v3", "--number-of-workers", "2"]]
    assert len([call for call in az.calls if "IRISML_WORKERS=2" in call]) == 4


@pytest.mark.parametrize("given", [{"instances": 0}, {"instances": 31}, {"workers": 0}, {"workers": 17}])
def test_a_number_of_machines_or_processes_that_cannot_be_is_refused(given):
    with pytest.raises(ValueError, match="Give one from 1 to"):
        Settings("myirises", **given)


@pytest.mark.parametrize("word", ["west; touch x", "", "west europe"])
def test_an_invalid_region_or_size_is_refused(word):
    """Both become part of a script that is pasted into a shell."""
    with pytest.raises(ValueError, match="neither a region nor a size"):
        Settings("myirises", word)
    with pytest.raises(ValueError, match="neither a region nor a size"):
        Settings("myirises", sku=word)


@pytest.mark.parametrize("name", ["", "ab", "My-Irises", "9irises", "a" * 15, "irises;rm"])
def test_an_invalid_name_is_refused(name):
    """Five resource names are built from it."""
    with pytest.raises(ValueError, match="3 to 14 lower-case letters and digits"):
        Settings(name)


@pytest.mark.parametrize(
    "source", ["", "everybody", "1.2.3", "999.1.1.1", "10.0.0.0/99", "203.0.113.7; rm -rf /", "azurecloud"]
)
def test_a_source_that_is_no_address_is_refused(source):
    """It becomes part of a script, and of a rule that Azure would refuse at the end of ten minutes."""
    with pytest.raises(ValueError, match="neither an address nor a service tag"):
        Settings("myirises", allow=(source,))


@pytest.mark.parametrize(
    ("source", "rule"),
    [
        ("203.0.113.7", {"ipAddress": "203.0.113.7/32"}),
        ("203.0.113.0/24", {"ipAddress": "203.0.113.0/24"}),
        ("2001:DB8::1", {"ipAddress": "2001:db8::1/128"}),
        ("FE80::1", {"ipAddress": "fe80::1/128"}),
        ("AzureCloud.westeurope", {"ipAddress": "AzureCloud.westeurope", "tag": "ServiceTag"}),
    ],
)
def test_dev_and_the_slots_are_for_those_who_are_allowed(source, rule):
    settings = Settings("myirises", allow=(source,))
    rules = site.restrictions(settings)["ipSecurityRestrictions"]
    assert rules == [{"name": "allowed-1", "priority": 101, "action": "Allow", **rule}]
    restricted = [step.why for step in resources.create(settings) if "ipSecurity" in getattr(step, "command", "")]
    assert restricted == [f"{side}: not for everybody" for side in ("production, staging", "dev, live", "dev, staging")]


def test_a_second_create_keeps_what_it_is_not_told(az):
    """A cure of docs/azure.md is to run it again, without knowing how it was run at first."""
    run(resources.create(Settings("myirises", "northeurope", "P1v3", 2, 2, ("203.0.113.7",), "me@example.org")))
    az.forget()
    run(resources.create(IRISES))
    said = json.dumps(az.calls)
    for word in ("plan update", "ipSecurityRestrictions\\", "IRISML_WORKERS", 'metrics", "alert", "create'):
        assert word not in said
    assert [call for call in az.calls if call[:2] == ["group", "create"]] == []


def test_a_contributor_can_run_create_again_once_an_owner_has_assigned_the_roles(az):
    run(resources.create(IRISES, with_roles=False))
    run(resources.roles(IRISES))
    az.fail("role assignment create")
    run(resources.create(IRISES))


def test_without_a_share_nothing_needs_a_storage_key(az):
    """Where a policy forbids keys of storage accounts."""
    run(resources.create(Settings("myirises", share=False)))
    assert [call for call in az.calls if call[0] == "storage"] == []
    assert [given for given in az.inputs if "registry" in given["properties"]] == []
    assert len([call for call in az.calls if "IRISML_REGISTRY=/tmp/models" in call]) == 4


def test_without_roles_a_contributor_can_create_everything(az, capsys):
    """And the owner runs the rest."""
    main(["create", "--name", "myirises", "--no-roles"])
    assert [call for call in az.calls if call[0] == "role"] == []
    main(["roles", "--name", "myirises"])
    assert len([call for call in az.calls if call[:3] == ["role", "assignment", "create"]]) == 4


def test_destroy_can_be_run_again_after_it_was_interrupted(az):
    """A group that is gone is not deleted; its vault could be recovered and keeps its name until it is purged."""
    run(resources.create(IRISES))
    az.fail("keyvault purge", once=True)
    with pytest.raises(AzureError):
        run(resources.destroy(IRISES))
    az.forget()
    run(resources.destroy(IRISES))
    changes = [call[:4] for call in az.calls if "list" not in call[1]]
    assert changes == [["keyvault", "purge", "--name", name] for name in ("myirises-dev-vault", "myirises-vault")]


def test_the_passphrase_is_on_no_command_line(az, capfd, monkeypatch):
    """What is typed goes to the vault; both sides get a reference to it."""
    monkeypatch.setattr("infra.runner._typed_or_made", lambda kind: 'petals \\" in the rain')
    run(vault.passphrase(IRISES, "production"))
    assert az.inputs == [{"properties": {"value": 'petals " in the rain'}}]
    assert "petals" not in json.dumps(az.calls) + capfd.readouterr().out
    reference = (
        "IRISML_PRESENTER_PASSPHRASE=@Microsoft.KeyVault(VaultName=myirises-vault;SecretName=presenter-passphrase)"
    )
    assert len([call for call in az.calls if reference in call]) == 2
