"""Run the unit tests on other Pythons, with the lowest and the newest requirements that are allowed; ``poe matrix``.

For each Python from 3.11 that uv finds on this machine, and for each resolution, uv makes an environment and installs
the requirements of pyproject.toml and the test tools; nothing but packages is downloaded.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from tools.served_app import ROOT

PYTHONS = ("3.11", "3.12", "3.13", "3.14")
RESOLUTIONS = ("lowest-direct", "highest")
_UV = (sys.executable, "-m", "uv")
TOOLS = ("pytest", "pytest-xdist", "hypothesis", "httpx2", "import-linter", "packaging")


def main() -> int:
    """Print one line per Python and resolution; return 1 if the tests of one fail."""
    failed = False
    for python in PYTHONS:
        if _run(*_UV, "python", "find", "--no-python-downloads", python).returncode:
            print(f"Python {python}: not on this machine", flush=True)
            continue
        for resolution in RESOLUTIONS:
            with tempfile.TemporaryDirectory() as folder:
                passed, seen = _tested(Path(folder), python, resolution)
            print(f"Python {python}, {resolution}: {'passed' if passed else 'FAILED'}: {seen}", flush=True)
            failed |= not passed
    return int(failed)


def _tested(environment: Path, python: str, resolution: str) -> tuple[bool, str]:
    executable = environment / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    install = (*_UV, "pip", "install", "--quiet", "--python", executable)
    for words in (
        (*_UV, "venv", "--quiet", "--clear", "--no-python-downloads", "--python", python, environment),
        (*install, "--resolution", resolution, "--requirements", "pyproject.toml", "--extra", "web"),
        (*install, *TOOLS),
    ):
        if (ran := _run(*words)).returncode:
            return False, ran.stderr.strip()
    ran = _run(executable, "-m", "pytest", "tests/unit", "--numprocesses=auto", "--dist=worksteal", "--durations=0")
    return ran.returncode == 0, (ran.stdout.strip().splitlines() or [ran.stderr.strip()])[-1]


def _run(*words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*map(str, words)], cwd=ROOT, capture_output=True, text=True)


if __name__ == "__main__":
    sys.exit(main())
