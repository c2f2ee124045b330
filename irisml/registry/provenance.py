"""Provenance of a version: software, commit and build."""

import platform
import subprocess
from importlib.metadata import version
from pathlib import Path

import irisml
from irisml.domain.settings import settings

_PACKAGE = Path(irisml.__file__).parent
LIBRARIES = ("scikit-learn", "numpy", "scipy", "joblib")


def software() -> dict[str, str]:
    """Return the versions of Python, irisml and the libraries that a model depends on.

    Examples
    --------
    >>> sorted(software())
    ['irisml', 'joblib', 'numpy', 'python', 'scikit-learn', 'scipy']
    """
    libraries = {name: version(name) for name in LIBRARIES}
    return {"python": platform.python_version(), "irisml": irisml.__version__, **libraries}


def commit() -> str | None:
    """Return the git commit of this code: IRISML_COMMIT if it is set (in an image), else HEAD.

    Returns
    -------
    str or None
        With the suffix "+dirty" if a file of the package differs from that commit; None if git does not track
        this file, even inside the checkout of another project.
    """
    if known := settings().commit:
        return known
    if not _git("ls-files", "--error-unmatch", "--", "__init__.py"):
        return None  # no git, no checkout, or installed inside the checkout of another project
    head, changed = _git("rev-parse", "HEAD"), _git("status", "--porcelain", "--", ".")
    if not head or changed is None:
        return None
    return f"{head}+dirty" if changed else head


def _git(*arguments: str) -> str | None:
    """Return the output of git in the folder of this package; None if it fails."""
    try:
        asked = subprocess.run(
            ["git", *arguments], cwd=_PACKAGE, capture_output=True, text=True, timeout=10, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return asked.stdout.strip()


def place(*, with_machine: bool = True) -> str:
    """Return where this runs: the Azure site and its slot, else the machine.

    Parameters
    ----------
    with_machine : bool
        Whether to name the machine and its software; left out for visitors.
    """
    here = settings()
    if here.azure_site:
        return f"Azure, {here.azure_site} ({here.azure_slot})" if here.azure_slot else f"Azure, {here.azure_site}"
    if not with_machine:
        return platform.system()
    return f"{platform.node()} ({platform.system()}, Python {platform.python_version()})"
