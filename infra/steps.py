"""A step is one command of the Azure CLI, written down before it is run."""

import shlex
from dataclasses import dataclass
from string import Template


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
        A question to ``az``; if it prints an answer, this has been done and the step is skipped.
    gives : str, optional
        Name under which later steps find what it prints.

    Examples
    --------
    >>> step = Step("It may pull", 'role assignment create --role AcrPull --scope "${images}"')
    >>> step.words({"images": "/sub scription/1"})
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
            line = f'[ -n "$(az {self.unless} 2>/dev/null)" ] ||\n  {line}'
        return f"# {self.why}\n{line}"


def as_script(steps: tuple[Step, ...]) -> str:
    """Return the steps as a shell script that can be pasted.

    Examples
    --------
    >>> print(as_script((Step("Everything is in it", "group create --name rg-irises"),)))
    set -euo pipefail
    <BLANKLINE>
    # Everything is in it
    az group create --name rg-irises
    """
    return "\n\n".join(["set -euo pipefail", *(step.as_shell() for step in steps)])
