"""Run ``python -m irisml`` in a child process, so that importing scikit-learn does not slow the server down."""

import os
import sys
import threading
from contextlib import suppress
from pathlib import Path

import irisml

CANCEL = "cancel"
"""The line on standard input that cancels a training."""
CANCELLED_EXIT, STANDARD_INPUT = 130, 0
_PASSPHRASE = "IRISML_PRESENTER_PASSPHRASE"  # noqa: S105 - the name of the variable
_NEEDED = (
    *("PATH", "PYTHONHOME", "VIRTUAL_ENV", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"),
    *("LANG", "LC_ALL", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"),
)


def irisml_command(registry_location: str, *arguments: str) -> list[str]:
    """Return the command that runs this installation of irisml on a registry.

    Examples
    --------
    >>> irisml_command("models", "check")[1:]
    ['-m', 'irisml', '--registry', 'models', 'check']
    """
    return [sys.executable, "-m", "irisml", "--registry", registry_location, *arguments]


def child_environment() -> dict[str, str]:
    """Return an environment in which ``python -m irisml`` finds this package, without the passphrase."""
    inherited = {name: value for name, value in os.environ.items() if name != _PASSPHRASE}
    paths = [_home(), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**inherited, "PYTHONPATH": os.pathsep.join(paths), "PYTHONIOENCODING": "utf-8"}


def bare_environment() -> dict[str, str]:
    """Return only the variables that Python needs to start, for untrusted code: without any secret."""
    kept = {name: os.environ[name] for name in _NEEDED if name in os.environ}
    return {**kept, "PYTHONPATH": _home(), "PYTHONIOENCODING": "utf-8"}


def _home() -> str:
    return str(Path(irisml.__file__).parent.parent)


class CancellableUntilSaved:
    """Cancellation in the child process, possible until it begins to save.

    The child decides under a lock whether to end or to save, so "nothing was saved" is reliable.
    It also works on platforms without signals.

    Parameters
    ----------
    orders : int
        File descriptor to which the parent writes `CANCEL`. It is read unbuffered: a thread would still hold the
        lock of Python's buffer when the process ends.
    """

    def __init__(self, orders: int = STANDARD_INPUT) -> None:
        self._orders = orders
        self._saving = threading.Lock()
        threading.Thread(target=self._listen, daemon=True).start()

    def saving(self) -> None:
        """Disable cancellation from now on."""
        self._saving.acquire()

    def _listen(self) -> None:
        with suppress(OSError):  # standard input may be closed: then nothing can be cancelled
            while order := os.read(self._orders, 100):
                if CANCEL.encode() in order and self._saving.acquire(blocking=False):
                    os._exit(CANCELLED_EXIT)
