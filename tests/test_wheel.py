"""The wheel of the library alone, in an environment that has its dependencies and nothing else."""

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from importlib.metadata import Distribution, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ENVIRONMENT = {name: os.environ[name] for name in ("SYSTEMROOT", "TEMP") if name in os.environ}  # for Windows
ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder], cwd=ROOT, check=True)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def python(wheel, tmp_path_factory) -> Path:
    """Python of an environment with the wheel and links to its dependencies: a test downloads nothing."""
    environment = tmp_path_factory.mktemp("environment")
    venv.create(environment, with_pip=False)
    site_packages = Path(sysconfig.get_path("purelib", vars={"base": str(environment)}))
    python = environment / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    install = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--offline", "--no-deps", "--python", python]
    subprocess.run([*install, wheel], check=True)
    for dependency in required(Distribution.at(next(site_packages.glob("irisml-*.dist-info")))):
        link(dependency, site_packages)
    return python


def required(package: Distribution) -> list[Distribution]:
    """Return the dependencies of a package without its extras, and theirs."""
    found: dict[str, Distribution] = {}
    remaining = [package]
    while remaining:
        for line in remaining.pop().requires or ():
            requirement = Requirement(line)
            wanted = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
            if wanted and requirement.name.lower() not in found:
                found[requirement.name.lower()] = distribution(requirement.name)
                remaining.append(found[requirement.name.lower()])
    return list(found.values())


def link(package: Distribution, site_packages: Path) -> None:
    """Link the files of an installed package, each top-level name once."""
    source = Path(str(package.locate_file("")))
    for name in {file.parts[0] for file in package.files or () if file.parts[0] not in ("..", "__pycache__")}:
        if (site_packages / name).exists():
            continue
        if sys.platform != "win32":
            (site_packages / name).symlink_to(source / name)
        elif (source / name).is_dir():  # a link needs a privilege there
            shutil.copytree(source / name, site_packages / name)
        else:
            shutil.copy(source / name, site_packages)


def run(python: Path, folder: Path, *arguments: str) -> str:
    """Run Python outside of the checkout, without the environment variables that could point into it."""
    ran = subprocess.run([python, "-I", *arguments], cwd=folder, capture_output=True, text=True, env=ENVIRONMENT)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_the_installed_wheel_trains_and_predicts_without_the_checkout(python, tmp_path):
    run(python, tmp_path, "-m", "irisml", "train", "--model-type=decision_tree", "--must-promote")
    command = [python.with_name("irisml"), "predict", "5.1", "3.5", "1.4", "0.2"]
    predicted = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, env=ENVIRONMENT, check=True)
    assert predicted.stdout.startswith("Iris setosa")
    assert str(ROOT) not in run(python, tmp_path, "-c", "import irisml; print(irisml.__file__)")


def test_the_library_needs_no_streamlit(python, tmp_path):
    """What the pages need is in the extra `web`."""
    code = "from importlib.util import find_spec; print([n for n in ('streamlit', 'plotly', 'pandas') if find_spec(n)])"
    assert run(python, tmp_path, "-c", code).strip() == "[]"


def test_the_wheel_has_the_data_its_terms_and_the_licence(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    assert {"irisml/data/iris.csv", "irisml/data/IRIS.md", "irisml/py.typed", "irisml/__init__.pyi"} <= set(names)
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert {name.split("/")[0] for name in names} == {
        "irisml",
        next(n for n in names if ".dist-info" in n).split("/")[0],
    }
