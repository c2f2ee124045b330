"""docs/azure.md: all its commands are accepted."""

import re
import shlex
from concurrent.futures import ThreadPoolExecutor

import pytest

from infra.__main__ import parser
from tools.served_app import ROOT

TEXT = (ROOT / "docs/azure.md").read_text(encoding="utf-8")
# Commands that need an extension, a network or a Docker daemon before they parse their arguments.
NOT_PARSED_OFFLINE = (
    *("extension", "devops", "pipelines", "repos", "login", "acr login", "acr repository", "acr manifest"),
    "deployment group",
)


WORD = "xxxxxx"


def shell_lines() -> list[str]:
    """Return the lines of all shell blocks, with each variable replaced by a placeholder."""
    blocks = re.findall(r"^```bash\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
    return [re.sub(r'"?\$\{?\w+\}?"?', WORD, line.strip()) for block in blocks for line in block.splitlines()]


def az_commands() -> list[list[str]]:
    """Return the words of each az command; a nested command is listed itself and replaced by a placeholder."""
    found = []
    for line in shell_lines():
        rest = line
        while inner := re.search(r"\$\(([^()]*)\)", rest):
            found.append(inner[1])
            rest = rest.replace(inner[0], WORD)
        found.append(rest)
    commands = [shlex.split(command)[1:] for command in found if command.startswith("az ")]
    return [words for words in commands if not " ".join(words).startswith(NOT_PARSED_OFFLINE)]


def test_the_real_az_parses_every_az_command_of_the_docs(real_az):
    """Each command is checked up to the login."""
    commands = az_commands()
    assert len(commands) >= 5
    with ThreadPoolExecutor(2) as pool:
        answers = list(zip(commands, pool.map(real_az, commands), strict=True))
    assert [(words, said) for words, (code, said) in answers if code != 1 or "az login" not in said] == []


@pytest.mark.parametrize("line", [line for line in shell_lines() if line.startswith("python3 -m infra ")])
def test_the_parser_accepts_every_infra_command_of_the_docs(line, monkeypatch):
    """The name comes from IRISML_AZURE_NAME, as in the text."""
    monkeypatch.setenv("IRISML_AZURE_NAME", "myirises")
    parser().parse_args(shlex.split(line.partition("python3 -m infra")[2]))


def test_the_docs_have_the_passphrase_typed_at_a_prompt():
    assert "python3 -m infra passphrase --environment production" in TEXT
    assert not re.search(r"PASSPHRASE=[^\"\s]", TEXT)
