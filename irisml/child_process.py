"""Running ``python -m irisml`` in a process of its own: what imports scikit-learn must not slow the server down."""

import os
import sys
from pathlib import Path

import irisml


def irisml_command(registry_location: str, *arguments: str) -> list[str]:
    """Return the command that runs this very irisml on a registry.

    Examples
    --------
    >>> irisml_command("models", "check")[1:]
    ['-m', 'irisml', '--registry', 'models', 'check']
    """
    return [sys.executable, "-m", "irisml", "--registry", registry_location, *arguments]


def child_environment() -> dict[str, str]:
    """Return an environment in which ``python -m irisml`` finds this very package, installed or not."""
    here = str(Path(irisml.__file__).parent.parent)
    paths = [here, *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONIOENCODING": "utf-8"}
