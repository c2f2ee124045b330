"""Fixtures for infra: a fake az, the sites behind it, and the real az."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from infra.settings import Settings

collect_ignore = ["pretended_arm.py"]  # run by the Azure CLI's Python
IRISES = Settings("myirises")
IMAGE, OLD_IMAGE = (f"myirisesimages.azurecr.io/irisml@sha256:{digit * 64}" for digit in "ab")
BUILDS = {IMAGE: "42", OLD_IMAGE: "41"}


class FakeAz:
    """Access to the calls and the state that the fake az has recorded."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def calls(self) -> list[list[str]]:
        file = self.folder / "calls.jsonl"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    @property
    def images(self) -> dict[str, str]:
        return self._state["images"]

    @property
    def exists(self) -> list[str]:
        return self._state["exists"]

    @property
    def stopped(self) -> list[str]:
        return self._state["stopped"]

    @property
    def _state(self) -> dict:
        return json.loads((self.folder / "state.json").read_text())

    @property
    def inputs(self) -> list[dict]:
        return [json.loads(line) for line in (self.folder / "stdin.jsonl").read_text().splitlines()]

    def has(self, *digests: str) -> None:
        """Put images of the repository irisml in the registry, the oldest first."""
        listed = [
            {"digest": digest, "createdTime": f"2026-11-{day:02}", "tags": [] if "part" in digest else [str(day)]}
            for day, digest in enumerate(digests, 1)
        ]
        (self.folder / "manifests.json").write_text(json.dumps(listed))

    def fail(self, command: str, *, once: bool = False) -> None:
        (self.folder / "fails.txt").write_text(command)
        if once:
            (self.folder / "fails_once").touch()

    def made(self) -> list[str]:
        """Return the commands that created something, in order, up to the first option."""
        return [" ".join(call[: call.index("--resource-group")]) for call in self.calls if "create" in call[:4]]

    def forget(self) -> None:
        (self.folder / "calls.jsonl").unlink()
        (self.folder / "stdin.jsonl").unlink(missing_ok=True)


@pytest.fixture
def az(tmp_path, monkeypatch) -> FakeAz:
    if os.name == "nt":
        pytest.skip("on Windows, infra is for WSL")
    program = tmp_path / "bin/az"
    program.parent.mkdir()
    shutil.copy(Path(__file__).parent / "fake_az.py", program)
    program.chmod(0o755)
    folder = tmp_path / "azure"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("FAKE_AZ", str(folder))
    return FakeAz(folder)


@pytest.fixture
def sites(az, monkeypatch) -> list[tuple[str, str | None]]:
    """Sites behind the fake az: each probe with its expected build. They answer at once or never."""
    asked = []

    def wait(address, build, within_s):
        asked.append((address, build))
        if address.startswith("http://"):
            return "container" in az.exists
        app, _, side = address.removeprefix("https://").removesuffix(".example").rpartition("-")
        answers = BUILDS.get(az.images.get(f"{app} {side}"))
        if f"{app} {side}" in az.stopped:
            return False
        return answers is not None and build in (answers, None)

    monkeypatch.setattr("infra.runner.probe.wait", wait)
    return asked


@pytest.fixture(scope="session")
def real_az(tmp_path_factory):
    """Run the real az without a login; return its exit code and its messages."""
    program = os.environ.get("AZ") or shutil.which("az")
    if program is None:
        reason = "no Azure CLI found; install it or set AZ to its path"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    nowhere = tmp_path_factory.mktemp("azure")  # a new folder of settings: not logged in
    environment = {**os.environ, "AZURE_CONFIG_DIR": str(nowhere), "AZURE_CORE_COLLECT_TELEMETRY": "no"}

    def ask(words):
        ran = subprocess.run([program, *words], env=environment, capture_output=True, text=True)
        return ran.returncode, ran.stderr

    ask(["version"])  # the first call writes the settings; the others can then run in parallel
    return ask
