"""Contents of the image."""

import json
import shutil
from hashlib import sha256

import pytest
from packaging.utils import canonicalize_name

from irisml import FolderRegistry, train_version
from irisml.registry.version import FOREST_FILE
from tools import scan_image
from tools.container_engine import EngineError
from tools.requirements_agree import pins
from tools.served_app import ROOT

pytestmark = pytest.mark.container

INSTALLED = """
import importlib.metadata, json, pathlib
packages = list(importlib.metadata.distributions())
files = {pathlib.Path(file.locate()).resolve() for package in packages for file in package.files}
size = sum(file.stat().st_size for file in files if file.is_file())
print(json.dumps({"size": size, "packages": sorted([one.name, one.version] for one in packages)}))
"""


@pytest.fixture(scope="module")
def installed(engine, image) -> dict:
    """The packages in the image, and the bytes of all their files."""
    return json.loads(engine.once(image, "python", "-c", INSTALLED))


def read(engine, image, path) -> str:
    return engine.once(image, "cat", path)


def test_it_runs_unprivileged_and_without_a_shell(engine, image):
    """App Service and Kubernetes can check a numeric user. Exec form, so that SIGTERM reaches the server."""
    config = engine.inspect(image)["Config"]
    assert config["User"] == "10001:10001"
    assert config["Cmd"] == ["python", "-m", "web.start"]
    assert not config.get("Entrypoint")


def test_its_labels_have_version_commit_and_build(engine, image, commit):
    """The app in the container reports the same values."""
    config = engine.inspect(image)["Config"]
    labels = config["Labels"]
    environment = dict(line.split("=", 1) for line in config["Env"])
    assert labels["org.opencontainers.image.revision"] == environment["IRISML_COMMIT"] == commit
    assert labels["irisml.build"] == environment["IRISML_BUILD"] != ""
    version = engine.once(image, "python", "-c", "import irisml; print(irisml.__version__)").strip()
    assert labels["org.opencontainers.image.version"] == version


def test_it_adds_at_most_20_mb_to_its_base_and_packages(engine, image, base, installed):
    """Above the base there are the packages, the app and a model."""
    above_base = engine.inspect(image)["Size"] - engine.inspect(base)["Size"]
    assert above_base < installed["size"] + 20e6


def test_it_has_no_build_tools_package_tests_or_caches(engine, image):
    """Of this repository it has the app only."""
    for tool in ("gcc", "cc", "make", "git"):
        with pytest.raises(EngineError):
            engine.once(image, "which", tool)
    find = (
        "find /venv /app -type d -name tests; find ~root/.cache /var/lib/apt/lists -type f -size +0 2>/dev/null; true"
    )
    assert engine.once(image, "sh", "-c", find, words=["--user=0"]) == ""
    names = engine.once(image, "ls", "-A", "/app").split()
    expected = [".streamlit", "LICENSE", "bill", "docs", "irisml", "models", "ops", "static", "streamlit_app.py", "web"]
    assert sorted(names) == expected
    assert engine.once(image, "ls", "/app/docs").split() == ["stage.fr.md", "stage.md"]


def test_the_app_cannot_write_its_own_files(engine, image):
    """Code and model belong to root; only the registry is writable."""
    writable = engine.once(image, "sh", "-c", "find / -xdev -writable -type d -not -path '/proc/*' 2>/dev/null; true")
    assert set(writable.split()) <= {"/registry", "/tmp", "/var/tmp", "/run/lock", "/dev/shm", "/dev/mqueue"}


def test_its_sbom_lists_the_installed_packages(engine, image, installed):
    """CycloneDX; each package has its pinned version."""
    bill = json.loads(read(engine, image, "/app/bill/sbom.cdx.json"))
    assert bill["bomFormat"] == "CycloneDX"
    assert sorted([part["name"], part["version"]] for part in bill["components"]) == installed["packages"]
    pinned = {pin.split(" ")[0].lower() for pin in pins((ROOT / "requirements.txt").read_text())}
    assert {f"{name}=={version}".lower().replace("_", "-") for name, version in installed["packages"]} <= pinned


def test_the_bill_of_the_whole_image_has_debian_s_packages_and_python_s(engine, image, installed, tmp_path):
    """The one inside the image has Python's only."""
    scan_image.save(engine, image, tmp_path / "image.tar")
    scan_image.write_bill(tmp_path / "image.tar", tmp_path / "bill.json")
    listed = json.loads((tmp_path / "bill.json").read_text())["components"]
    kinds = {each.get("purl", "").partition("/")[0] for each in listed}
    assert {"pkg:deb", "pkg:pypi"} <= kinds
    named = {canonicalize_name(each["name"]) for each in listed}
    assert {canonicalize_name(name) for name, _ in installed["packages"]} <= named


def test_its_label_names_the_base_image(engine, image, base):
    labels = engine.inspect(image)["Config"]["Labels"]
    assert labels["org.opencontainers.image.base.name"] == base


def test_every_package_has_a_licence(engine, image, installed):
    lines = read(engine, image, "/app/bill/licences.md").splitlines()[2:]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    assert sorted(name for name, *_ in cells) == sorted(name for name, _ in installed["packages"])
    assert [name for name, _, licence, *_ in cells if licence in ("", "UNKNOWN")] == []


def test_its_model_equals_one_trained_here(engine, image, tmp_path):
    """Same data, configuration and seed give the same trees, on another Python, too."""
    registry = FolderRegistry(tmp_path)
    train_version(registry)
    carried = read(engine, image, f"/app/models/versions/0001/{FOREST_FILE}").encode()
    assert sha256(carried).hexdigest() == registry.get("champion").forest_sha256


def test_its_model_has_commit_and_build_and_passed_the_gate(engine, image, commit):
    manifest = json.loads(read(engine, image, "/app/models/versions/0001/version.json"))
    assert manifest["commit"] == commit
    assert manifest["build"] == engine.inspect(image)["Config"]["Labels"]["irisml.build"]
    assert all(check["passed"] for check in manifest["gate"]["checks"])


def test_the_build_fails_if_the_gate_refuses_the_model(engine, base, build_arguments, tmp_path):
    for name in (
        "Dockerfile",
        ".dockerignore",
        "requirements.txt",
        "requirements-sbom.txt",
        "requirements-pack.txt",
        "streamlit_app.py",
        "LICENSE",
    ):
        shutil.copy(ROOT / name, tmp_path)
    for name in ("irisml", "ops", "web", "static", ".streamlit"):
        shutil.copytree(ROOT / name, tmp_path / name)
    gate = tmp_path / "irisml/releases/gate.py"
    gate.write_text(gate.read_text().replace("ACCURACY_FLOOR = 0.9\n", "ACCURACY_FLOOR = 1.01\n"))
    with pytest.raises(EngineError, match="was refused by the gate"):
        engine.build("irisml:refused", tmp_path, *build_arguments)
