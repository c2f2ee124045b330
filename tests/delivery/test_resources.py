"""infra.resources: the resources created on Azure."""

import subprocess

import pytest

from infra import resources
from infra.__main__ import main
from infra.runner import AzureError, run
from infra.settings import Settings
from ops.port import DEFAULT_PORT
from tests.delivery.conftest import IRISES


def test_all_resources_are_created_in_an_empty_subscription(az):
    """The key of the storage account is passed to each mount."""
    run(resources.create(IRISES))
    group = ["group create --name rg-myirises"]
    assert [" ".join(az.calls[0][:4])] == group
    assert len([call for call in az.calls if call[:2] == ["webapp", "create"]]) == 2
    assert len([call for call in az.calls if call[:4] == ["webapp", "deployment", "slot", "create"]]) == 2
    mounts = [call for call in az.calls if call[:4] == ["webapp", "config", "storage-account", "add"]]
    assert [call[call.index("--access-key") + 1] for call in mounts] == ["secret-key=="] * 4


def test_a_second_run_creates_nothing_again(az):
    """Creating again would lose an app's image and a plan's instances, and fail for an existing mount."""
    run(resources.create(IRISES))
    az.forget()
    run(resources.create(IRISES))
    commands = {" ".join(word for word in call[:4] if not word.startswith("--")) for call in az.calls}
    for command in commands:
        assert not command.startswith(("webapp create", "webapp deployment slot create", "appservice plan create"))
        assert command != "webapp config storage-account add"
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
        if "--access-key" in call:
            assert call[call.index("--output") + 1] == "none"


def test_the_dry_run_prints_a_script_that_makes_the_same_calls(az, capsys, tmp_path):
    """A real shell runs it: the same calls in the same order."""
    assert main(["create", "--name", "myirises", "--dry-run"]) == 0
    script = capsys.readouterr().out
    assert az.calls == []
    run(resources.create(IRISES))
    ours = az.calls
    az.forget()
    (az.folder / "state.json").unlink()
    subprocess.run(["bash", "-c", script], check=True, capture_output=True)
    assert az.calls == ours


@pytest.mark.parametrize("environment", ["dev", "production"])
def test_an_app_and_its_slot_have_the_same_settings(environment):
    """So a swap changes the image only. The registry folder is a slot setting and differs."""
    steps = [
        step.command.replace("/slots/staging/", "/ --slot staging")
        for step in resources.create(IRISES)
        if step.why.startswith(f"{environment}, ")
    ]
    live = [command for command in steps if "--slot staging" not in command]
    slot = [command.replace(" --slot staging", "") for command in steps if "--slot staging" in command]
    assert len(live) == 7
    assert slot == [command.replace("/registry/live", "/registry/staging") for command in live]


@pytest.mark.parametrize(
    ("words", "n"),
    [
        ("--admin-enabled false --role-assignment-mode rbac", 1),
        ("--role AcrPull", 1),
        (r"\"alwaysOn\": true", 4),
        (r"\"webSocketsEnabled\": true", 4),
        (r"\"healthCheckPath\": \"/healthz\"", 4),
        (r"\"acrUseManagedIdentityCreds\": true", 4),
        (r"\"acrUserManagedIdentityID\": \"${client_id}\"", 4),
        ("--client-affinity-enabled true --https-only true", 4),
        ("WEBSITES_CONTAINER_START_TIME_LIMIT=230", 4),
        ("WEBSITE_SWAP_WARMUP_PING_PATH=/healthz", 4),
        ("--slot-settings IRISML_REGISTRY=/registry/live", 2),
        ("--slot-settings IRISML_REGISTRY=/registry/staging", 2),
        ("--share-name dev --mount-path /registry ", 2),
        ("--share-name production --mount-path /registry ", 2),
        ("webapp identity assign", 2),
    ],
)
def test_required_site_settings_are_set(words, n):
    """az accepts other values, too. Expected: once, once per environment, or for both sides of both apps."""
    assert sum(words in step.command for step in resources.create(IRISES)) == n


def test_app_service_and_the_app_use_the_same_port():
    """PORT is for the container, WEBSITES_PORT for App Service."""
    commands = [step.command for step in resources.create(IRISES) if "appsettings" in step.command]
    assert len(commands) == 4
    for command in commands:
        assert f" PORT={DEFAULT_PORT} WEBSITES_PORT={DEFAULT_PORT} " in command


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


@pytest.mark.parametrize("name", ["", "ab", "My-Irises", "9irises", "a" * 17, "irises;rm"])
def test_an_invalid_name_is_refused(name):
    """Five resource names are built from it."""
    with pytest.raises(ValueError, match="3 to 16 lower-case letters and digits"):
        Settings(name)
