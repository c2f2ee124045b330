"""Plans as data that can be printed or run: commands of the Azure CLI, and health checks of the app."""

import shlex
from dataclasses import dataclass
from string import Template
from typing import TypeAlias


@dataclass(frozen=True)
class Step:
    """One command of the Azure CLI, and the query that decides whether it is needed.

    Parameters
    ----------
    why : str
        Purpose of the step.
    command : str
        Arguments of ``az`` in shell syntax; ``"${name}"`` stands for the output of an earlier step.
    unless : str, optional
        Query of ``az``, run first: non-empty output means "exists, skip". It must exit with 0 if nothing exists.
        ``${name}`` as in the command.
    only_if : str, optional
        Query of ``az``, run first: empty output means "does not exist, skip".
    stdin : str, optional
        Standard input of the command, which shows in no list of processes; ``${name}`` as in the command.
    gives : str, optional
        Name of its output for later steps.

    Examples
    --------
    >>> step = Step("It may pull", 'role assignment create --role AcrPull --scope "${registry_id}"')
    >>> step.words({"registry_id": "/sub scription/1"})
    ['role', 'assignment', 'create', '--role', 'AcrPull', '--scope', '/sub scription/1']
    """

    why: str
    command: str
    unless: str | None = None
    only_if: str | None = None
    stdin: str | None = None
    gives: str | None = None

    def words(self, known: dict[str, str]) -> list[str]:
        """Return the arguments of the command, with the outputs of earlier steps filled in."""
        return filled_words(self.command, known)

    def filled_stdin(self, known: dict[str, str]) -> str | None:
        """Return the standard input, with the outputs of earlier steps filled in."""
        return None if self.stdin is None else Template(self.stdin).substitute(known)

    def as_shell(self) -> str:
        """Return the step as lines of a shell script that does the same."""
        line = f"az {self.command}"
        if self.stdin is not None:
            # By a command of the shell itself, which starts no process that shows its arguments.
            line = f"printf '%s' {in_double_quotes(self.stdin)} | {line}"
        if self.gives:
            line = f'{self.gives}="$({line})"'
        for question, is_enough in ((self.unless, "-n"), (self.only_if, "-z")):
            if question:
                # In two lines: a query that fails must end the script, and not count as empty output.
                line = f'there="$(az {question})"\n[ {is_enough} "$there" ] ||\n  {line}'
        return f"# {self.why}\n{line}"


def filled_words(command: str, known: dict[str, str]) -> list[str]:
    """Return the words of a command in shell syntax, with the outputs of earlier steps filled in."""
    return [Template(word).substitute(known) for word in shlex.split(command)]


def in_double_quotes(text: str) -> str:
    r"""Return a text as one word of a shell, in which variables are filled in.

    Examples
    --------
    >>> print(in_double_quotes('{"value": "${key}"}'))
    "{\"value\": \"${key}\"}"
    """
    return '"' + text.replace('"', '\\"') + '"'


@dataclass(frozen=True)
class Secret:
    """A secret that is made or typed when the plan runs, and is in no plan and in no script.

    Parameters
    ----------
    why : str
        Purpose of the secret.
    kind : {"random", "typed"}
        See `infra.secret`.
    gives : str
        Its name for later steps.
    """

    why: str
    kind: str
    gives: str

    def as_shell(self) -> str:
        """Return the step as lines of a shell script that does the same."""
        return f'# {self.why}\n{self.gives}="$(python3 -m infra.secret {self.kind})"'


@dataclass(frozen=True)
class Probe:
    """Health check of a running app: whether it responds, and with which build.

    Parameters
    ----------
    why : str
        Purpose of the probe.
    address : str
        Address of the app; ``${name}`` stands for the output of an earlier step.
    build : str or None
        Build that must respond; None for any.
    within_s : int
        Seconds to wait for it.
    failure : str
        One sentence: the state if it does not respond, after *otherwise* was run.
    otherwise : Plan
        Plan to run if it does not respond.
    """

    why: str
    address: str
    build: str | None
    within_s: int
    failure: str
    otherwise: "Plan" = ()

    def filled_address(self, known: dict[str, str]) -> str:
        """Return the address, with the outputs of earlier steps filled in."""
        return Template(self.address).substitute(known)

    def as_shell(self) -> str:
        """Return the probe as lines of a shell script that does the same."""
        build = f" --build {shlex.quote(self.build)}" if self.build else ""
        ask = f'python3 -m ops.probe "{self.address}"{build} --within {self.within_s}'
        end = (f"echo {shlex.quote(self.failure)} >&2", "exit 1")
        rest = "\n".join([*(part.as_shell() for part in self.otherwise), *end]).replace("\n", "\n  ")
        return f"# {self.why}\n{ask} || {{\n  {rest}\n}}"


@dataclass(frozen=True)
class VerifiedStep:
    """Command whose failure says nothing about what was done: Azure can go on after the CLI has stopped waiting.

    If it fails, both sides are asked which one responds with the build. It is run once more only if it was not done: a
    second swap would undo a first one.

    Parameters
    ----------
    step : Step
    done, undone : str
        Addresses, see `Probe`: of the app that responds with the build if the command was done, and if it was not.
    build : str
    within_s : int
        Seconds to wait for each.
    """

    step: Step
    done: str
    undone: str
    build: str
    within_s: int

    @property
    def why(self) -> str:
        """Purpose of the step."""
        return self.step.why

    def as_shell(self) -> str:
        """Return the step as lines of a shell script that does the same."""
        done, undone = (
            f'python3 -m ops.probe "{address}" --build {shlex.quote(self.build)} --within {self.within_s}'
            for address in (self.done, self.undone)
        )
        return f"{self.step.as_shell()} ||\n  {done} ||\n  {{ {undone} && az {self.step.command}; }}"


Plan: TypeAlias = tuple[Step | Secret | Probe | VerifiedStep, ...]


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
