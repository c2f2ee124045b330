"""What is done on Azure, written down before it is run: commands of the Azure CLI, and questions to the app."""

import shlex
from dataclasses import dataclass
from string import Template
from typing import TypeAlias


@dataclass(frozen=True)
class Step:
    """One command, and when it is needed.

    Parameters
    ----------
    why : str
        What it is for.
    command : str
        What comes after ``az``, as a shell would read it; ``"${name}"`` stands for what an earlier step gave.
    unless : str, optional
        A question to ``az``, which must not fail where the answer is no; if it prints something, the step is skipped.
    gives : str, optional
        Name under which later steps find what it prints.

    Examples
    --------
    >>> step = Step("It may pull", 'role assignment create --role AcrPull --scope "${registry_id}"')
    >>> step.words({"registry_id": "/sub scription/1"})
    ['role', 'assignment', 'create', '--role', 'AcrPull', '--scope', '/sub scription/1']
    """

    why: str
    command: str
    unless: str | None = None
    gives: str | None = None

    def words(self, known: dict[str, str]) -> list[str]:
        """Return the words of the command, with what earlier steps gave."""
        return [Template(word).substitute(known) for word in shlex.split(self.command)]

    def as_shell(self) -> str:
        """Return the step as lines of a shell script that does the same."""
        line = f"az {self.command}"
        if self.gives:
            line = f'{self.gives}="$({line})"'
        if self.unless:
            # In two lines: a question that fails must end the script, and not pass for a no.
            line = f'there="$(az {self.unless})"\n[ -n "$there" ] ||\n  {line}'
        return f"# {self.why}\n{line}"


@dataclass(frozen=True)
class Probe:
    """A question to a running app: whether it answers, and from which build.

    Parameters
    ----------
    why : str
        What it is for.
    address : str
        Of the app; ``${name}`` stands for what an earlier step gave.
    build : str or None
        The one that must answer; None if any will do.
    within_s : int
        Seconds to wait for it.
    failure : str
        One sentence: what is true if it does not answer, once *otherwise* was run.
    otherwise : Plan
        What to do then.
    """

    why: str
    address: str
    build: str | None
    within_s: int
    failure: str
    otherwise: "Plan" = ()

    def filled_address(self, known: dict[str, str]) -> str:
        """Return the address, with what earlier steps gave."""
        return Template(self.address).substitute(known)

    def as_shell(self) -> str:
        """Return the probe as lines of a shell script that does the same."""
        build = f" --build {shlex.quote(self.build)}" if self.build else ""
        ask = f'python3 -m ops.probe "{self.address}"{build} --within {self.within_s}'
        end = (f"echo {shlex.quote(self.failure)} >&2", "exit 1")
        rest = "\n".join([*(part.as_shell() for part in self.otherwise), *end]).replace("\n", "\n  ")
        return f"# {self.why}\n{ask} || {{\n  {rest}\n}}"


Plan: TypeAlias = tuple[Step | Probe, ...]


def as_script(plan: Plan) -> str:
    """Return a plan as a shell script that can be pasted.

    Examples
    --------
    >>> print(as_script((Step("Everything is in it", "group create --name rg-irises"),)))
    set -euo pipefail
    <BLANKLINE>
    # Everything is in it
    az group create --name rg-irises
    """
    return "\n\n".join(["set -euo pipefail", *(part.as_shell() for part in plan)])
