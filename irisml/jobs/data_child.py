"""Data checks and acts in a child process: they import scikit-learn and scipy, which a server must not."""

import logging
import subprocess

import msgspec

from irisml.domain.errors import CheckFailedError
from irisml.jobs.child_process import child_environment, irisml_command
from irisml.jobs.data_events import Added, Examined, Performed
from irisml.jobs.events import Failure
from irisml.jobs.new_dataset import checked_source
from irisml.registry.actor import Actor
from irisml.releases.champion import checked_reason

_LONGEST_S = 120
_log = logging.getLogger(__name__)


def add_in_child(
    registry_location: str,
    content: bytes,
    *,
    source: str,
    parent: int,
    append: bool,
    by: Actor,
    reason: str = "",
) -> tuple[Examined | None, Added | Failure]:
    """Read, check and add a file of flowers; see `irisml.jobs.new_dataset`.

    Parameters
    ----------
    registry_location : str
        As for `open_registry`.
    content : bytes
        Of the file.
    source, parent, append
        As for `draft_dataset`.
    by : Actor
        Its kind is kept.
    reason : str
        If it is not empty, the data set is added even if a check refuses it.

    Returns
    -------
    Examined or None
        What was read, with the checks; None if it could not be read.
    Added or Failure

    Raises
    ------
    InvalidSourceError, InvalidReasonError
    CheckFailedError
        If the process ends without a result.
    """
    options = [f"--source={checked_source(source)}", f"--parent={parent}", f"--by={by.kind}", "--events"]
    options += ["--append"] if append else []
    options += ["--force", f"--reason={checked_reason(reason)}"] if reason else []
    events = _run(irisml_command(registry_location, "data", "add", "-", *options), content)
    examined = next((event for event in events if isinstance(event, Examined)), None)
    result = next((event for event in events if isinstance(event, Added | Failure)), None)
    if result is None:
        raise CheckFailedError(problem="their process ended without a result.")
    return examined, result


def perform_in_child(registry_location: str, act: str, *, force: bool, by: Actor) -> Performed | Failure:
    """Perform an act; see `irisml.jobs.acts`.

    Raises
    ------
    CheckFailedError
        If the process ends without a result.
    """
    options = [f"--by={by.kind}", "--json", *(["--force"] if force else [])]
    events = _run(irisml_command(registry_location, "act", act, *options), b"")
    result = next((event for event in events if isinstance(event, Performed | Failure)), None)
    if result is None:
        raise CheckFailedError(problem="their process ended without a result.")
    return result


_Event = Examined | Added | Performed | Failure


def _run(command: list[str], content: bytes) -> list[_Event]:
    try:
        ran = subprocess.run(
            command, input=content, env=child_environment(), capture_output=True, check=False, timeout=_LONGEST_S
        )
    except subprocess.TimeoutExpired as error:
        raise CheckFailedError(problem=f"they took more than {_LONGEST_S} s.") from error
    except OSError as error:
        raise CheckFailedError(problem=f"their process could not be started: {error}.") from error
    events: list[_Event] = []
    for line in ran.stdout.splitlines():
        try:
            events.append(msgspec.json.decode(line, type=_Event))
        except msgspec.DecodeError:
            continue  # a library's own output
    if not events:
        errors = ran.stderr.decode(errors="replace")
        _log.error("the process of the data checks ended with %s:\n%s", ran.returncode, errors)
        raise CheckFailedError(problem=f"their process ended with exit code {ran.returncode}.")
    return events
