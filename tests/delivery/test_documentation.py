"""docs/azure.md: its commands are those that work"""

import re
import shlex
from concurrent.futures import ThreadPoolExecutor

import pytest

from infra.__main__ import parser
from tools.served_app import ROOT

TEXT = (ROOT / "docs/azure.md").read_text(encoding="utf-8")
# Commands that need an extension, a network or a Docker daemon before they look at their words.
NOT_PARSED_OFFLINE = ("extension", "devops", "pipelines", "login", "acr login", "acr repository")


WORD = "xxxxxx"


def shell_lines() -> list[str]:
    """The lines of all shell blocks, with every variable replaced by a word."""
    blocks = re.findall(r"^```bash\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
    return [re.sub(r'"?\$\{?\w+\}?"?', WORD, line.strip()) for block in blocks for line in block.splitlines()]


def az_commands() -> list[list[str]]:
    """The words of each az command, also of those inside another; what is inside of them is replaced by a word."""
    found = []
    for line in shell_lines():
        rest = line
        while inner := re.search(r"\$\(([^()]*)\)", rest):
            found.append(inner[1])
            rest = rest.replace(inner[0], WORD)
        found.append(rest)
    commands = [shlex.split(command)[1:] for command in found if command.startswith("az ")]
    return [words for words in commands if not " ".join(words).startswith(NOT_PARSED_OFFLINE)]


def test_its_az_commands_are_accepted(real_az):
    """By the real az, up to the login."""
    commands = az_commands()
    assert len(commands) >= 5
    with ThreadPoolExecutor(2) as pool:
        answers = list(zip(commands, pool.map(real_az, commands), strict=True))
    assert [(words, said) for words, (code, said) in answers if code != 1 or "az login" not in said] == []


@pytest.mark.parametrize("line", [line for line in shell_lines() if "python3 -m infra" in line])
def test_its_infra_commands_are_understood(line, monkeypatch):
    """By our own parser; the name comes from the environment, as the text has it."""
    monkeypatch.setenv("IRISML_AZURE_NAME", "myirises")
    parser().parse_args(shlex.split(line.partition("python3 -m infra")[2]))


def test_the_passphrase_is_typed_and_not_written_down():
    """Nothing that looks like a secret stands in the text."""
    assert 'read -rsp "Passphrase: " passphrase' in TEXT
    assert not re.search(r"PASSPHRASE=[^\"\s]", TEXT)
