"""Runs steps with the Azure CLI."""

import os
import shlex
import shutil
import subprocess
from collections.abc import Iterable, Sequence

from infra.steps import Step


class AzureError(RuntimeError):
    """A command of the Azure CLI failed, or there is none; one sentence."""


def run(steps: Iterable[Step]) -> dict[str, str]:
    """Run the steps in turn, and return what they gave.

    Each can be run again: what is there already is left or set anew. So after a failure, mend
    its cause and begin from the start.

    Raises
    ------
    AzureError
        If one fails; the later ones were not run.
    """
    known: dict[str, str] = {}
    for step in steps:
        if step.unless and _answer(shlex.split(step.unless)):
            print(f"# {step.why}: is there", flush=True)
            continue
        # The shell form: it shows the name of a key, and not the key.
        print(step.as_shell(), flush=True)
        printed = _call(step.words(known))
        if step.gives:
            known[step.gives] = printed
    return known


def _call(words: Sequence[str]) -> str:
    ran = _az(words)
    if ran.returncode:
        said = ran.stderr.strip() or ran.stdout.strip() or "it said nothing"
        raise AzureError(f"az {' '.join(words[:3])} failed ({ran.returncode}): {said}")
    return ran.stdout.strip()


def _answer(question: Sequence[str]) -> str:
    """Return what a question prints; nothing where the thing that it asks about is not there."""
    ran = _az(question)
    return "" if ran.returncode else ran.stdout.strip()


def _az(words: Sequence[str]) -> subprocess.CompletedProcess[str]:
    if os.name == "nt":
        # There az is a batch file, and the shell that runs it would read the | and the quotes in a value.
        raise AzureError("On Windows, run this in WSL or in the Azure Cloud Shell.")
    program = shutil.which("az")
    if program is None:
        raise AzureError("There is no az. Install the Azure CLI (https://aka.ms/azure-cli), then: az login")
    return subprocess.run([program, *words], capture_output=True, text=True, encoding="utf-8", check=False)
