"""Running ``python -m irisml`` in a process of its own: what imports scikit-learn must not slow the server down."""

import os
import sys
import threading
from contextlib import suppress
from pathlib import Path

import irisml

CANCEL = "cancel"
"""The line on its standard input that ends a training."""
CANCELLED_EXIT, STANDARD_INPUT = 130, 0
_PASSPHRASE = "IRISML_PRESENTER_PASSPHRASE"  # noqa: S105 - its name
_NEEDED = (
    *("PATH", "PYTHONHOME", "VIRTUAL_ENV", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"),
    *("LANG", "LC_ALL", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"),
)


def irisml_command(registry_location: str, *arguments: str) -> list[str]:
    """Return the command that runs this very irisml on a registry.

    Examples
    --------
    >>> irisml_command("models", "check")[1:]
    ['-m', 'irisml', '--registry', 'models', 'check']
    """
    return [sys.executable, "-m", "irisml", "--registry", registry_location, *arguments]


def child_environment() -> dict[str, str]:
    """Return an environment in which ``python -m irisml`` finds this very package; without the passphrase."""
    inherited = {name: value for name, value in os.environ.items() if name != _PASSPHRASE}
    paths = [_home(), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**inherited, "PYTHONPATH": os.pathsep.join(paths), "PYTHONIOENCODING": "utf-8"}


def bare_environment() -> dict[str, str]:
    """Return the few variables that Python needs to start: for code that is not trusted, so without any secret."""
    kept = {name: os.environ[name] for name in _NEEDED if name in os.environ}
    return {**kept, "PYTHONPATH": _home(), "PYTHONIOENCODING": "utf-8"}


def _home() -> str:
    return str(Path(irisml.__file__).parent.parent)


class CancellableUntilSaved:
    """In the child: ends the process when it is told to, but not once it has begun to save.

    The child itself decides between the two, under a lock: so "nothing was kept" is true, and it
    works where there are no signals.

    Parameters
    ----------
    orders : int
        Descriptor on which the parent writes `CANCEL`. It is read without Python's buffer, whose lock a thread
        would still hold when the process ends.
    """

    def __init__(self, orders: int = STANDARD_INPUT) -> None:
        self._orders = orders
        self._saving = threading.Lock()
        threading.Thread(target=self._listen, daemon=True).start()

    def saving(self) -> None:
        """From now on the process cannot be cancelled."""
        self._saving.acquire()

    def _listen(self) -> None:
        with suppress(OSError):  # standard input may be closed: then nobody gives orders
            while order := os.read(self._orders, 100):
                if CANCEL.encode() in order and self._saving.acquire(blocking=False):
                    os._exit(CANCELLED_EXIT)
