"""Where a version comes from: software, commit and build."""

import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path

import irisml

LIBRARIES = ("scikit-learn", "numpy", "scipy", "joblib")


def software() -> dict[str, str]:
    """Return the versions of Python, irisml and the libraries that make a model.

    Examples
    --------
    >>> sorted(software())
    ['irisml', 'joblib', 'numpy', 'python', 'scikit-learn', 'scipy']
    """
    libraries = {name: version(name) for name in LIBRARIES}
    return {"python": platform.python_version(), "irisml": irisml.__version__, **libraries}


def commit() -> str | None:
    """Return the git commit of this code: IRISML_COMMIT where it is set (in an image), else what git says.

    Returns
    -------
    str or None
        With "+dirty" behind it where a file of the package differs from that commit; None where this file is not
        part of a git repository, even if it lies inside of somebody else's.
    """
    if told := os.environ.get("IRISML_COMMIT"):
        return told
    here = Path(__file__)
    if not _git("ls-files", "--error-unmatch", "--", here.name):
        return None  # no git, no checkout, or installed below somebody else's checkout
    head, changed = _git("rev-parse", "HEAD"), _git("status", "--porcelain", "--", ".")
    if not head or changed is None:
        return None
    return f"{head}+dirty" if changed else head


def _git(*arguments: str) -> str | None:
    """Return what git prints about the folder of this package; None where it fails."""
    try:
        asked = subprocess.run(
            ["git", *arguments], cwd=Path(__file__).parent, capture_output=True, text=True, timeout=10, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return asked.stdout.strip()


def image() -> str | None:
    """Return the name of the container image that runs this, from IRISML_IMAGE; None outside of one."""
    return os.environ.get("IRISML_IMAGE") or None


def place(*, with_machine: bool = True) -> str:
    """Return where this runs: the Azure site and its slot, else the machine.

    Parameters
    ----------
    with_machine : bool
        Whether to name the machine and its software; a visitor need not know them.
    """
    if site := os.environ.get("WEBSITE_SITE_NAME"):
        slot = os.environ.get("WEBSITE_SLOT_NAME")
        return f"Azure, {site} ({slot})" if slot else f"Azure, {site}"
    if not with_machine:
        return platform.system()
    return f"{platform.node()} ({platform.system()}, Python {platform.python_version()})"


def build() -> str | None:
    """Return the name of the build that runs this, from IRISML_BUILD; None on a laptop."""
    return os.environ.get("IRISML_BUILD") or None
