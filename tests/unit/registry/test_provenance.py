"""irisml.registry.provenance"""

import subprocess

import pytest
import sklearn

from irisml.domain.settings import settings
from irisml.registry import provenance


def test_the_software_is_what_runs_here():
    """The version of scikit-learn is the one that is imported."""
    assert provenance.software()["scikit-learn"] == sklearn.__version__


def test_an_image_is_told_its_commit(monkeypatch):
    """There is no git in it."""
    monkeypatch.setenv("IRISML_COMMIT", "abc123")
    assert provenance.commit() == "abc123"


def test_without_git_there_is_no_commit(monkeypatch):
    """None, and no error."""

    def no_git(*_, **__):
        raise FileNotFoundError("git")

    monkeypatch.delenv("IRISML_COMMIT", raising=False)
    monkeypatch.setattr(subprocess, "run", no_git)
    assert provenance.commit() is None


def test_a_build_is_told_by_its_pipeline(monkeypatch):
    """And a laptop has none."""
    monkeypatch.delenv("IRISML_BUILD", raising=False)
    assert settings().build is None
    monkeypatch.setenv("IRISML_BUILD", "20261124.3")
    assert settings().build == "20261124.3"


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A git repository of one commit with this package in it; returns the path of the package."""
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


def test_a_checkout_tells_its_commit(checkout):
    """All forty digits."""
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=checkout, capture_output=True, text=True, check=True).stdout
    assert provenance.commit() == head.strip()


def test_an_edited_checkout_says_that_it_is_edited(checkout):
    """A version that was trained from edited code must not carry a clean commit."""
    (checkout / "__init__.py").write_text("# edited\n")
    assert provenance.commit().endswith("+dirty")


def test_somebody_elses_repository_is_not_ours(checkout, monkeypatch):
    """Installed into an environment inside of another project's checkout, this package has no commit."""
    installed = checkout / ".venv/site-packages/irisml"
    installed.mkdir(parents=True)
    (installed / "__init__.py").write_text("# installed\n")
    monkeypatch.setattr(provenance, "_PACKAGE", installed)
    assert provenance.commit() is None
