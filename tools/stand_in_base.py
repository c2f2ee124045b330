"""Build a substitute for python:3.13-slim where no container registry can be reached.

A minimal Debian with a CPython of pyenv. It tests that the Dockerfile builds and that its image runs,
but not properties of the official image (size, version of Debian, vulnerabilities).
"""

import os
import shlex
import subprocess
import tempfile
from pathlib import Path

from tools.container_engine import Engine, EngineError

_LIBRARIES = (
    *("ca-certificates", "netbase", "tzdata", "libssl3", "libffi8", "libsqlite3-0", "zlib1g", "libbz2-1.0", "liblzma5"),
    *("libreadline8", "libncursesw6", "libexpat1", "libuuid1", "libnsl2", "libtirpc3"),
)
_LEFT_OUT = ("lib/python3.*/test", "lib/python3.*/config-3.*", "lib/python3.*/idlelib", "*tkinter*", "__pycache__")
_PATH = "/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin"


def ensure_base(engine: Engine, python: str) -> str:
    """Return the name of the base image of Python *python*; build it if it is missing."""
    name = f"docker.io/library/python:{python}-slim"
    try:
        engine.inspect(name)
    except EngineError:
        _make(engine, name, _cpython(python))
    return name


def _cpython(python: str) -> Path:
    versions = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    found = sorted(versions.glob(f"{python}.*"))
    if not found:
        raise EngineError(f"pyenv has no Python {python} to build a base image from: pyenv install {python}")
    return found[-1]


def _make(engine: Engine, name: str, cpython: Path) -> None:
    excluded = shlex.join(f"--exclude={pattern}" for pattern in _LEFT_OUT)
    hooks = [
        f'tar -C {shlex.quote(str(cpython))} {excluded} -c bin lib include | tar -C "$1/usr/local" -x',
        'ln -sf python3 "$1/usr/local/bin/python"',
        'chroot "$1" ldconfig',
        # Older versions of pip do not use the system's certificates.
        r'printf "[global]\ncert = /etc/ssl/certs/ca-certificates.crt\n" > "$1/etc/pip.conf"',
    ]
    left_out = [f"--dpkgopt=path-exclude=/usr/share/{folder}/*" for folder in ("doc", "man", "locale")]
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "root.tar"
        subprocess.run(
            [
                *("mmdebstrap", "--quiet", "--variant=minbase", f"--include={','.join(_LIBRARIES)}", *left_out),
                *(f"--customize-hook={hook}" for hook in hooks),
                *("bookworm", str(root)),
            ],
            check=True,
        )
        engine("import", f"--change=ENV PATH={_PATH}", "--change=ENV LANG=C.UTF-8", str(root), name)
