"""The talk's three tests: the model is there, it loads as what it claims to be, it knows a flower."""

from collections.abc import Mapping
from importlib.metadata import version as library_version

import msgspec

from irisml.errors import DamagedVersionError
from irisml.estimator_probe import ProbedEstimator, probe_estimator
from irisml.measurements import FEATURES, TALK_SAMPLE
from irisml.prediction import predict
from irisml.promotion import check_placeholders, finding_value
from irisml.registry.version import ESTIMATOR_FILE, FOREST_FILE, ModelVersion
from irisml.sentences import sentence

TALK_SPECIES = "setosa"


class Check(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one check found.

    Parameters
    ----------
    name : str
        English sentence of what is claimed.
    passed : bool
    reason : str
        What was seen: an English sentence with placeholders; a screen translates it before filling it.
    values : dict
        What the placeholders stand for.
    """

    name: str
    passed: bool
    reason: str
    values: dict[str, str | int | float]

    def __post_init__(self) -> None:
        check_placeholders(self.reason, self.values)

    def __str__(self) -> str:
        return self.reason.format(**{name: finding_value(value) for name, value in self.values.items()})


def check_version(version: ModelVersion) -> tuple[Check, ...]:
    """Check a version's files, its type and one known flower.

    The estimator is opened in a process of its own, so this can be called where scikit-learn must not be imported.

    Raises
    ------
    RegistryUnusableError
        If a file cannot be read now.
    CheckFailedError
        If the process that opens the estimator ends without findings.
    """
    files = files_exist(version)
    if not files.passed:
        return (files,)  # what was altered is not opened
    probed = probe_estimator(version.manifest.config, version.checked_file(ESTIMATOR_FILE))
    return files, loads_as_its_type(probed), knows_a_flower(version, probed)


def files_exist(version: ModelVersion) -> Check:
    """Both files of the model are there, and are those of the manifest."""
    name = sentence("The model's files exist and are unaltered")
    try:
        version.verify()
        forest = len(version.checked_file(FOREST_FILE))
    except DamagedVersionError as error:
        return Check(name, False, error.template, _plain(error.values))
    try:
        estimator = len(version.checked_file(ESTIMATOR_FILE))
    except DamagedVersionError as error:
        reason = sentence(
            "{problem}. This version can serve all the same, for {forest_file} is whole; "
            "who wants to load it in scikit-learn cannot."
        )
        return Check(name, False, reason, {"problem": str(error.values["problem"]), "forest_file": FOREST_FILE})
    reason = sentence("model.joblib has {estimator} bytes, forest.json {forest}.")
    return Check(name, True, reason, {"estimator": estimator, "forest": forest})


def loads_as_its_type(probed: ProbedEstimator) -> Check:
    """The estimator loads, and is of the type that the manifest names."""
    name = sentence("The model loads and is of the type that its manifest names")
    if probed.problem:
        return Check(name, False, sentence("model.joblib does not load: {problem}"), {"problem": probed.problem})
    values: dict[str, str | int | float] = {"expected": probed.expected, "loaded": probed.loaded}
    reason = sentence("The manifest says {expected}, the file holds a {loaded}.")
    if probed.made_with:
        reason = sentence(
            "The manifest says {expected}, the file holds a {loaded}. It was made with scikit-learn {made_with}; "
            "this is {installed}, which may predict otherwise. What serves does not depend on it."
        )
        values |= {"made_with": probed.made_with, "installed": library_version("scikit-learn")}
    return Check(name, probed.loaded == probed.expected, reason, values)


def knows_a_flower(version: ModelVersion, probed: ProbedEstimator) -> Check:
    """The talk's flower is a setosa, for the served trees and for the estimator alike."""
    name = sentence("A known flower gets its known species")
    by_forest, by_estimator = predict(version.forest, TALK_SAMPLE).species, probed.species or "-"
    reason = sentence(
        "Sepal {sepal_length} by {sepal_width}, petal {petal_length} by {petal_width} cm: a {expected}. "
        "The served trees say {by_forest}, the estimator {by_estimator}."
    )
    values: dict[str, str | int | float] = {
        **dict(zip(FEATURES, TALK_SAMPLE, strict=True)),
        "expected": TALK_SPECIES,
        "by_forest": by_forest,
        "by_estimator": by_estimator,
    }
    return Check(name, by_forest == by_estimator == TALK_SPECIES, reason, values)


def _plain(values: Mapping[str, object]) -> dict[str, str | int | float]:
    return {name: value if isinstance(value, int | float) else str(value) for name, value in values.items()}
