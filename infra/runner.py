"""Execution of a plan: its steps by the Azure CLI, its probes by HTTP."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from itertools import takewhile
from string import Template

from infra.plan import Plan, Probe, Secret, Step, VerifiedStep, filled_words
from ops import probe


class AzureError(RuntimeError):
    """A command of the Azure CLI failed, or the CLI is not installed; one sentence."""


class NoAnswerError(RuntimeError):
    """A probe of the app failed; the sentence describes the state of the app."""


def run(plan: Plan, known: dict[str, str] | None = None) -> None:
    """Run a plan from its beginning.

    Plans are idempotent: existing resources are kept or configured again. After a failure, fix
    its cause and run the plan again from the start.

    Parameters
    ----------
    plan : tuple of Step, Secret and Probe
    known : dict of str, optional
        Outputs of earlier steps, by name.

    Raises
    ------
    AzureError
        If a step fails; the later ones were not run.
    NoAnswerError
        If a probe fails, after its *otherwise* was run.
    """
    known = {} if known is None else known
    for part in plan:
        if isinstance(part, Probe):
            _ask(part, known)
        elif isinstance(part, VerifiedStep):
            _do_verified(part, known)
        elif isinstance(part, Secret):
            print(f"# {part.why}", flush=True)
            known[part.gives] = _typed_or_made(part.kind)
        elif part.unless and output(filled_words(part.unless, known)):
            print(f"# {part.why}: exists, skipped", flush=True)
        elif part.only_if and not output(filled_words(part.only_if, known)):
            print(f"# {part.why}: does not exist, skipped", flush=True)
        else:
            _do(part, known)


def _do(part: Step, known: dict[str, str]) -> None:
    # The shell form shows the name of a key, not its value.
    print(part.as_shell(), flush=True)
    printed = output(part.words(known), part.filled_stdin(known))
    if part.gives:
        known[part.gives] = printed


def _typed_or_made(kind: str) -> str:
    # Its prompt and its message go to the terminal.
    ran = subprocess.run([sys.executable, "-m", "infra.secret", kind], stdout=subprocess.PIPE, text=True)
    if ran.returncode:
        raise AzureError("Nothing was stored.")
    return ran.stdout.removesuffix("\n")


def _do_verified(part: VerifiedStep, known: dict[str, str]) -> None:
    try:
        _do(part.step, known)
    except AzureError as error:
        print(f"{error}\n# {part.why}: did it happen all the same?", flush=True)
        done, undone = (Template(address).substitute(known) for address in (part.done, part.undone))
        if probe.wait(done, part.build, part.within_s):
            return
        if not probe.wait(undone, part.build, part.within_s):
            raise NoAnswerError(f"{part.why}: {error}\nNeither side responds with build {part.build}.") from error
        print(f"# {part.why}: once more", flush=True)
        _do(part.step, known)


def _ask(part: Probe, known: dict[str, str]) -> None:
    print(f"# {part.why}", flush=True)
    if not probe.wait(part.filled_address(known), part.build, part.within_s):
        try:
            run(part.otherwise, known)
        except AzureError as error:
            raise NoAnswerError(f"{part.why}: it does not, and the swap back failed, too: {error}") from error
        raise NoAnswerError(part.failure)


def output(words: Sequence[str], stdin: str | None = None) -> str:
    """Return what a command of the Azure CLI prints, without the white space around it.

    Raises
    ------
    AzureError
        If it fails, or the CLI is not installed.
    """
    ran = _az(words, stdin)
    if ran.returncode:
        said = ran.stderr.strip() or ran.stdout.strip() or "no output"
        command = " ".join(takewhile(lambda word: not word.startswith("-"), words))
        raise AzureError(f"az {command} failed ({ran.returncode}): {said}")
    return ran.stdout.strip()


def _az(words: Sequence[str], stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    if os.name == "nt":
        # On Windows az is a batch file: its shell would interpret the | and the quotes in a value.
        raise AzureError("On Windows, run this in WSL or in the Azure Cloud Shell.")
    program = shutil.which("az")
    if program is None:
        raise AzureError("az was not found. Install the Azure CLI (https://aka.ms/azure-cli), then run: az login")
    return subprocess.run([program, *words], input=stdin, capture_output=True, text=True, encoding="utf-8", check=False)
