"""The talk's three tests: the model is there, it loads as what it claims to be, it knows a flower."""

import subprocess
from dataclasses import dataclass

import msgspec

from irisml.child_process import child_environment, irisml_command
from irisml.errors import CheckFailedError, IrisError
from irisml.measurements import FEATURES, SPECIES, TALK_SAMPLE
from irisml.prediction import predict
from irisml.registry.version import ESTIMATOR_FILE, FOREST_FILE, ModelVersion
from irisml.sentences import sentence

TALK_SPECIES = "setosa"


@dataclass(frozen=True, slots=True)
class Check:
    """What one check found.

    Parameters
    ----------
    name : str
        English sentence of what is claimed.
    passed : bool
    detail : str
        What was seen.
    """

    name: str
    passed: bool
    detail: str


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
    ran = subprocess.run(
        irisml_command(registry_location, "check", str(version), "--json"),
        env=child_environment(),
        capture_output=True,
        encoding="utf-8",
        check=False,  # a check that fails makes it end with 1, and that is a finding
    )
    try:
        return msgspec.json.decode(ran.stdout, type=tuple[Check, ...])
    except msgspec.DecodeError as error:
        problem = ran.stderr.strip().splitlines() or [f"its process ended with exit code {ran.returncode}."]
        raise CheckFailedError(problem=problem[-1].removeprefix("Error: ")) from error


def files_exist(version: ModelVersion) -> Check:
    """Both files of the model are there, and are those of the manifest."""
    name = sentence("The model's files exist and are unaltered")
    try:
        sizes = [f"{file} ({len(version.checked_file(file))} bytes)" for file in (ESTIMATOR_FILE, FOREST_FILE)]
    except IrisError as error:
        return Check(name, False, str(error))
    return Check(name, True, ", ".join(sizes))


def loads_as_its_type(version: ModelVersion) -> Check:
    """The estimator loads, and is of the type that the manifest names."""
    name = sentence("The model loads and is of the type that its manifest names")
    try:
        loaded = type(version.load_estimator())
    except IrisError as error:
        return Check(name, False, str(error))
    expected = type(version.manifest.config.unfitted())
    return Check(name, loaded is expected, f"{version.manifest.config.model_type}: {loaded.__name__}")


def knows_a_flower(version: ModelVersion) -> Check:
    """The talk's flower is a setosa, for the served trees and for the estimator alike."""
    name = sentence("A known flower gets its known species")
    try:
        by_forest = predict(version.forest, TALK_SAMPLE).species
        by_estimator = SPECIES[int(version.load_estimator().predict([list(TALK_SAMPLE)])[0])]
    except IrisError as error:
        return Check(name, False, str(error))
    flower = ", ".join(f"{feature} {value}" for feature, value in zip(FEATURES, TALK_SAMPLE, strict=True))
    return Check(name, by_forest == by_estimator == TALK_SPECIES, f"{flower} cm: {by_forest}")
