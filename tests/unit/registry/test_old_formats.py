"""Versions written by older irisml stay readable: one of each format is kept in tests/data.

When a format changes: give it the next number, keep a reader of the old one, and add a folder here.
"""

from pathlib import Path

import pytest

from irisml import FolderRegistry, predict

KEPT = sorted((Path(__file__).parents[2] / "data").glob("format-*"))


@pytest.fixture(params=KEPT, ids=lambda folder: folder.name)
def version(request, tmp_path):
    """The kept version, put into a registry."""
    folder = tmp_path / "versions/0001"
    folder.mkdir(parents=True)
    for file in request.param.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    return FolderRegistry(tmp_path).get(1)


def test_an_old_version_still_predicts(version):
    """Its forest fits the hash in its manifest, and knows the talk's flower."""
    assert predict(version.forest, [5.1, 3.5, 1.4, 0.2]).species == "setosa"


def test_an_old_version_still_tells_its_quality(version):
    """30 held-out flowers, 150 out of fold, a verdict with four checks."""
    assert (version.evaluation.n_test, version.evaluation.cross_validation.n_samples) == (30, 150)
    assert len(version.manifest.gate.checks) == 4
