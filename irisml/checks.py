"""The talk's three tests: the model is there, it loads as what it claims to be, it knows a flower."""

import subprocess

import msgspec

from irisml.child_process import child_environment, irisml_command
from irisml.errors import CheckFailedError, IrisError
from irisml.measurements import FEATURES, SPECIES, TALK_SAMPLE
from irisml.prediction import predict
from irisml.registry.version import ESTIMATOR_FILE, FOREST_FILE, ModelVersion
from irisml.sentences import sentence

TALK_SPECIES = "setosa"
_LONGEST_S = 120


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

    def __str__(self) -> str:
        return self.reason.format(**self.values)


def check_version(version: ModelVersion) -> tuple[Check, ...]:
    """Check a version's files, its type and one known flower.

    This opens the pickled estimator, so it imports scikit-learn.
    """
    return files_exist(version), loads_as_its_type(version), knows_a_flower(version)


def check_in_child(registry_location: str, version: int) -> tuple[Check, ...]:
    """`check_version`, in a process of its own: for a server, which imports no scikit-learn and unpickles nothing.

    Raises
    ------
    CheckFailedError
        If the process ends without findings.
    """
    try:
        ran = subprocess.run(
            irisml_command(registry_location, "check", str(version), "--json"),
            env=child_environment(),
            capture_output=True,
            encoding="utf-8",
            check=False,  # a check that fails makes it end with 1, and that is a finding
            timeout=_LONGEST_S,
        )
    except subprocess.TimeoutExpired as error:
        raise CheckFailedError(problem=f"they took more than {_LONGEST_S} s.") from error
    try:
        return msgspec.json.decode(ran.stdout, type=tuple[Check, ...])
    except msgspec.DecodeError as error:
        problem = ran.stderr.strip().splitlines() or [f"its process ended with exit code {ran.returncode}."]
        raise CheckFailedError(problem=problem[-1].removeprefix("Error: ")) from error


def files_exist(version: ModelVersion) -> Check:
    """Both files of the model are there, and are those of the manifest."""
    name = sentence("The model's files exist and are unaltered")
    try:
        estimator, forest = (len(version.checked_file(file)) for file in (ESTIMATOR_FILE, FOREST_FILE))
    except IrisError as error:
        return _failed(name, error)
    reason = sentence("model.joblib has {estimator} bytes, forest.json {forest}.")
    return Check(name, True, reason, {"estimator": estimator, "forest": forest})


def loads_as_its_type(version: ModelVersion) -> Check:
    """The estimator loads, and is of the type that the manifest names."""
    name = sentence("The model loads and is of the type that its manifest names")
    try:
        loaded = type(version.load_estimator())
    except IrisError as error:
        return _failed(name, error)
    expected = type(version.manifest.config.unfitted())
    reason = sentence("The manifest says {expected}, the file holds a {loaded}.")
    return Check(name, loaded is expected, reason, {"expected": expected.__name__, "loaded": loaded.__name__})


def knows_a_flower(version: ModelVersion) -> Check:
    """The talk's flower is a setosa, for the served trees and for the estimator alike."""
    name = sentence("A known flower gets its known species")
    try:
        by_forest = predict(version.forest, TALK_SAMPLE).species
        by_estimator = SPECIES[int(version.load_estimator().predict([list(TALK_SAMPLE)])[0])]
    except IrisError as error:
        return _failed(name, error)
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


def _failed(name: str, error: IrisError) -> Check:
    values = {key: value if isinstance(value, int | float) else str(value) for key, value in error.values.items()}
    return Check(name, False, error.template, values)
