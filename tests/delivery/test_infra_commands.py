"""The commands of infra, checked by its own parser and by the real az."""

import shlex
from concurrent.futures import ThreadPoolExecutor

import pytest

from infra import release, resources
from infra.__main__ import main
from infra.plan import Step, VerifiedStep
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
}


def every_command() -> dict[str, list[str]]:
    """Return each command of each task for one environment; the other one differs in names only."""
    plans = (
        *(step for step in resources.create(IRISES) if not step.why.startswith("dev")),
        *resources.destroy(IRISES),
        *release.release(IRISES, "production", IMAGE, "42"),
        *release.logs(IRISES, "production", "logs.zip"),
        *release.instance(IRISES, IMAGE, "42"),
    )
    parts = [part.step if isinstance(part, VerifiedStep) else part for part in plans]
    steps = [part for part in parts if isinstance(part, Step)]
    questions = {step.unless: shlex.split(step.unless) for step in steps if step.unless}
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
        ("--client-affinity-enabled", "--client-affinity-enbaled"),
        ("--sku Basic", "--sku Cheap"),
        ("--custom-id registry ", ""),
        ("webapp deployment slot swap", "webapp deployment slot exchange"),
    ],
)
def test_the_real_az_refuses_an_invalid_command(real_az, right, wrong):
    """Control: a wrong value, option or size, a missing option, an unknown command."""
    command = next(command for command in every_command() if right in command)
    code, said = real_az(Step("", command.replace(right, wrong)).words(KNOWN))
    assert code == 2, said
