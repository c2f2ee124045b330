"""Tests of irisml.registry.provenance."""

import subprocess

import pytest
import sklearn

from irisml.domain.settings import settings
from irisml.registry import provenance


def test_the_software_has_the_imported_version_of_scikit_learn():
    assert provenance.software()["scikit-learn"] == sklearn.__version__


def test_the_commit_is_read_from_the_environment(monkeypatch):
    """A container image has no git."""
    monkeypatch.setenv("IRISML_COMMIT", "abc123")
    assert provenance.commit() == "abc123"


def test_without_git_the_commit_is_none(monkeypatch):

    def no_git(*_, **__):
        raise FileNotFoundError("git")

    monkeypatch.delenv("IRISML_COMMIT", raising=False)
    monkeypatch.setattr(subprocess, "run", no_git)
    assert provenance.commit() is None


def test_the_build_is_read_from_the_environment(monkeypatch):
    monkeypatch.delenv("IRISML_BUILD", raising=False)
    assert settings().build is None
    monkeypatch.setenv("IRISML_BUILD", "20261124.3")
    assert settings().build == "20261124.3"


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A git repository of one commit with this package; return the path of the package."""
    monkeypatch.delenv("IRISML_COMMIT", raising=False)
    package = tmp_path / "irisml"
    package.mkdir()
    (package / "__init__.py").write_text("# as committed\n")
    for words in (
        ["init", "-q"],
        ["add", "."],
        ["-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "-qm", "one"],
    ):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)
    monkeypatch.setattr(provenance, "_PACKAGE", package)
    return package


def test_the_commit_of_a_checkout_has_40_digits(checkout):
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=checkout, capture_output=True, text=True, check=True).stdout
    assert provenance.commit() == head.strip()


def test_an_edited_checkout_is_marked_dirty(checkout):
    """A version trained from edited code must not have a clean commit."""
    (checkout / "__init__.py").write_text("# edited\n")
    assert provenance.commit().endswith("+dirty")


def test_the_repository_of_another_project_is_ignored(checkout, monkeypatch):
    """The package is installed in an environment inside that project's checkout."""
    installed = checkout / ".venv/site-packages/irisml"
    installed.mkdir(parents=True)
    (installed / "__init__.py").write_text("# installed\n")
    monkeypatch.setattr(provenance, "_PACKAGE", installed)
    assert provenance.commit() is None
