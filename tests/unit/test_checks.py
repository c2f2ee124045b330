"""irisml.checks: the talk's three tests can fail"""

from hashlib import sha256

import joblib
import msgspec
import pytest

from irisml.checks import check_in_child, check_version
from irisml.errors import CheckFailedError
from irisml.registry.version import ESTIMATOR_FILE, FOREST_FILE


@pytest.fixture
def version(registry):
    return registry.get("champion")


def results(version):
    return [check.passed for check in check_version(version)]


def with_files(version, **contents):
    """The same version with other files, and hashes that fit them."""
    files = {**version.manifest.files, **{name: sha256(content).hexdigest() for name, content in contents.items()}}
    manifest = msgspec.structs.replace(version.manifest, files=files)
    return type(version)(manifest, version.location, lambda name: contents.get(name) or version.read_file(name))


def pickled(estimator, tmp_path):
    joblib.dump(estimator, tmp_path / "model")
    return (tmp_path / "model").read_bytes()


def test_the_champion_passes_all_three(version):
    """And each says what it saw."""
    checks = check_version(version)
    assert [check.passed for check in checks] == [True, True, True]
    assert "RandomForestClassifier" in str(checks[1])
    assert str(checks[2]).endswith("0.2 cm: a setosa. The served trees say setosa, the estimator setosa.")


def test_a_missing_file_fails_the_first(version, registry):
    """And what needs the file."""
    (registry.folder / "versions/0002" / FOREST_FILE).unlink()
    checks = check_version(registry.get(2))
    assert [check.passed for check in checks] == [False, True, False]
    assert "forest.json is missing" in str(checks[0])


def test_another_type_than_the_manifest_names_fails_the_second(version, iris, tmp_path):
    """The manifest says random forest, the file holds one tree; it knows the flower all the same."""
    from sklearn.tree import DecisionTreeClassifier

    tree = DecisionTreeClassifier(random_state=0).fit(iris.X, iris.y)
    assert results(with_files(version, **{ESTIMATOR_FILE: pickled(tree, tmp_path)})) == [True, False, True]


def test_a_model_that_does_not_load_fails_the_second_and_third(version):
    """With what pickle said."""
    broken = with_files(version, **{ESTIMATOR_FILE: b"no pickle"})
    assert results(broken) == [True, False, False]
    assert "does not load" in str(check_version(broken)[1])


def test_a_model_that_calls_the_talks_flower_otherwise_fails_the_third(version, iris, tmp_path):
    """Trained on swapped labels it loads well, and is wrong."""
    estimator = version.manifest.config.unfitted().fit(iris.X, (iris.y + 1) % 3)
    assert results(with_files(version, **{ESTIMATOR_FILE: pickled(estimator, tmp_path)})) == [True, True, False]


def test_a_child_finds_what_the_process_itself_finds(registry):
    """Also that a check fails."""
    assert check_in_child(str(registry.folder), 2) == check_version(registry.get(2))
    (registry.folder / "versions/0002" / FOREST_FILE).unlink()
    assert [check.passed for check in check_in_child(str(registry.folder), 2)] == [False, True, False]


def test_a_child_without_findings_is_an_error(registry):
    """There is no version 9, and the sentence says so."""
    with pytest.raises(CheckFailedError, match="The checks could not be run: There is no version 9"):
        check_in_child(str(registry.folder), 9)
