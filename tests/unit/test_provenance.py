"""irisml.provenance"""

import subprocess

import sklearn

from irisml import provenance


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
    assert provenance.build() is None
    monkeypatch.setenv("IRISML_BUILD", "20261124.3")
    assert provenance.build() == "20261124.3"
