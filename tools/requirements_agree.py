"""Check that the pinned requirements match pyproject.toml; ``poe lock-check``.

It queries the package index, so it is not a test: tests run without a network.

A pin is compared by name, version and marker. Hashes are left out: they grow when a wheel for
another platform is published later, which does not change the pins.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCES = {
    "requirements.txt": ["pyproject.toml", "--extra=web"],
    "requirements-team.txt": ["pyproject.toml", "--extra=web", "--extra=mlflow"],
    "requirements-dev.txt": [
        *("pyproject.toml", "--extra=web", "--extra=mlflow", "--extra=dask", "--extra=dev", "--group=pack"),
    ],
    "requirements-sbom.txt": ["--group=sbom"],
    "requirements-pack.txt": ["--group=pack"],
    "requirements-scan.txt": ["--group=scan"],
    "requirements-mlflow.txt": ["--group=mlflow-server"],
}


def pins(text: str) -> set[str]:
    """Return the lines with a pin, without their hashes."""
    return {line.removesuffix("\\").strip() for line in text.splitlines() if "==" in line and not line.startswith(" ")}


def resolved(source: list[str], constraints: Path) -> set[str]:
    """Return the pins that the sources resolve to under the constraints of the present pins."""
    command = [sys.executable, "-m", "uv", "pip", "compile", *source, "--universal", "--python-version=3.11", "--quiet"]
    asked = subprocess.run(
        [*command, "--no-strip-extras", "--no-header", "--no-annotate", "-c", constraints],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return pins(asked.stdout)


def main() -> None:
    """Print the differences and exit with 1; print nothing if there are none."""
    problems = [
        f"{name}: {'missing' if pin not in pinned else 'not required'}: {pin}"
        for name, source in SOURCES.items()
        for pinned in [pins((ROOT / name).read_text())]
        for pin in sorted(pinned ^ resolved(source, ROOT / name))
    ]
    if problems:
        sys.exit("\n".join([*problems, 'Run "poe lock".']))


if __name__ == "__main__":
    main()
