"""Virtual environments of tools whose requirements do not fit those of the app."""

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

from tools.served_app import ROOT


def installed(name: str, requirements: str, what: str) -> Path:
    """Install locked requirements into an environment of their own, once; return its folder of programs.

    Parameters
    ----------
    name : str
        Folder of the environment, at the top level.
    requirements : str
        File with the pinned requirements.
    what : str
        What is installed, for the one line that says so.
    """
    folder, file = ROOT / name, ROOT / requirements
    programs = folder / ("Scripts" if os.name == "nt" else "bin")
    stamp = folder / "installed.sha256"
    wanted = hashlib.sha256(file.read_bytes() + sys.version.encode()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return programs
    print(f"Installing {what} into {name} (once) ...", flush=True)
    venv.create(folder, clear=True)
    # With bytecode: else a server takes 15 to 45 s to start, each time.
    command = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--compile-bytecode", "--require-hashes"]
    python = programs / ("python.exe" if os.name == "nt" else "python")
    subprocess.run([*command, "--python", python, "-r", file], check=True)
    stamp.write_text(wanted)
    return programs
