"""Whether the pinned requirements are what pyproject.toml asks for; ``poe lock-check``.

It asks the package index, so it is no test: those run without a network.

A pin is compared by name, version and marker. Hashes are left out: they grow when a wheel for
another platform is published later, which changes nothing that was agreed on.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCES = {
    "requirements.txt": ["pyproject.toml"],
    "requirements-dev.txt": ["pyproject.toml", "--extra=dev"],
    "requirements-sbom.txt": ["--group=sbom"],
}


def pins(text: str) -> set[str]:
    """Return the lines that pin, without their hashes."""
    return {line.removesuffix("\\").strip() for line in text.splitlines() if "==" in line and not line.startswith(" ")}


def resolved(source: list[str], constraints: Path) -> set[str]:
    """Return the pins that pyproject.toml gives when nothing may move."""
    command = ["uv", "pip", "compile", *source, "--universal", "--python-version=3.11", "--quiet"]
    asked = subprocess.run(
        [*command, "--no-header", "--no-annotate", "-c", constraints],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return pins(asked.stdout)


def main() -> None:
    """Print what differs and fail, or be silent."""
    problems = [
        f"{name}: {'missing' if pin not in pinned else 'not asked for'}: {pin}"
        for name, source in SOURCES.items()
        for pinned in [pins((ROOT / name).read_text())]
        for pin in sorted(pinned ^ resolved(source, ROOT / name))
    ]
    if problems:
        sys.exit("\n".join([*problems, 'Run "poe lock".']))


if __name__ == "__main__":
    main()
