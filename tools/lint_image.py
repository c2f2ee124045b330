"""Lint the Dockerfile with hadolint; ``poe lint-image``."""

import subprocess
import sys

from tools.served_app import ROOT


def main() -> None:
    """Exit with the code of hadolint; on Windows, for which it has no package, say that it is skipped."""
    if sys.platform == "win32":
        print("hadolint has no package for Windows: the Dockerfile is linted by the pipeline.")
        return
    sys.exit(subprocess.run(["hadolint", "Dockerfile"], cwd=ROOT).returncode)
