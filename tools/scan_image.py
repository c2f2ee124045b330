"""Bill of materials and known vulnerabilities of the whole image, Debian's packages included; ``poe scan-image``."""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tools.container_engine import BUILD_ARGUMENTS, Engine, find_engine
from tools.own_environment import installed
from tools.served_app import ROOT

BILL = ROOT / "reports/image.cdx.json"
_DATABASES = "mirror.gcr.io/aquasec/trivy-db:2,public.ecr.aws/aquasecurity/trivy-db:2"
"""Mirrors of the database of vulnerabilities: its own address limits anonymous downloads."""
_NOT_SCANNED = 2


def programs() -> Path:
    """Return the folder with syft, trivy and checkov; install them if they are missing."""
    return installed(".venv-scan", "requirements-scan.txt", "the scanners")


def save(engine: Engine, image: str, file: Path) -> None:
    """Save an image as an archive, which the scanners read without the engine."""
    engine("save", "--output", str(file), image)


def write_bill(archive: Path, bill: Path) -> None:
    """Write the bill of materials of an archived image, in the format of CycloneDX."""
    bill.parent.mkdir(parents=True, exist_ok=True)
    command = [
        programs() / "syft",
        "scan",
        f"docker-archive:{archive}",
        "--quiet",
        "--output",
        f"cyclonedx-json={bill}",
    ]
    subprocess.run(command, env={**os.environ, "SYFT_CHECK_FOR_APP_UPDATE": "false"}, check=True)


def scan(archive: Path) -> int:
    """Print the critical and high vulnerabilities of an archived image that have a fix.

    Returns
    -------
    int
        0 without one, 1 with one, 2 if the image could not be scanned.
    """
    options = ["--scanners=vuln", "--severity=CRITICAL,HIGH", "--ignore-unfixed", "--exit-code=10", "--no-progress"]
    command = [programs() / "trivy", "image", *options, f"--db-repository={_DATABASES}", "--skip-version-check"]
    ended = subprocess.run([*command, f"--input={archive}"]).returncode
    return {0: 0, 10: 1}.get(ended, _NOT_SCANNED)


def main(words: list[str] | None = None) -> int:
    """Write the bill of the image named by IRISML_TEST_IMAGE, or of the one that the tests have built, and scan it."""
    arguments = argparse.ArgumentParser(prog="run.py scan-image", description=__doc__)
    arguments.add_argument("--bill-only", action="store_true", help="do not scan: that needs the network")
    asked = arguments.parse_args(words)
    engine = find_engine()
    if engine is None:
        print("Error: neither docker nor podman is running. Start one of them.", file=sys.stderr)
        return _NOT_SCANNED
    image = os.environ.get("IRISML_TEST_IMAGE") or BUILD_ARGUMENTS["IMAGE"]
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "image.tar"
        save(engine, image, archive)
        write_bill(archive, BILL)
        print(f"The bill of {image} is {BILL.relative_to(ROOT)}.")
        if asked.bill_only:
            return 0
        found = scan(archive)
    if found == 1:
        print("Error: these have a fix. Rebuild on a newer base image, or update the package.", file=sys.stderr)
    elif found:
        print("Error: the image was not scanned, see above; it is neither good nor bad.", file=sys.stderr)
    return found


if __name__ == "__main__":
    sys.exit(main())
