"""Runs a plan: its steps by the Azure CLI, its probes by asking the app."""

import os
import shlex
import shutil
import subprocess
from collections.abc import Sequence

from infra.plan import Plan, Probe
from ops import probe


class AzureError(RuntimeError):
    """A command of the Azure CLI failed, or there is none; one sentence."""


class NoAnswerError(RuntimeError):
    """The app does not answer as it should; the sentence says what is live now."""


def run(plan: Plan, known: dict[str, str] | None = None) -> None:
    """Run a plan from its beginning.

    Each plan can be run again: what is there already is left or set anew. So after a failure,
    mend its cause and begin from the start.

    Parameters
    ----------
    plan : tuple of Step and Probe
    known : dict of str, optional
        What earlier steps gave, by name.

    Raises
    ------
    AzureError
        If a step fails; the later ones were not run.
    NoAnswerError
        If a probe fails, after what the plan holds ready for that was run.
    """
    known = {} if known is None else known
    for part in plan:
        if isinstance(part, Probe):
            _ask(part, known)
        elif part.unless and _call(shlex.split(part.unless)):
            print(f"# {part.why}: is there", flush=True)
        else:
            # The shell form: it shows the name of a key, and not the key.
            print(part.as_shell(), flush=True)
            printed = _call(part.words(known))
            if part.gives:
                known[part.gives] = printed


def _ask(part: Probe, known: dict[str, str]) -> None:
    print(f"# {part.why}", flush=True)
    if not probe.wait(part.filled_address(known), part.build, part.within_s):
        try:
            run(part.otherwise, known)
        except AzureError as error:
            raise NoAnswerError(f"{part.why}: it does not, and the way back failed, too: {error}") from error
        raise NoAnswerError(part.failure)


def _call(words: Sequence[str]) -> str:
    ran = _az(words)
    if ran.returncode:
        said = ran.stderr.strip() or ran.stdout.strip() or "it said nothing"
        raise AzureError(f"az {' '.join(words[:3])} failed ({ran.returncode}): {said}")
    return ran.stdout.strip()


def _az(words: Sequence[str]) -> subprocess.CompletedProcess[str]:
    if os.name == "nt":
        # There az is a batch file, and the shell that runs it would read the | and the quotes in a value.
        raise AzureError("On Windows, run this in WSL or in the Azure Cloud Shell.")
    program = shutil.which("az")
    if program is None:
        raise AzureError("There is no az. Install the Azure CLI (https://aka.ms/azure-cli), then: az login")
    return subprocess.run([program, *words], capture_output=True, text=True, encoding="utf-8", check=False)
