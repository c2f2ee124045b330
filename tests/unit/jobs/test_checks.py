"""irisml.jobs.checks: each of the talk's three tests can fail."""

from hashlib import sha256

import joblib
import msgspec
import pytest

from irisml.domain.errors import CheckFailedError, RegistryUnusableError
from irisml.jobs.checks import check_version
from irisml.jobs.estimator_probe import probe_estimator
from irisml.registry.version import ESTIMATOR_FILE, FOREST_FILE
from irisml.training.fitting import unfitted_estimator


@pytest.fixture
def version(registry):
    return registry.get("champion")


def results(version):
    return [check.passed for check in check_version(version)]


def with_files(version, **contents):
    """Return the version with other files and matching hashes."""
    files = {**version.manifest.files, **{name: sha256(content).hexdigest() for name, content in contents.items()}}
    manifest = msgspec.structs.replace(version.manifest, files=files)
    return type(version)(manifest, version.location, lambda name: contents.get(name) or version.read_file(name))


def pickled(estimator, tmp_path):
    joblib.dump(estimator, tmp_path / "model")
    return (tmp_path / "model").read_bytes()


def test_the_champion_passes_all_three(version):
    checks = check_version(version)
    assert [check.passed for check in checks] == [True, True, True]
    assert "RandomForestClassifier" in str(checks[1])
    assert (
        str(checks[2]) == "The flower of the talk is a setosa. The served trees predict setosa, the estimator setosa."
    )
    assert checks[2].values["petal_width"] == 0.2


def test_a_missing_file_fails_the_first(version, registry):
    """It cannot serve, and none of its files are opened."""
    (registry.folder / "versions/0002" / FOREST_FILE).unlink()
    checks = check_version(registry.get(2))
    assert [check.passed for check in checks] == [False]
    assert "forest.json is missing" in str(checks[0])


def test_an_altered_estimator_is_not_opened_but_the_version_can_serve(version, registry):
    """The check fails, and its message agrees that the forest is intact."""
    (registry.folder / "versions/0002" / ESTIMATOR_FILE).write_bytes(b"x")
    checks = check_version(registry.get(2))
    assert [check.passed for check in checks] == [False]
    assert str(checks[0]).startswith(
        "model.joblib was altered. This version can still serve, because forest.json is intact"
    )
    assert registry.get(2, verified=True).number == 2


def test_a_transient_read_error_is_not_a_failed_check(version):
    """The share is unavailable for a moment."""

    def away(name):
        raise OSError(112, "Host is down")

    with pytest.raises(RegistryUnusableError, match="Host is down"):
        check_version(type(version)(version.manifest, version.location, away))


def test_an_estimator_of_another_type_fails_the_second(version, iris, tmp_path):
    """The manifest has a random forest, the file a decision tree, which predicts correctly."""
    from sklearn.tree import DecisionTreeClassifier

    tree = DecisionTreeClassifier(random_state=0).fit(iris.X, iris.y)
    assert results(with_files(version, **{ESTIMATOR_FILE: pickled(tree, tmp_path)})) == [True, False, True]


def test_a_model_that_does_not_load_fails_the_second_and_third(version):
    """The message has the error of pickle."""
    broken = with_files(version, **{ESTIMATOR_FILE: b"no pickle"})
    assert results(broken) == [True, False, False]
    assert "does not load" in str(check_version(broken)[1])


def test_a_wrong_prediction_for_the_flower_of_the_talk_fails_the_third(version, iris, tmp_path):
    """An estimator trained on permuted labels loads, but is wrong."""
    estimator = unfitted_estimator(version.manifest.config).fit(iris.X, (iris.y + 1) % 3)
    assert results(with_files(version, **{ESTIMATOR_FILE: pickled(estimator, tmp_path)})) == [True, True, False]


class Spy:
    """A malicious pickle: on loading it runs code that reports the environment."""

    def __reduce__(self):
        return exec, ("import os; raise RuntimeError(sorted(os.environ))",)


def test_unpickling_has_no_access_to_secrets(version, monkeypatch, tmp_path):
    """A pickle can run code of anybody who can write to the registry."""
    monkeypatch.setenv("IRISML_PRESENTER_PASSPHRASE", "petals in the rain")
    monkeypatch.setenv("IRISML_SIGNING_KEY", "a key")
    monkeypatch.setenv("AZURE_CLIENT_SECRET", "another one")
    check = check_version(with_files(version, **{ESTIMATOR_FILE: pickled(Spy(), tmp_path)}))[1]
    assert not check.passed
    assert "PYTHONPATH" in str(check)
    for secret in ("PASSPHRASE", "SIGNING_KEY", "AZURE"):
        assert secret not in str(check)


def test_a_pickle_of_another_scikit_learn_is_noted_in_the_result(version, monkeypatch, tmp_path):
    """scikit-learn's warning becomes part of the finding."""
    import sklearn.base

    estimator = version.load_estimator()
    with monkeypatch.context() as older:
        older.setattr(sklearn.base, "__version__", "1.3.2")
        content = pickled(estimator, tmp_path)
    check = check_version(with_files(version, **{ESTIMATOR_FILE: content}))[1]
    assert check.passed
    assert "It was saved with scikit-learn 1.3.2" in str(check)


def test_a_check_process_without_a_result_is_an_error(version, monkeypatch):
    """It is not a finding about the model."""
    monkeypatch.setattr("sys.executable", "/bin/false")
    with pytest.raises(CheckFailedError, match="The checks could not be run: their process ended with exit code 1"):
        probe_estimator(version.manifest.config, b"")
