"""The commands of infra, checked by its own parser and by the real az."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from infra import release, resources, vault
from infra.__main__ import main
from infra.plan import Step, VerifiedStep, filled_words
from infra.settings import Settings
from tests.delivery.conftest import IMAGE, IRISES


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["create", "--name", "My-Irises"], 2, "cannot be the name"),
        (["release", "--name", "irises", "--environment", "dev", "--image", "a:1", "--build", "1"], 2, "no digest"),
        (
            ["release", "--name", "irises", "--environment", "test", "--image", IMAGE, "--build", "1"],
            2,
            "invalid choice",
        ),
        (["destroy", "--name", "irises"], 2, "--yes"),
        (["roll-back", "--name", "irises", "--environment", "dev"], 1, "not today"),
    ],
)
def test_an_error_is_one_sentence_without_traceback(az, capsys, words, code, said):
    """Exit code 2 for invalid arguments, 1 if Azure refuses."""
    az.fail("webapp")
    try:
        ended = main(words)
    except SystemExit as stopped:
        ended = stopped.code
    assert ended == code
    printed = capsys.readouterr().err
    assert said in printed
    assert "Traceback" not in printed


def test_without_az_the_message_tells_how_to_install_it(monkeypatch, capsys):
    monkeypatch.setenv("PATH", "")
    assert main(["destroy", "--name", "irises", "--yes"]) == 1
    assert "Install the Azure CLI" in capsys.readouterr().err


def test_the_name_is_read_from_the_environment(monkeypatch, capsys):
    monkeypatch.setenv("IRISML_AZURE_NAME", "myirises")
    assert main(["roll-back", "--environment", "production", "--dry-run"]) == 0
    assert "slot swap --resource-group rg-myirises --name myirises --slot staging" in capsys.readouterr().out


KNOWN = {
    "identity": "/subscriptions/0/i",
    "registry_id": "/subscriptions/0/r",
    "principal": "0-1",
    "key": "k==",
    "client_id": "0-2",
    "plan_id": "/subscriptions/0/p",
    "site_id": "/subscriptions/0/resourceGroups/rg/providers/Microsoft.Web/sites/s",
    "vault_id": "/subscriptions/0/v",
    "workspace_id": "/subscriptions/0/w",
    "secret": "petals",
}


def every_command() -> dict[str, list[str]]:
    """Return each command of each task for one environment; the other one differs in names only."""
    plans = (
        *(
            step
            for step in resources.create(Settings("myirises", alert_email="me@a.org", sku="P1v3"))
            if "dev" not in step.why
        ),
        *vault.passphrase(IRISES, "production"),
        *resources.destroy(IRISES),
        *release.end_instance(IRISES),
        *release.release(IRISES, "production", IMAGE, "42"),
        *release.logs(IRISES, "production", "staging", "logs.zip"),
        *release.instance(IRISES, IMAGE, "42"),
    )
    parts = [part.step if isinstance(part, VerifiedStep) else part for part in plans]
    steps = [part for part in parts if isinstance(part, Step)]
    asked = [question for step in steps for question in (step.unless, step.only_if) if question]
    questions = {question: filled_words(question, KNOWN) for question in asked}
    return {step.command: step.words(KNOWN) for step in steps} | questions


def test_the_real_az_accepts_every_command(real_az):
    """Each command reaches the login (exit code 1); a parser error would exit with 2."""
    commands = every_command()
    with ThreadPoolExecutor(2) as pool:
        answers = dict(zip(commands, pool.map(real_az, commands.values()), strict=True))
    refused = {command: said for command, (code, said) in answers.items() if code != 1 or "az login" not in said}
    assert refused == {}


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("--method patch", "--method fix"),
        ("--role-assignment-mode rbac", "--role-assignment-mode rbca"),
        ("--sku Basic", "--sku Cheap"),
        ("--enable-rbac-authorization true", "--enable-rbac-authorization maybe"),
        ('--condition "avg HealthCheckStatus < 100" ', ""),
        ("webapp deployment slot swap", "webapp deployment slot exchange"),
    ],
)
def test_the_real_az_refuses_an_invalid_command(real_az, right, wrong):
    """Control: a wrong value, option or size, a missing option, an unknown command."""
    command = next(command for command in every_command() if right in command)
    code, said = real_az(Step("", command.replace(right, wrong)).words(KNOWN))
    assert code == 2, said
