"""The talk's three tests: the files exist, the model loads, a known flower is classified correctly."""

from collections.abc import Mapping
from importlib.metadata import version as library_version

from irisml.domain.errors import DamagedVersionError
from irisml.domain.findings import Finding
from irisml.domain.i18n import sentence
from irisml.domain.measurements import FEATURES, TALK_SAMPLE, TALK_SPECIES
from irisml.jobs.estimator_probe import ProbedEstimator, probe_estimator
from irisml.model.prediction import predict
from irisml.registry.version import ESTIMATOR_FILE, FOREST_FILE, ModelVersion

CHECKS = {
    "files_exist": sentence("The model's files exist and are unaltered"),
    "loads_as_its_type": sentence("The model loads and is of the type in its manifest"),
    "predicts_a_known_flower": sentence("A known flower is classified correctly"),
}
"""What each check requires, by the name of its function."""


def check_version(version: ModelVersion) -> tuple[Finding, ...]:
    """Check a version's files, its type and one known flower.

    The estimator is loaded in a child process, so this can be called where scikit-learn must not be imported.

    Raises
    ------
    RegistryUnusableError
        If a file cannot be read now.
    CheckFailedError
        If the process that loads the estimator ends without a result.
    """
    files = files_exist(version)
    if not files.passed:
        return (files,)  # an altered file is not loaded
    probed = probe_estimator(version.manifest.config, version.checked_file(ESTIMATOR_FILE))
    return files, loads_as_its_type(probed), predicts_a_known_flower(version, probed)


def files_exist(version: ModelVersion) -> Finding:
    """Check that both files of the model exist and match the manifest."""
    try:
        version.verify()
        forest = len(version.checked_file(FOREST_FILE))
    except DamagedVersionError as error:
        return Finding("files_exist", False, error.template, _plain(error.values))
    try:
        estimator = len(version.checked_file(ESTIMATOR_FILE))
    except DamagedVersionError as error:
        reason = sentence(
            "{problem}. This version can still serve, because {forest_file} is intact, "
            "but it cannot be loaded in scikit-learn."
        )
        return Finding(
            "files_exist", False, reason, {"problem": str(error.values["problem"]), "forest_file": FOREST_FILE}
        )
    reason = sentence("model.joblib has {estimator} bytes, forest.json {forest}.")
    return Finding("files_exist", True, reason, {"estimator": estimator, "forest": forest})


def loads_as_its_type(probed: ProbedEstimator) -> Finding:
    """Check that the estimator loads and is of the type in the manifest."""
    if probed.problem:
        return Finding(
            "loads_as_its_type", False, sentence("model.joblib does not load: {problem}"), {"problem": probed.problem}
        )
    values: dict[str, str | int | float] = {"expected": probed.expected, "loaded": probed.loaded}
    reason = sentence("Type in the manifest: {expected}; in the file: {loaded}.")
    if probed.made_with:
        reason = sentence(
            "Type in the manifest: {expected}; in the file: {loaded}. It was saved with scikit-learn {made_with}; "
            "{installed} is installed and may predict differently. Serving does not depend on it."
        )
        values |= {"made_with": probed.made_with, "installed": library_version("scikit-learn")}
    return Finding("loads_as_its_type", probed.loaded == probed.expected, reason, values)


def predicts_a_known_flower(version: ModelVersion, probed: ProbedEstimator) -> Finding:
    """Check that the served trees and the estimator both predict setosa for the talk's flower."""
    by_forest, by_estimator = predict(version.load_forest(), TALK_SAMPLE).species, probed.species or "-"
    reason = sentence(
        "The flower of the talk is a {expected}. The served trees predict {by_forest}, the estimator {by_estimator}."
    )
    values: dict[str, str | int | float] = {
        **dict(zip(FEATURES, TALK_SAMPLE, strict=True)),
        "expected": TALK_SPECIES,
        "by_forest": by_forest,
        "by_estimator": by_estimator,
    }
    return Finding("predicts_a_known_flower", by_forest == by_estimator == TALK_SPECIES, reason, values)


def _plain(values: Mapping[str, object]) -> dict[str, str | int | float]:
    return {name: value if isinstance(value, int | float) else str(value) for name, value in values.items()}
