"""An estimator as a folder of MLflow: what ``mlflow.sklearn.load_model`` and ``mlflow models serve`` load.

Run as a program, it makes the folder in a process of its own: a server that adopts a version must not load a pickle,
nor MLflow with its 150 MB.
"""

import subprocess
import sys
import warnings
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from irisml.domain.errors import NotInstalledError
from irisml.domain.measurements import FEATURES

MODEL_FOLDER = "model"
_TREES = ["sklearn.tree._tree.Tree"]
"""skops trusts no tree unless it is told to; the list is stored in MLmodel."""
_EXAMPLE = {"sepal_length": 5.1, "sepal_width": 3.5, "petal_length": 1.4, "petal_width": 0.2}
_LONGEST_S = 120


def check_installed() -> None:
    """Check that MLflow's library is there, before a long training.

    Raises
    ------
    NotInstalledError
    """
    from importlib.util import find_spec

    for package in ("mlflow", "skops"):
        if find_spec(package) is None:
            raise NotInstalledError(what="A registry on MLflow", package=package, extra="mlflow")


def write_model_folder(estimator: Any, folder: Path) -> None:
    """Write a fitted estimator with signature, input example and requirements; unpickling is not needed to load it.

    Parameters
    ----------
    estimator : estimator of scikit-learn
    folder : Path
        Created; must not exist.

    Raises
    ------
    NotInstalledError
        If irisml was installed without its extra "mlflow".
    """
    check_installed()
    import mlflow.sklearn
    import pandas as pd
    from mlflow.models import ModelSignature
    from mlflow.types import ColSpec, DataType, Schema

    # Written out: inferring it from data costs a prediction and warns of integers.
    signature = ModelSignature(
        inputs=Schema([ColSpec(DataType.double, name) for name in FEATURES]),
        outputs=Schema([ColSpec(DataType.long)]),
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # MLflow uses names of pandas that pandas will drop
        mlflow.sklearn.save_model(
            estimator,
            folder,
            signature=signature,
            input_example=pd.DataFrame([_EXAMPLE]),
            # If left out, MLflow starts a process that loads the model to see what it imports: 5 to 11 seconds.
            pip_requirements=[f"scikit-learn=={version('scikit-learn')}", f"skops=={version('skops')}"],
            serialization_format="skops",
            skops_trusted_types=_TREES,
        )


def model_folder_in_child(pickled: bytes, folder: Path, environment: Mapping[str, str]) -> None:
    """As `write_model_folder`, of an estimator that joblib wrote, in a process of its own.

    Raises
    ------
    NotInstalledError
    OSError
        If it failed.
    """
    check_installed()
    command = [sys.executable, "-m", "irisml.registry.mlflow.model_folder", str(folder)]
    try:
        ran = subprocess.run(
            command, input=pickled, env=dict(environment), capture_output=True, timeout=_LONGEST_S, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise OSError(0, f"writing the model for MLflow took more than {_LONGEST_S} s") from error
    if ran.returncode:
        last = ran.stderr.decode(errors="replace").strip().splitlines()[-1:]
        raise OSError(0, f"writing the model for MLflow failed: {''.join(last)[:300]}")


def _main() -> None:
    import io

    import joblib

    write_model_folder(joblib.load(io.BytesIO(sys.stdin.buffer.read())), Path(sys.argv[1]))


if __name__ == "__main__":
    _main()
