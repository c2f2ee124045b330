"""Load a pickled estimator in a child process without secrets in its environment: unpickling can run any code.

``python -m irisml.jobs.estimator_probe`` reads the configuration as one line of JSON, then the
pickle; it prints a `ProbedEstimator` as JSON.
"""

import io
import subprocess
import sys
import warnings

import msgspec

from irisml.domain.errors import CheckFailedError
from irisml.domain.measurements import SPECIES, TALK_SAMPLE
from irisml.jobs.child_process import bare_environment
from irisml.model.config import TrainingConfig
from irisml.model.estimators import MODEL_TYPES

_LONGEST_S = 120


class ProbedEstimator(msgspec.Struct, frozen=True):
    """Result of loading a pickled estimator.

    Parameters
    ----------
    expected : str
        Class that the configuration describes.
    loaded : str
        Class of the loaded estimator; empty if it does not load.
    species : str
        Predicted species of `TALK_SAMPLE`; empty if it does not load.
    problem : str
        Why it does not load; empty if it does.
    made_with : str
        Version of scikit-learn that saved it, if it is not the installed one; else empty.
    """

    expected: str
    loaded: str = ""
    species: str = ""
    problem: str = ""
    made_with: str = ""


def probe_estimator(config: TrainingConfig, pickled: bytes) -> ProbedEstimator:
    """Load a pickled estimator in a child process, and predict one flower with it.

    Parameters
    ----------
    config : TrainingConfig
        The expected configuration.
    pickled : bytes
        Content of a model.joblib.

    Raises
    ------
    CheckFailedError
        If the process ends without a result.
    """
    try:
        ran = subprocess.run(
            [sys.executable, "-m", "irisml.jobs.estimator_probe"],
            input=msgspec.json.encode(config) + b"\n" + pickled,
            env=bare_environment(),
            capture_output=True,
            check=False,
            timeout=_LONGEST_S,
        )
    except subprocess.TimeoutExpired as error:
        raise CheckFailedError(problem=f"they took more than {_LONGEST_S} s.") from error
    lines = ran.stdout.splitlines()
    try:
        # The result is the last line; the pickle may print other lines before it.
        return msgspec.json.decode(lines[-1] if lines else b"", type=ProbedEstimator)
    except msgspec.DecodeError as error:
        raise CheckFailedError(problem=f"their process ended with exit code {ran.returncode}.") from error


def main() -> None:
    """Read the configuration and the pickle from standard input, print a `ProbedEstimator`."""
    import joblib
    from sklearn.exceptions import InconsistentVersionWarning

    config = msgspec.json.decode(sys.stdin.buffer.readline(), type=TrainingConfig)
    expected = ""
    try:
        config.validate()
        expected = MODEL_TYPES[config.model_type]
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            estimator = joblib.load(io.BytesIO(sys.stdin.buffer.read()))
            species = SPECIES[int(estimator.predict([list(TALK_SAMPLE)])[0])]
        others = [
            w.message.original_sklearn_version for w in caught if isinstance(w.message, InconsistentVersionWarning)
        ]
        found = ProbedEstimator(expected, type(estimator).__name__, species, made_with=others[0] if others else "")
    except Exception as error:  # noqa: BLE001 - a pickle can raise any exception; the file is unusable
        found = ProbedEstimator(expected, problem=f"{type(error).__name__}: {error}")
    sys.stdout.write("\n" + msgspec.json.encode(found).decode() + "\n")


if __name__ == "__main__":
    main()
