"""infra.resources: what is made on Azure"""

import subprocess

import pytest

from infra import resources
from infra.__main__ import main
from infra.runner import AzureError, run
from infra.settings import Settings
from ops.port import DEFAULT_PORT
from tests.delivery.conftest import IRISES


def test_everything_is_made_from_nothing(az):
    """And the key of the storage account reaches the mount."""
    run(resources.create(IRISES))
    group = ["group create --name rg-myirises"]
    assert [" ".join(az.calls[0][:4])] == group
    assert len([call for call in az.calls if call[:2] == ["webapp", "create"]]) == 2
    assert len([call for call in az.calls if call[:4] == ["webapp", "deployment", "slot", "create"]]) == 2
    mounts = [call for call in az.calls if call[:4] == ["webapp", "config", "storage-account", "add"]]
    assert [call[call.index("--access-key") + 1] for call in mounts] == ["secret-key=="] * 4


def test_a_second_run_makes_nothing_anew(az):
    """An app that is made again would lose its image, a plan its machines, and a mount that is there is an error."""
    run(resources.create(IRISES))
    az.forget()
    run(resources.create(IRISES))
    commands = {" ".join(word for word in call[:4] if not word.startswith("--")) for call in az.calls}
    for command in commands:
        assert not command.startswith(("webapp create", "webapp deployment slot create", "appservice plan create"))
        assert command != "webapp config storage-account add"
    assert "webapp config appsettings set" in commands  # what somebody has changed by hand is set right again


def test_a_step_that_fails_ends_the_run_with_its_words(az):
    """What comes after it is not tried."""
    az.fail("storage account create")
    with pytest.raises(AzureError, match=r"az storage account create failed \(1\): ERROR: not today"):
        run(resources.create(IRISES))
    assert az.calls[-1][:3] == ["storage", "account", "create"]


@pytest.mark.parametrize("question", ["webapp list", "webapp deployment slot list", "appservice plan list"])
def test_a_question_that_fails_is_no_answer(az, question):
    """An app that az could not look up for a moment must not be made anew: that would take its image away."""
    run(resources.create(IRISES))
    az.forget()
    az.fail(question)
    with pytest.raises(AzureError, match="not today"):
        run(resources.create(IRISES))
    assert [call for call in az.calls if call[:2] == ["webapp", "create"]] == []


def test_the_key_is_not_printed(az, capsys):
    """Neither by us nor by az, which prints it unless told not to."""
    run(resources.create(IRISES))
    assert "secret-key" not in capsys.readouterr().out
    for call in az.calls:
        if "--access-key" in call:
            assert call[call.index("--output") + 1] == "none"


def test_the_dry_run_is_a_script_that_does_the_same(az, capsys, tmp_path):
    """Run by a real shell, it makes the same calls in the same order."""
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
def test_both_sides_of_an_app_are_set_alike(environment):
    """So that a swap changes the image only; what is sticky differs: the folder of the versions."""
    steps = [step.command for step in resources.create(IRISES) if step.why.startswith(f"{environment}, ")]
    live = [command for command in steps if "--slot staging" not in command]
    slot = [command.replace(" --slot staging", "") for command in steps if "--slot staging" in command]
    assert len(live) == 5
    assert slot == [command.replace("/registry/live", "/registry/staging") for command in live]


@pytest.mark.parametrize(
    ("words", "n"),
    [
        ("--admin-enabled false", 1),
        ("--role AcrPull", 1),
        ("--always-on true", 4),
        ("--web-sockets-enabled true", 4),
        ('{"healthCheckPath": "/healthz"}', 4),
        ("--acr-use-identity true", 4),
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
def test_what_a_site_depends_on_is_set(words, n):
    """The real az would take other values, too: once for all, for both slots, or for both sides of both apps."""
    assert sum(words in step.command for step in resources.create(IRISES)) == n


def test_the_platform_asks_the_port_on_which_the_app_answers():
    """Both names of the setting, for the platform and for the container."""
    commands = [step.command for step in resources.create(IRISES) if "appsettings" in step.command]
    assert len(commands) == 4
    for command in commands:
        assert f" PORT={DEFAULT_PORT} WEBSITES_PORT={DEFAULT_PORT} " in command


@pytest.mark.parametrize("word", ["west; touch x", "", "west europe"])
def test_a_region_or_size_that_is_none_is_refused(word):
    """Both become part of a script that is made to be pasted."""
    with pytest.raises(ValueError, match="neither a region nor a size"):
        Settings("myirises", word)
    with pytest.raises(ValueError, match="neither a region nor a size"):
        Settings("myirises", sku=word)


@pytest.mark.parametrize("name", ["", "ab", "My-Irises", "9irises", "a" * 17, "irises;rm"])
def test_a_name_that_azure_would_refuse_is_refused_before(name):
    """It becomes part of five others."""
    with pytest.raises(ValueError, match="3 to 16 lower-case letters and digits"):
        Settings(name)
