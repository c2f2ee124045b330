"""Run any task of the project; only Python must be installed.

    python3 run.py app       Linux, macOS
    py run.py app            Windows

Creates .venv beside this file, installs the pinned requirements once, and runs a task
("app", "test", "check", ...: run it without a task to see them all).
"""

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
REQUIREMENTS = ROOT / "requirements-dev.txt"
INSTALLED = VENV / "installed.sha256"


def install() -> None:
    """Install the pinned requirements, unless exactly these are there already."""
    wanted = hashlib.sha256(REQUIREMENTS.read_bytes() + sys.version.encode()).hexdigest()
    if INSTALLED.exists() and INSTALLED.read_text() == wanted:
        return
    print("Installing the pinned requirements into .venv (once, a few minutes) ...", flush=True)
    venv.create(VENV, with_pip=True, clear=True)
    pip = [PYTHON, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    subprocess.run([*pip, "--require-hashes", "-r", REQUIREMENTS], check=True)
    # The build backend is among the requirements, so nothing without a hash is downloaded.
    subprocess.run([*pip, "--no-deps", "--no-build-isolation", "--editable", ROOT], check=True)
    INSTALLED.write_text(wanted)


def main() -> int:
    """Install what is missing, then run the task."""
    if sys.version_info < (3, 11):  # noqa: UP036 - any Python may run this file
        print(f"irisml needs Python 3.11 or newer; this is {sys.version.split()[0]}.", file=sys.stderr)
        return 2
    try:
        install()
    except subprocess.CalledProcessError as error:
        print(f"The installation failed ({error}). Check the network, and run the command again.", file=sys.stderr)
        return 1
    (ROOT / "reports").mkdir(exist_ok=True)  # where the tasks write
    environment = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", "VIRTUAL_ENV": str(VENV)}
    task = subprocess.Popen([PYTHON, "-m", "poethepoet", *sys.argv[1:]], cwd=ROOT, env=environment)
    while True:
        try:
            return task.wait()
        except KeyboardInterrupt:  # the task has got it, too, and ends; a second one is passed on in the same way
            continue


if __name__ == "__main__":
    sys.exit(main())
