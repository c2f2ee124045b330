"""Versions of older formats stay readable: one of each format is in tests/data.

When a format changes: give it the next number, keep a reader of the old one, and add a folder there.
"""

from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from msgspec import structs

from irisml import FolderRegistry, predict
from irisml.registry.dataset_version import DATASET_FORMAT, DatasetRecord
from irisml.registry.folder_log import RELEASE_FORMAT
from irisml.registry.release_log import Release
from irisml.registry.version import FORMAT, Manifest

KEPT = sorted((Path(__file__).parents[2] / "data").glob("format-*"))


@pytest.fixture(params=KEPT, ids=lambda folder: folder.name)
def version(request, tmp_path):
    """The version in tests/data, copied into a registry."""
    folder = tmp_path / "versions/0001"
    folder.mkdir(parents=True)
    for file in request.param.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    return FolderRegistry(tmp_path).get(1)


def test_an_old_version_still_predicts(version):
    """Its forest matches the hash in its manifest and predicts the flower of the talk correctly."""
    assert predict(version.load_forest(), [5.1, 3.5, 1.4, 0.2]).species == "setosa"


def test_an_old_version_is_adopted_in_the_current_format(candidate, tmp_path):
    """It gets the id of its new registry, which the old format did not have."""
    version = FolderRegistry(tmp_path / "image").register(candidate)
    old = replace(version, manifest=structs.replace(version.manifest, format=1, registry=None))
    adopted = FolderRegistry(tmp_path / "site").adopt(old, version.manifest.gate)
    assert adopted.manifest.format == FORMAT
    assert adopted.manifest.registry is not None


def test_the_evaluation_of_an_old_version_can_be_read(version):
    """30 held-out flowers, 150 out of fold, a gate report of four checks."""
    assert (version.evaluation.n_test, version.evaluation.cross_validation.n_samples) == (30, 150)
    assert len(version.manifest.gate.checks) == 4


MANIFEST_3 = {
    "CrossValidation": "n_repeats split_n_correct split_n_test y_true flower_n_correct probabilities",
    "Evaluation": "test_rows y_true y_pred importances cross_validation",
    "Finding": "rule passed reason values severity rows",
    "GateReport": "champion checks",
    "Manifest": "format version registry created duration_s config dataset data_source "
    "data_fingerprint n_samples n_train reference evaluation yardsticks gate software commit build files",
    "TrainingConfig": "model_type n_estimators max_depth min_samples_leaf random_state",
    "Yardstick": "n_repeats flower_n_correct name",
}
DATASET_1 = {
    "Actor": "kind name",
    "DatasetRecord": "format number registry created by source parent n_samples class_counts fingerprint checks forced "
    "reason flowers_sha256",
    "Finding": "rule passed reason values severity rows",
}
RELEASE_1 = {
    "Actor": "kind name",
    "Release": "format number follows action champion replaced forced by reason time registry",
}


@pytest.mark.parametrize(
    ("struct", "number", "known", "fields"),
    [
        (Manifest, FORMAT, 3, MANIFEST_3),
        (Release, RELEASE_FORMAT, 1, RELEASE_1),
        (DatasetRecord, DATASET_FORMAT, 1, DATASET_1),
    ],
)
def test_a_changed_format_gets_the_next_number(struct, number, known, fields):
    """Otherwise a server of the previous code, which reads the same registry during a deployment, reports damage.

    If this fails: raise the number (FORMAT, RELEASE_FORMAT), give the new field a default, and add it above.
    """
    parts = msgspec.json.schema(struct)["$defs"].items()
    assert {name: " ".join(part["properties"]) for name, part in parts if "properties" in part} == fields
    assert number == known
